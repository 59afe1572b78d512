"""Needlepoint's writer for Haystack 3: documents whole, as the application writes them."""

import sys
from typing import TYPE_CHECKING

from haystack_integrations.common.needlepoint.lazy import LazyImporter

_import_structure = {
    "collection_writer": ["CollectionWriter"],
}

if TYPE_CHECKING:
    from haystack_integrations.components.writers.needlepoint.collection_writer import (
        CollectionWriter as CollectionWriter,
    )
else:
    sys.modules[__name__] = LazyImporter(name=__name__, module_file=__file__, import_structure=_import_structure)
