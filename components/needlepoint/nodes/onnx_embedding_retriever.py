"""A retriever node that compares embeddings, on onnxruntime instead of torch."""

import logging
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from haystack.document_stores import BaseDocumentStore
from haystack.nodes.retriever.dense import DenseRetriever
from haystack.schema import Document

from needlepoint.collection import embedding_record
from needlepoint.collection.embedding_record import EmbeddingRecord, record_of
from needlepoint.embedding.encoder import TextEncoder
from needlepoint.embedding.passages import PassageEncoder
from needlepoint.nodes.record_store import record_store
from needlepoint.nodes.store_records import Filters, Headers
from needlepoint.stores.records import Record

logger = logging.getLogger(__name__)


class OnnxEmbeddingRetriever(DenseRetriever):
    """Finds passages whose embeddings are close to the question's; in an indexing pipeline, embeds the passages.

    It replaces Haystack's EmbeddingRetriever for sentence-transformers models of the BERT family (BERT, RoBERTa, DistilBERT,
    ELECTRA, MPNet, XLM-RoBERTa, CamemBERT, DeBERTa-v2, ModernBERT; mean or first-token pooling) and gives the same vectors,
    without torch. The collection records the model that it is embedded with; another model is refused. The model is loaded at
    first use.

    :param document_store: the store of the passages.
    :param embedding_model: a sentence-transformers folder or hub name; by default all-MiniLM-L6-v2 from the extra ``hybrid``.
    :param model_version: branch, tag or commit of a model on the hub.
    :param top_k: the number of passages for each question.
    :param max_seq_len: the longest text in tokens; by default the model's own limit.
    :param query_prefix: the text that the model expects before a question, such as ``query: `` for E5.
    :param passage_prefix: the text that it expects before a passage.
    :param embed_meta_fields: keys of metadata, such as ``title``, whose values are put before the passage when it is embedded.
    :param scale_score: scale scores to between 0 and 1 as Haystack does.
    :param precision: ``fp32``, ``int8``, or ``auto``: int8 if the processor computes it exactly and a check passes.
    :param use_gpu: use CUDA if the installed onnxruntime offers it.
    :raises ValueError: an argument is out of range.
    """

    def __init__(
        self,
        document_store: BaseDocumentStore | None = None,
        embedding_model: str | None = None,
        model_version: str | None = None,
        top_k: int = 10,
        max_seq_len: int | None = None,
        query_prefix: str = "",
        passage_prefix: str = "",
        embed_meta_fields: list[str] | None = None,
        scale_score: bool = True,
        precision: str = "auto",
        use_gpu: bool = False,
    ) -> None:
        super().__init__()
        if top_k < 0:
            raise ValueError(f"top_k must be 0 or more, got {top_k}")
        self.document_store = document_store
        self.embedding_model = embedding_model
        self.top_k = top_k
        self.query_prefix = query_prefix
        self.passage_prefix = passage_prefix
        self.embed_meta_fields = list(embed_meta_fields or [])
        self.scale_score = scale_score
        self.on_embedded: Callable[[int, int], None] | None = None
        self._is_complete = False
        self._encoder = PassageEncoder(
            TextEncoder(
                embedding_model, max_tokens=max_seq_len, precision=precision, revision=model_version, use_gpu=use_gpu
            ),
            query_prefix=query_prefix,
            passage_prefix=passage_prefix,
            meta_fields=self.embed_meta_fields,
        )

    @property
    def record(self) -> EmbeddingRecord:
        """This model's record in a collection: its name, the length of its vectors, and a fingerprint."""
        return record_of(self._encoder)

    def load(self) -> None:
        """Load the model now rather than at the first question.

        :raises ModelError: the model is missing or cannot be used.
        """
        self._encoder.load()

    def embed_queries(self, queries: list[str]) -> np.ndarray:
        """Return the vectors of questions, shape (questions, dimension)."""
        return self._encoder.encode_questions(queries)

    def embed_documents(self, documents: Sequence[Document] | Sequence[Record]) -> np.ndarray:
        """Return the vectors of passages, shape (passages, dimension).

        ``on_embedded``, if set, is called from time to time with the number of passages done and their total.
        """

        def tell(done: int) -> None:
            if self.on_embedded:
                self.on_embedded(done, len(documents))

        return self._encoder.encode_passages(documents, progress=tell)

    def run_indexing(self, documents: list[Document]) -> tuple[dict[str, Any], str]:
        """Add embeddings to the passages.

        :raises CollectionError: the collection is embedded with another model.
        """
        if self.document_store is not None and documents:
            store = self.document_store
            embedding_record.claim(record_store(store), store.index, self.record)
        output: tuple[dict[str, Any], str] = super().run_indexing(documents)
        return output

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
        """Return the passages whose embeddings are closest to a question's, best first.

        :raises CollectionError: the collection has no embeddings, or those of another model.
        """
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
        :param batch_size: ignored.
        :raises CollectionError: the collection has no embeddings, or those of another model.
        :raises ValueError: there is no document store, or the list of filters has the wrong length.
        """
        store = document_store or self.document_store
        if store is None:
            raise ValueError("OnnxEmbeddingRetriever needs a document_store, from the constructor or the call")
        name = index or store.index
        embedding_record.check(record_store(store), name, self.record)
        self._warn_of_gaps(store, name)
        each = filters if isinstance(filters, list) else [filters] * len(queries)
        if len(each) != len(queries):
            raise ValueError(f"there must be as many filters as queries, got {len(each)} for {len(queries)}")
        wanted = self.top_k if top_k is None else top_k
        scaled = self.scale_score if scale_score is None else scale_score
        return [
            store.query_by_embedding(
                vector, filters=of_this, top_k=wanted, index=name, headers=headers, scale_score=scaled
            )
            for vector, of_this in zip(self.embed_queries(queries), each, strict=True)
        ]

    def _warn_of_gaps(self, store: BaseDocumentStore, index: str) -> None:
        """Warn once if some passages have no embedding, as after indexing with a pipeline that makes none."""
        if self._is_complete:
            return
        missing = store.get_document_count(index=index, only_documents_without_embedding=True)
        if missing:
            logger.warning(
                "%s passages have no embedding and are found by keywords only: 'needlepoint embed' adds them", missing
            )
        self._is_complete = True
