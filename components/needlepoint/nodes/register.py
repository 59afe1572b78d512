"""Imports every node, since Haystack finds a node named in YAML only after its class is imported."""

from needlepoint.nodes.collection_writer import CollectionWriter
from needlepoint.nodes.file_converter import FileConverter
from needlepoint.nodes.onnx_reader import OnnxReader
from needlepoint.nodes.passage_splitter import PassageSplitter
from needlepoint.nodes.tantivy_document_store import TantivyDocumentStore

__all__ = ["CollectionWriter", "FileConverter", "OnnxReader", "PassageSplitter", "TantivyDocumentStore"]
