"""A retriever node that queries two others and fuses their rankings."""

from haystack.document_stores import BaseDocumentStore
from haystack.nodes.retriever.base import BaseRetriever
from haystack.schema import Document

from needlepoint.nodes.store_records import Filters, Headers
from needlepoint.stores.fusion import RANK_CONSTANT, fuse


class HybridRetriever(BaseRetriever):
    """Retrieves by keywords and by embeddings, and fuses the two rankings by reciprocal rank fusion (Cormack et al. 2009).

    It is one node, so ``top_k``, ``filters`` and other parameters of a node named ``Retriever`` mean the same as with
    BM25Retriever: ``top_k`` is the number of passages returned. Haystack's JoinDocuments uses the same formula, but needs
    ``top_k`` at three nodes, and its ``run_batch`` fails if a retriever finds nothing.

    :param keyword_retriever: BM25Retriever, or any other retriever.
    :param dense_retriever: OnnxEmbeddingRetriever, Haystack's EmbeddingRetriever, or any other retriever.
    :param top_k: the number of passages returned.
    :param candidates: the number of passages requested from each of the two; ``top_k`` if that is larger.
    :param rank_constant: the larger it is, the less the first ranks count for more than later ones.
    :param scale_score: scale scores to between 0 and 1, where 1 means first in both rankings; otherwise return the formula's sum.
    :raises TypeError: one of the two is not a retriever.
    :raises ValueError: a number is out of range.
    """

    def __init__(
        self,
        keyword_retriever: BaseRetriever,
        dense_retriever: BaseRetriever,
        top_k: int = 10,
        candidates: int = 50,
        rank_constant: int = RANK_CONSTANT,
        scale_score: bool = True,
    ) -> None:
        super().__init__()
        for name, retriever in {"keyword_retriever": keyword_retriever, "dense_retriever": dense_retriever}.items():
            if not isinstance(retriever, BaseRetriever):
                raise TypeError(f"{name} must be a retriever node, got {retriever!r}")
        for name, value in {"top_k": top_k, "candidates": candidates, "rank_constant": rank_constant}.items():
            if value < 0:
                raise ValueError(f"{name} must be 0 or more, got {value}")
        self.keyword_retriever = keyword_retriever
        self.dense_retriever = dense_retriever
        self.document_store = keyword_retriever.document_store
        self.top_k = top_k
        self.candidates = candidates
        self.rank_constant = rank_constant
        self.scale_score = scale_score

    def retrieve(
        self,
        query: str,
        filters: Filters = None,
        top_k: int | None = None,
        index: str | None = None,
        headers: Headers = None,
        scale_score: bool | None = None,
        document_store: BaseDocumentStore | None = None,
    ) -> list[Document]:
        """Return the passages that match a question best, best first."""
        documents = self.retrieve_batch([query], [filters], top_k, index, headers, None, scale_score, document_store)
        return documents[0]

    def retrieve_batch(
        self,
        queries: list[str],
        filters: Filters | list[Filters] = None,
        top_k: int | None = None,
        index: str | None = None,
        headers: Headers = None,
        batch_size: int | None = None,
        scale_score: bool | None = None,
        document_store: BaseDocumentStore | None = None,
    ) -> list[list[Document]]:
        """Return the passages for each of several questions, as :meth:`retrieve` does.

        :param filters: one filter for all questions, or a list with one for each.
        """
        wanted = self.top_k if top_k is None else top_k
        is_scaled = self.scale_score if scale_score is None else scale_score
        asked = {
            "queries": queries,
            "filters": filters,
            "top_k": max(wanted, self.candidates),
            "index": index,
            "headers": headers,
            "batch_size": batch_size,
            "document_store": document_store,
        }
        rankings = [retriever.retrieve_batch(**asked) for retriever in (self.keyword_retriever, self.dense_retriever)]
        constant = self.rank_constant
        return [
            _with_scores(fuse(found, top_k=wanted, rank_constant=constant, scaled=is_scaled))
            for found in zip(*rankings, strict=True)
        ]


def _with_scores(ranking: list[tuple[float, Document]]) -> list[Document]:
    for score, document in ranking:
        document.score = score
    return [document for _, document in ranking]
