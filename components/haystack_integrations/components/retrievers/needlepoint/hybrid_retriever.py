"""Retrieval by words and by meaning."""

from asyncio import to_thread
from dataclasses import replace
from typing import Any

from haystack import Document, component, default_from_dict, default_to_dict
from haystack.document_stores.types import FilterPolicy, apply_filter_policy

from haystack_integrations.document_stores.needlepoint.checks import check_store
from haystack_integrations.document_stores.needlepoint.collection_document_store import CollectionDocumentStore
from haystack_integrations.document_stores.needlepoint.synchronous_store import check_top_k
from needlepoint.stores.fusion import RANK_CONSTANT, fuse


@component
class NeedlepointHybridRetriever:
    """Finds passages by words and by meaning, and fuses the two rankings by reciprocal rank fusion.

    Haystack's DocumentJoiner has a similar formula; this component gives the application's scores and returns ``top_k``
    passages.

    Usage example:

    ```python
    from haystack_integrations.components.embedders.needlepoint import OnnxTextEmbedder
    from haystack_integrations.components.retrievers.needlepoint import NeedlepointHybridRetriever
    from haystack_integrations.document_stores.needlepoint import TantivyDocumentStore

    question = "When does the lease end?"
    retriever = NeedlepointHybridRetriever(TantivyDocumentStore("collection"))
    print(retriever.run(question, OnnxTextEmbedder().run(question)["embedding"])["documents"])
    ```
    """

    def __init__(
        self,
        document_store: CollectionDocumentStore,
        *,
        filters: dict[str, Any] | None = None,
        top_k: int = 10,
        candidates: int = 50,
        rank_constant: int = RANK_CONSTANT,
        scale_score: bool = True,
        filter_policy: str | FilterPolicy = FilterPolicy.REPLACE,
    ) -> None:
        """Check and keep the parameters.

        :param document_store: the store of the passages, one of Needlepoint's.
        :param filters: filters for every question; see Haystack's metadata filtering.
        :param top_k: passages to return.
        :param candidates: passages in each of the two rankings; more if ``top_k`` is larger.
        :param rank_constant: the constant of the formula; the larger it is, the less the first ranks are favoured.
        :param scale_score: scale scores to between 0 and 1, where 1 is first in both rankings; otherwise the formula's sum.
        :param filter_policy: whether a run's own filters replace these or are merged with them.
        :raises ValueError: an argument is out of its range.
        """
        check_store(document_store)
        for name, value in {"top_k": top_k, "candidates": candidates, "rank_constant": rank_constant}.items():
            check_top_k(value, name)
        self.document_store = document_store
        self.filters = filters
        self.top_k = top_k
        self.candidates = candidates
        self.rank_constant = rank_constant
        self.scale_score = scale_score
        self.filter_policy = FilterPolicy.from_str(filter_policy) if isinstance(filter_policy, str) else filter_policy

    def to_dict(self) -> dict[str, Any]:
        """Return the component's parameters for a pipeline file."""
        return default_to_dict(
            self,
            document_store=self.document_store,
            filters=self.filters,
            top_k=self.top_k,
            candidates=self.candidates,
            rank_constant=self.rank_constant,
            scale_score=self.scale_score,
            filter_policy=self.filter_policy.value,
        )

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "NeedlepointHybridRetriever":
        """Make the component from the result of :meth:`to_dict`."""
        return default_from_dict(cls, data)

    @component.output_types(documents=list[Document])
    def run(
        self,
        query: str,
        query_embedding: list[float],
        filters: dict[str, Any] | None = None,
        top_k: int | None = None,
    ) -> dict[str, list[Document]]:
        """Find passages.

        :param query: the question.
        :param query_embedding: embedding of the question, by the model that embedded the passages.
        :param filters: see ``filter_policy``.
        :param top_k: the most passages, for this question.
        :returns: ``documents``, best first.
        :raises FilterError: the filters are not valid.
        :raises ValueError: the embedding has another width than the stored ones.
        """
        wanted = self.top_k if top_k is None else top_k
        check_top_k(wanted)
        asked: dict[str, Any] = {
            "filters": apply_filter_policy(self.filter_policy, self.filters, filters),
            "top_k": max(wanted, self.candidates),
        }
        rankings = (
            self.document_store.bm25_retrieval(query, **asked),
            self.document_store.embedding_retrieval(query_embedding, **asked),
        )
        fused = fuse(rankings, top_k=wanted, rank_constant=self.rank_constant, scaled=self.scale_score)
        return {"documents": [replace(document, score=score) for score, document in fused]}

    @component.output_types(documents=list[Document])
    async def run_async(
        self,
        query: str,
        query_embedding: list[float],
        filters: dict[str, Any] | None = None,
        top_k: int | None = None,
    ) -> dict[str, list[Document]]:
        """Do what :meth:`run` does, without blocking the event loop."""
        return await to_thread(self.run, query, query_embedding, filters, top_k)

    def close(self) -> None:
        """Close the store: its files, locks and connections."""
        self.document_store.close()

    async def close_async(self) -> None:
        """Close the store, without blocking the event loop."""
        await self.document_store.close_async()
