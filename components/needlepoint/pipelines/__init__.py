"""Pipelines in YAML: finding, checking and loading them."""
