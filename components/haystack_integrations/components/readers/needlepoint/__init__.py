"""Needlepoint's reader for Haystack 3: exact answers with their places, and "not found"."""

import sys
from typing import TYPE_CHECKING

from haystack_integrations.common.needlepoint.lazy import LazyImporter

_import_structure = {
    "onnx_reader": ["OnnxReader"],
}

if TYPE_CHECKING:
    from haystack_integrations.components.readers.needlepoint.onnx_reader import (
        OnnxReader as OnnxReader,
    )
else:
    sys.modules[__name__] = LazyImporter(name=__name__, module_file=__file__, import_structure=_import_structure)
