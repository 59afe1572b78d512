"""Needlepoint: exact, quoted answers from one's own documents.

Public names load on first use, so that ``import needlepoint`` costs nothing.
"""

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from needlepoint.answers.answer import Passage
    from needlepoint.answers.replies import Quote, Reply
    from needlepoint.collection.adding import add_document
    from needlepoint.collection.asking import SEARCH_FIELDS, answer_question, retrieve
    from needlepoint.errors import MissingExtraError, NeedlepointError, UnreadableFileError
    from needlepoint.files.documents import FileDocument, read_document
    from needlepoint.nodes.collection_writer import CollectionWriter
    from needlepoint.nodes.elasticsearch_store import ElasticsearchStore
    from needlepoint.nodes.file_converter import FileConverter
    from needlepoint.nodes.hybrid_retriever import HybridRetriever
    from needlepoint.nodes.onnx_embedding_retriever import OnnxEmbeddingRetriever
    from needlepoint.nodes.onnx_reader import OnnxReader
    from needlepoint.nodes.passage_splitter import PassageSplitter
    from needlepoint.nodes.per_document_reader import PerDocumentReader
    from needlepoint.nodes.tantivy_document_store import TantivyDocumentStore
    from needlepoint.pipelines.file import PipelineFile
    from needlepoint.reading.reader import SpanReader
    from needlepoint.service.facade import Service
    from needlepoint.settings import Settings
    from needlepoint.stores.tantivy import TantivyCollection
    from needlepoint.text.splitting import Splitter

__version__ = "0.2.0"

# From 1.32 on, onnxruntime reports to its maker on Linux too, unless told otherwise before it is imported.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

# Haystack 1.26 nodes, by the names that pipeline files give them; none of them needs torch.
NODES = {
    "CollectionWriter": "needlepoint.nodes.collection_writer",
    "ElasticsearchStore": "needlepoint.nodes.elasticsearch_store",
    "FileConverter": "needlepoint.nodes.file_converter",
    "HybridRetriever": "needlepoint.nodes.hybrid_retriever",
    "OnnxEmbeddingRetriever": "needlepoint.nodes.onnx_embedding_retriever",
    "OnnxReader": "needlepoint.nodes.onnx_reader",
    "PassageSplitter": "needlepoint.nodes.passage_splitter",
    "PerDocumentReader": "needlepoint.nodes.per_document_reader",
    "TantivyDocumentStore": "needlepoint.nodes.tantivy_document_store",
}
# What needs no extra.
_CORE = {
    "SEARCH_FIELDS": "needlepoint.collection.asking",
    "FileDocument": "needlepoint.files.documents",
    "MissingExtraError": "needlepoint.errors",
    "NeedlepointError": "needlepoint.errors",
    "Passage": "needlepoint.answers.answer",
    "Quote": "needlepoint.answers.replies",
    "Reply": "needlepoint.answers.replies",
    "Settings": "needlepoint.settings",
    "SpanReader": "needlepoint.reading.reader",
    "Splitter": "needlepoint.text.splitting",
    "TantivyCollection": "needlepoint.stores.tantivy",
    "UnreadableFileError": "needlepoint.errors",
    "add_document": "needlepoint.collection.adding",
    "answer_question": "needlepoint.collection.asking",
    "read_document": "needlepoint.files.documents",
    "retrieve": "needlepoint.collection.asking",
}
_APPLICATION = {
    "PipelineFile": "needlepoint.pipelines.file",
    "Service": "needlepoint.service.facade",
}
_HOME = _CORE | NODES | _APPLICATION

__all__ = [
    "SEARCH_FIELDS",
    "CollectionWriter",
    "ElasticsearchStore",
    "FileConverter",
    "FileDocument",
    "HybridRetriever",
    "MissingExtraError",
    "NeedlepointError",
    "OnnxEmbeddingRetriever",
    "OnnxReader",
    "Passage",
    "PassageSplitter",
    "PerDocumentReader",
    "PipelineFile",
    "Quote",
    "Reply",
    "Service",
    "Settings",
    "SpanReader",
    "Splitter",
    "TantivyCollection",
    "TantivyDocumentStore",
    "UnreadableFileError",
    "add_document",
    "answer_question",
    "read_document",
    "retrieve",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'needlepoint' has no attribute '{name}'")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
