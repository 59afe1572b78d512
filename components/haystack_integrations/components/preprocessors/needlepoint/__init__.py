"""Needlepoint's splitter for Haystack 3: documents into passages that know their place."""

import sys
from typing import TYPE_CHECKING

from haystack_integrations.common.needlepoint.lazy import LazyImporter

_import_structure = {
    "passage_splitter": ["PassageSplitter"],
}

if TYPE_CHECKING:
    from haystack_integrations.components.preprocessors.needlepoint.passage_splitter import (
        PassageSplitter as PassageSplitter,
    )
else:
    sys.modules[__name__] = LazyImporter(name=__name__, module_file=__file__, import_structure=_import_structure)
