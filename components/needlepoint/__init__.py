"""Needlepoint: exact, quoted answers from one's own documents.

Public names load on first use, so that ``import needlepoint`` costs nothing.
"""

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from needlepoint.errors import NeedlepointError
    from needlepoint.nodes.collection_writer import CollectionWriter
    from needlepoint.nodes.elasticsearch_store import ElasticsearchStore
    from needlepoint.nodes.file_converter import FileConverter
    from needlepoint.nodes.hybrid_retriever import HybridRetriever
    from needlepoint.nodes.onnx_embedding_retriever import OnnxEmbeddingRetriever
    from needlepoint.nodes.onnx_reader import OnnxReader
    from needlepoint.nodes.passage_splitter import PassageSplitter
    from needlepoint.nodes.tantivy_document_store import TantivyDocumentStore
    from needlepoint.pipelines.file import PipelineFile
    from needlepoint.service.facade import Service
    from needlepoint.settings import Settings

__version__ = "0.2.0"

# From 1.32 on, onnxruntime reports to its maker on Linux too, unless told otherwise before it is imported.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

# The nodes, by the names that pipeline files give them; none of them needs torch.
NODES = {
    "CollectionWriter": "needlepoint.nodes.collection_writer",
    "ElasticsearchStore": "needlepoint.nodes.elasticsearch_store",
    "FileConverter": "needlepoint.nodes.file_converter",
    "HybridRetriever": "needlepoint.nodes.hybrid_retriever",
    "OnnxEmbeddingRetriever": "needlepoint.nodes.onnx_embedding_retriever",
    "OnnxReader": "needlepoint.nodes.onnx_reader",
    "PassageSplitter": "needlepoint.nodes.passage_splitter",
    "TantivyDocumentStore": "needlepoint.nodes.tantivy_document_store",
}
_HOME = NODES | {
    "NeedlepointError": "needlepoint.errors",
    "PipelineFile": "needlepoint.pipelines.file",
    "Service": "needlepoint.service.facade",
    "Settings": "needlepoint.settings",
}

__all__ = [
    "CollectionWriter",
    "ElasticsearchStore",
    "FileConverter",
    "HybridRetriever",
    "NeedlepointError",
    "OnnxEmbeddingRetriever",
    "OnnxReader",
    "PassageSplitter",
    "PipelineFile",
    "Service",
    "Settings",
    "TantivyDocumentStore",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'needlepoint' has no attribute '{name}'")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
