"""Imports all our nodes, and gives the modules outside ``nodes`` access to Haystack's names.

Haystack finds a node named in YAML only after its class is imported, and must itself be imported only after
``needlepoint.nodes`` has prepared it; so the rest of Needlepoint imports Haystack's names from here.
"""

from importlib import import_module

from haystack import Pipeline
from haystack.document_stores import BaseDocumentStore
from haystack.errors import HaystackError
from haystack.nodes import BaseComponent
from haystack.nodes.reader.base import BaseReader
from haystack.nodes.retriever.base import BaseRetriever
from haystack.nodes.retriever.dense import DenseRetriever
from haystack.schema import Answer, Document

from needlepoint import NODES
from needlepoint.nodes import pipeline_schema  # noqa: F401  (replaces Haystack's own)

__all__ = [
    "Answer",
    "BaseComponent",
    "BaseDocumentStore",
    "BaseReader",
    "BaseRetriever",
    "DenseRetriever",
    "Document",
    "HaystackError",
    "Pipeline",
]

for _module in NODES.values():
    import_module(_module)
