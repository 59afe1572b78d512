"""Retrieval by meaning."""

from typing import Any

from haystack import Document, component, default_from_dict, default_to_dict
from haystack.document_stores.types import FilterPolicy, apply_filter_policy

from haystack_integrations.document_stores.needlepoint.checks import check_store
from haystack_integrations.document_stores.needlepoint.collection_document_store import CollectionDocumentStore
from haystack_integrations.document_stores.needlepoint.synchronous_store import check_top_k


@component
class NeedlepointEmbeddingRetriever:
    """Finds the passages whose embeddings are nearest to a question's.

    Usage example:

    ```python
    from haystack_integrations.components.embedders.needlepoint import OnnxTextEmbedder
    from haystack_integrations.components.retrievers.needlepoint import NeedlepointEmbeddingRetriever
    from haystack_integrations.document_stores.needlepoint import TantivyDocumentStore

    retriever = NeedlepointEmbeddingRetriever(TantivyDocumentStore("collection"))
    embedding = OnnxTextEmbedder().run("When does the lease end?")["embedding"]
    print(retriever.run(embedding)["documents"])
    ```
    """

    def __init__(
        self,
        document_store: CollectionDocumentStore,
        *,
        filters: dict[str, Any] | None = None,
        top_k: int = 10,
        scale_score: bool = True,
        filter_policy: str | FilterPolicy = FilterPolicy.REPLACE,
    ) -> None:
        """Check and keep the parameters.

        :param document_store: the store of the passages, one of Needlepoint's.
        :param filters: filters for every question; see Haystack's metadata filtering.
        :param top_k: passages for each question.
        :param scale_score: scores between 0 and 1, by the store's similarity.
        :param filter_policy: whether a run's own filters replace these or are merged with them.
        :raises ValueError: an argument is out of its range.
        """
        check_store(document_store)
        check_top_k(top_k)
        self.document_store = document_store
        self.filters = filters
        self.top_k = top_k
        self.scale_score = scale_score
        self.filter_policy = FilterPolicy.from_str(filter_policy) if isinstance(filter_policy, str) else filter_policy

    def to_dict(self) -> dict[str, Any]:
        """Return the component's parameters for a pipeline file."""
        return default_to_dict(
            self,
            document_store=self.document_store,
            filters=self.filters,
            top_k=self.top_k,
            scale_score=self.scale_score,
            filter_policy=self.filter_policy.value,
        )

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "NeedlepointEmbeddingRetriever":
        """Make the component from the result of :meth:`to_dict`."""
        return default_from_dict(cls, data)

    @component.output_types(documents=list[Document])
    def run(
        self, query_embedding: list[float], filters: dict[str, Any] | None = None, top_k: int | None = None
    ) -> dict[str, list[Document]]:
        """Find passages.

        :param query_embedding: embedding of the question, by the model that embedded the passages.
        :param filters: see ``filter_policy``.
        :param top_k: the most passages, for this question.
        :returns: ``documents``, best first.
        :raises FilterError: the filters are not valid.
        :raises ValueError: the embedding has another width than the stored ones.
        """
        return {"documents": self.document_store.embedding_retrieval(query_embedding, **self._asked(filters, top_k))}

    @component.output_types(documents=list[Document])
    async def run_async(
        self, query_embedding: list[float], filters: dict[str, Any] | None = None, top_k: int | None = None
    ) -> dict[str, list[Document]]:
        """Do what :meth:`run` does, without blocking the event loop."""
        asked = self._asked(filters, top_k)
        return {"documents": await self.document_store.embedding_retrieval_async(query_embedding, **asked)}

    def _asked(self, filters: dict[str, Any] | None, top_k: int | None) -> dict[str, Any]:
        return {
            "filters": apply_filter_policy(self.filter_policy, self.filters, filters),
            "top_k": self.top_k if top_k is None else top_k,
            "scale_score": self.scale_score,
        }

    def close(self) -> None:
        """Close the store: its files, locks and connections."""
        self.document_store.close()

    async def close_async(self) -> None:
        """Close the store, without blocking the event loop."""
        await self.document_store.close_async()
