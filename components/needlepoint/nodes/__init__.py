"""Needlepoint's Haystack 1.26 nodes: thin adapters over the core, one per module.

Importing this package makes Haystack importable with current versions of transformers and turns its telemetry off, so every
module that needs Haystack is in this package or imports it first.
"""

from needlepoint.errors import require_app
from needlepoint.nodes import haystack_setup

require_app()
haystack_setup.prepare()
