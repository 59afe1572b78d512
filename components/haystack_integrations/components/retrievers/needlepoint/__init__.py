"""Needlepoint's retrievers for Haystack 3: by words, by meaning, and by both."""

import sys
from typing import TYPE_CHECKING

from haystack_integrations.common.needlepoint.lazy import LazyImporter

_import_structure = {
    "bm25_retriever": ["NeedlepointBM25Retriever"],
    "embedding_retriever": ["NeedlepointEmbeddingRetriever"],
    "hybrid_retriever": ["NeedlepointHybridRetriever"],
}

if TYPE_CHECKING:
    from haystack_integrations.components.retrievers.needlepoint.bm25_retriever import (
        NeedlepointBM25Retriever as NeedlepointBM25Retriever,
    )
    from haystack_integrations.components.retrievers.needlepoint.embedding_retriever import (
        NeedlepointEmbeddingRetriever as NeedlepointEmbeddingRetriever,
    )
    from haystack_integrations.components.retrievers.needlepoint.hybrid_retriever import (
        NeedlepointHybridRetriever as NeedlepointHybridRetriever,
    )
else:
    sys.modules[__name__] = LazyImporter(name=__name__, module_file=__file__, import_structure=_import_structure)
