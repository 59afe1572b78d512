"""Needlepoint's Haystack 1.26 nodes: thin adapters over the core, one per module.

Importing this package makes Haystack importable beside today's transformers and keeps its telemetry off, so every module
that needs Haystack lies here or imports from here first.
"""

from needlepoint.errors import require_app
from needlepoint.nodes import haystack_setup

require_app()
haystack_setup.prepare()
