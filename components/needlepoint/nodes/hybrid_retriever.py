"""A retriever node that asks two others and fuses their rankings."""

from haystack.document_stores import BaseDocumentStore
from haystack.nodes.retriever.base import BaseRetriever
from haystack.schema import Document

from needlepoint.nodes.store_records import Filters, Headers
from needlepoint.stores.fusion import RANK_CONSTANT, fuse


class HybridRetriever(BaseRetriever):
    """Retrieves by words and by meaning, and fuses the two rankings by reciprocal rank fusion.

    It is one node, so that ``top_k``, ``filters`` and all else that is asked of a node named ``Retriever`` mean what they mean
    with BM25Retriever: ``top_k`` is the number of passages that come out. Haystack's JoinDocuments has the same formula, but
    there ``top_k`` would have to be given to three nodes, and ``run_batch`` fails where a retriever finds nothing.

    :param keyword_retriever: BM25Retriever, or any other.
    :param dense_retriever: OnnxEmbeddingRetriever, Haystack's EmbeddingRetriever, or any other.
    :param top_k: passages that come out.
    :param candidates: passages that each of the two is asked for; more if ``top_k`` is larger.
    :param rank_constant: how little the first places count for more than later ones.
    :param scale_score: scores between 0 and 1, where 1 is the first place in both rankings; else the sum of the formula.
    :raises TypeError: one of the two is no retriever.
    :raises ValueError: a number is out of its range.
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
        """Return the passages that suit a question best, best first."""
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

        :param filters: one for all questions, or a list of one for each.
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
