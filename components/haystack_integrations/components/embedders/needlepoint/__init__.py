"""Needlepoint's embedders for Haystack 3, on onnxruntime instead of torch."""

import sys
from typing import TYPE_CHECKING

from haystack_integrations.common.needlepoint.lazy import LazyImporter

_import_structure = {
    "onnx_text_embedder": ["OnnxTextEmbedder"],
    "onnx_document_embedder": ["OnnxDocumentEmbedder"],
}

if TYPE_CHECKING:
    from haystack_integrations.components.embedders.needlepoint.onnx_document_embedder import (
        OnnxDocumentEmbedder as OnnxDocumentEmbedder,
    )
    from haystack_integrations.components.embedders.needlepoint.onnx_text_embedder import (
        OnnxTextEmbedder as OnnxTextEmbedder,
    )
else:
    sys.modules[__name__] = LazyImporter(name=__name__, module_file=__file__, import_structure=_import_structure)
