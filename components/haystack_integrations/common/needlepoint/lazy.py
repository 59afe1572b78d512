"""Haystack's own way to import a component at its first use; importing it from here checks first which Haystack is installed."""

from lazy_imports import LazyImporter as LazyImporter
