"""The way to Haystack for what lies outside ``nodes``: its names, once every node of ours is imported.

Haystack finds a node named in YAML only after its class is imported, and must itself be imported only after
``needlepoint.nodes`` has prepared it; so the rest of Needlepoint imports Haystack's names from here.
"""

from haystack import Pipeline
from haystack.document_stores import BaseDocumentStore
from haystack.errors import HaystackError
from haystack.nodes import BaseComponent
from haystack.nodes.reader.base import BaseReader
from haystack.nodes.retriever.base import BaseRetriever
from haystack.nodes.retriever.dense import DenseRetriever
from haystack.schema import Answer, Document

from needlepoint.nodes import pipeline_schema  # noqa: F401  (takes the place of Haystack's own)
from needlepoint.nodes.collection_writer import CollectionWriter
from needlepoint.nodes.elasticsearch_store import ElasticsearchStore
from needlepoint.nodes.file_converter import FileConverter
from needlepoint.nodes.hybrid_retriever import HybridRetriever
from needlepoint.nodes.onnx_embedding_retriever import OnnxEmbeddingRetriever
from needlepoint.nodes.onnx_reader import OnnxReader
from needlepoint.nodes.passage_splitter import PassageSplitter
from needlepoint.nodes.tantivy_document_store import TantivyDocumentStore

__all__ = [
    "Answer",
    "BaseComponent",
    "BaseDocumentStore",
    "BaseReader",
    "BaseRetriever",
    "CollectionWriter",
    "DenseRetriever",
    "Document",
    "ElasticsearchStore",
    "FileConverter",
    "HaystackError",
    "HybridRetriever",
    "OnnxEmbeddingRetriever",
    "OnnxReader",
    "PassageSplitter",
    "Pipeline",
    "TantivyDocumentStore",
]
