"""Retrieval by words."""

from typing import Any

from haystack import Document, component, default_from_dict, default_to_dict
from haystack.document_stores.types import FilterPolicy, apply_filter_policy

from haystack_integrations.document_stores.needlepoint.checks import check_store
from haystack_integrations.document_stores.needlepoint.collection_document_store import CollectionDocumentStore
from haystack_integrations.document_stores.needlepoint.synchronous_store import check_top_k


@component
class NeedlepointBM25Retriever:
    """Finds the best passages for a question by BM25, in the embedded store or in Elasticsearch.

    Usage example:

    ```python
    from haystack_integrations.components.retrievers.needlepoint import NeedlepointBM25Retriever
    from haystack_integrations.document_stores.needlepoint import TantivyDocumentStore

    store = TantivyDocumentStore("collection", search_fields=["content", "title", "name", "opening^0.8"])
    retriever = NeedlepointBM25Retriever(store, top_k=20)
    print(retriever.run("When does the lease end?")["documents"])
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
        :param scale_score: scale scores to between 0 and 1; otherwise they are BM25's, without an upper bound.
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
    def from_dict(cls, data: dict[str, Any]) -> "NeedlepointBM25Retriever":
        """Make the component from the result of :meth:`to_dict`."""
        return default_from_dict(cls, data)

    @component.output_types(documents=list[Document])
    def run(
        self, query: str, filters: dict[str, Any] | None = None, top_k: int | None = None
    ) -> dict[str, list[Document]]:
        """Find passages.

        :param query: the question.
        :param filters: see ``filter_policy``.
        :param top_k: the most passages, for this question.
        :returns: ``documents``, best first.
        :raises FilterError: the filters are not valid.
        """
        return {"documents": self.document_store.bm25_retrieval(query, **self._asked(filters, top_k))}

    @component.output_types(documents=list[Document])
    async def run_async(
        self, query: str, filters: dict[str, Any] | None = None, top_k: int | None = None
    ) -> dict[str, list[Document]]:
        """Do what :meth:`run` does, without blocking the event loop."""
        return {"documents": await self.document_store.bm25_retrieval_async(query, **self._asked(filters, top_k))}

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
