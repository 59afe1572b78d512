"""Pipelines in YAML: finding, checking and loading them."""

from needlepoint.errors import require_app

require_app()
