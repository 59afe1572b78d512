"""The common base of the two Haystack document stores: the embedded one and Elasticsearch."""

from abc import abstractmethod
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from haystack.document_stores import KeywordDocumentStore
from haystack.errors import DocumentStoreError, HaystackError
from haystack.schema import Document

from needlepoint.nodes.label_store import LabelStore
from needlepoint.nodes.store_errors import haystack_errors
from needlepoint.nodes.store_records import Filters, Headers, to_document, to_record
from needlepoint.stores.elasticsearch import ElasticCollection, ElasticIndex
from needlepoint.stores.records import Record
from needlepoint.stores.retrieval_scores import scaled_bm25, scaled_similarity
from needlepoint.stores.search_fields import SearchFields
from needlepoint.stores.tantivy import Snapshot, TantivyCollection
from needlepoint.stores.tantivy.vectors import SIMILARITIES
from needlepoint.stores.tokens import as_dict
from needlepoint.stores.value_preference import best_matches


class CollectionDocumentStore(LabelStore, KeywordDocumentStore):
    """A Haystack document store on a collection of named indexes.

    :param collection: the store that keeps the records.
    :param index: the default index of documents.
    :param label_index: the default index of labels.
    :param similarity: ``dot_product`` or ``cosine``, for :meth:`query_by_embedding`.
    :param return_embedding: whether documents are returned with their embeddings by default.
    :param duplicate_documents: what to do with an existing id: ``overwrite``, ``skip`` or ``fail``.
    :param search_fields: the fields that questions are compared with, ``content`` and metadata keys, and their weights.
    :param embedding_field: the key of the embedding in documents given as dicts.
    :raises ValueError: an argument is out of range.
    """

    @abstractmethod
    def __init__(
        self,
        collection: TantivyCollection | ElasticCollection,
        *,
        index: str,
        label_index: str,
        similarity: str,
        return_embedding: bool,
        duplicate_documents: str,
        search_fields: SearchFields,
        embedding_field: str,
    ) -> None:
        super().__init__()
        if similarity not in SIMILARITIES:
            raise ValueError(f"similarity must be one of {', '.join(SIMILARITIES)}, got {similarity!r}")
        self.index = index
        self.label_index = label_index
        self.similarity = similarity
        self.return_embedding = return_embedding
        self.duplicate_documents = self._checked_duplicates(duplicate_documents)
        self.embedding_field = embedding_field
        self.search_fields = search_fields
        self.collection = collection

    def _checked_duplicates(self, duplicate_documents: str) -> str:
        if duplicate_documents not in self.duplicate_documents_options:
            options = ", ".join(self.duplicate_documents_options)
            raise ValueError(f"duplicate_documents must be one of {options}, got {duplicate_documents!r}")
        return duplicate_documents

    def _create_document_field_map(self) -> dict[str, str]:
        return {self.embedding_field: "embedding"}

    # Writing

    @contextmanager
    def session(self) -> Iterator[None]:
        """Keep the store locked and its writer open for several calls; each call is still a commit of its own.

        Other threads may write in between, so that they need not wait while files are read or embedded.

        :raises StoreLockedError: another process is writing.
        """
        with haystack_errors(), self.collection.session():
            yield

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Do as :meth:`session` does for calls that belong together: writes of other threads wait until the block ends."""
        with haystack_errors(), self.collection.writing():
            yield

    def close(self) -> None:
        """Release the lock and close all files; may be called again, and the store can be used again."""
        with haystack_errors():
            self.collection.close()

    def write_documents(
        self,
        documents: list[dict[str, Any]] | list[Document],
        index: str | None = None,
        batch_size: int = 10_000,
        duplicate_documents: str | None = None,
        headers: Headers = None,
    ) -> None:
        """Write documents, all in one commit or none of them.

        :param documents: Haystack documents, or dicts of their values.
        :param batch_size: ignored, because a call is one batch.
        :param duplicate_documents: for documents with the same id, ``overwrite`` keeps the last, ``skip`` the first; ``fail``
            refuses all.
        :raises DuplicateDocumentError: an id occurs twice or exists, and ``duplicate_documents`` is ``fail``.
        :raises CollectionError: the documents cannot be written (also a ``DocumentStoreError``).
        """
        self._refuse_headers(headers)
        duplicates = self._checked_duplicates(duplicate_documents or self.duplicate_documents)
        records = [to_record(self._as_document(document)) for document in documents]
        self._write(index or self.index, records, duplicates)

    def _as_document(self, document: dict[str, Any] | Document) -> Document:
        if isinstance(document, Document):
            return document
        values = {**document, "meta": dict(document.get("meta") or {})}  # from_dict writes into its argument
        return Document.from_dict(values, field_map=self._create_document_field_map())

    def _write(self, index: str, records: Sequence[Record], duplicates: str = "overwrite") -> None:
        with haystack_errors():
            self.collection.write(index, records, duplicates=duplicates)

    def update_document_meta(self, id: str, meta: dict[str, Any], index: str | None = None) -> None:
        """Set metadata keys of a document; its other keys stay.

        :raises DocumentStoreError: there is no such document.
        """
        name = index or self.index
        with self.writing():
            found = self._records_by_id([id], name)
            if not found:
                raise DocumentStoreError(f"the index {name!r} holds no document with id {id!r}")
            record = found[0]
            changed = Record(record.id, record.content, {**record.meta, **meta}, record.fields, record.embedding)
            self._write(name, [changed])

    def update_embeddings(
        self,
        retriever: Any,
        index: str | None = None,
        filters: Filters = None,
        update_existing_embeddings: bool = True,
        batch_size: int = 10_000,
    ) -> None:
        """Compute and store the embeddings of documents, one commit for each batch.

        :param retriever: a Haystack dense retriever.
        :param update_existing_embeddings: whether to embed documents again that have an embedding.
        :raises DocumentStoreError: the retriever returns another number of embeddings than documents.
        """
        name = index or self.index
        with self.writing():
            batch: list[Record] = []
            for record in self._scan(name, filters, batch_size):
                if update_existing_embeddings or record.embedding is None:
                    batch.append(record)
                if len(batch) == batch_size:
                    self._write_embeddings(name, batch, retriever)
                    batch = []
            self._write_embeddings(name, batch, retriever)

    def _write_embeddings(self, index: str, records: Sequence[Record], retriever: Any) -> None:
        if not records:
            return
        vectors = np.asarray(retriever.embed_documents([to_document(record) for record in records]), dtype=np.float32)
        if len(vectors) != len(records):
            raise DocumentStoreError(f"the retriever gave {len(vectors)} embeddings for {len(records)} documents")
        pairs = zip(records, vectors, strict=True)
        self._write(index, [Record(old.id, old.content, old.meta, old.fields, vector) for old, vector in pairs])

    # Deleting

    def delete_documents(
        self,
        index: str | None = None,
        ids: list[str] | None = None,
        filters: Filters = None,
        headers: Headers = None,
    ) -> None:
        """Delete the documents that have one of the ids and match the filters; without either, all documents.

        :param ids: None means any id; an empty list means none, unlike in Haystack's own stores.
        """
        self._refuse_headers(headers)
        self._delete(index or self.index, ids, filters)

    def delete_all_documents(self, index: str | None = None, filters: Filters = None, headers: Headers = None) -> None:
        """Delete the documents that match the filters; Haystack's older name for :meth:`delete_documents`."""
        self.delete_documents(index, None, filters, headers)

    def _delete(self, index: str, ids: Sequence[str] | None, filters: Filters) -> None:
        with haystack_errors():
            self.collection.delete(index, ids=ids, filters=filters)

    def delete_index(self, index: str) -> None:
        """Remove an index with all its documents; if there is none, do nothing."""
        with haystack_errors():
            self.collection.delete_index(index)

    # Asking

    def query(
        self,
        query: str | None,
        filters: Filters = None,
        top_k: int = 10,
        custom_query: str | None = None,
        index: str | None = None,
        headers: Headers = None,
        all_terms_must_match: bool = False,
        scale_score: bool = True,
    ) -> list[Document]:
        """Return the documents that match a question best by BM25, best first.

        A document without a value of the kind that the question asks for keeps four fifths of its score.

        :param query: the question; None returns the documents that match the filters, in the order of writing.
        :param all_terms_must_match: return only documents that contain every term, except stop words.
        :param scale_score: scale scores to between 0 and 1 as Haystack does: ``expit(score / 8)``.
        :raises FilterError: the filters are invalid.
        """
        self._refuse_headers(headers)
        if custom_query:
            raise NotImplementedError(f"{type(self).__name__} does not support custom_query: it must be None")
        if top_k < 0:
            raise ValueError(f"top_k must be 0 or more, got {top_k}")
        with haystack_errors():
            snapshot = self._snapshot(index)
            if snapshot is None:
                return []
            if query is None:
                return [self._document(record) for record, _ in zip(snapshot.scan(filters), range(top_k), strict=False)]
            hits = best_matches(
                snapshot,
                query,
                search_fields=self.search_fields,
                top_k=top_k,
                filters=filters,
                all_terms=all_terms_must_match,
                with_embeddings=self.return_embedding,
            )
        scale = scaled_bm25 if scale_score else float
        return [self._document(record, score=scale(score)) for score, record in hits]

    def query_batch(
        self,
        queries: list[str],
        filters: Filters | list[Filters] = None,
        top_k: int = 10,
        custom_query: str | None = None,
        index: str | None = None,
        headers: Headers = None,
        all_terms_must_match: bool = False,
        scale_score: bool = True,
    ) -> list[list[Document]]:
        """Return the documents of each of several questions, as :meth:`query` does.

        :param filters: one filter for all questions, or a list with one for each.
        :raises HaystackError: the list of filters is not as long as the list of questions.
        """
        each = filters if isinstance(filters, list) else [filters] * len(queries)
        if len(each) != len(queries):
            raise HaystackError(f"query_batch needs as many filters as queries, got {len(each)} for {len(queries)}")
        return [
            self.query(question, wanted, top_k, custom_query, index, headers, all_terms_must_match, scale_score)
            for question, wanted in zip(queries, each, strict=True)
        ]

    def query_by_embedding(
        self,
        query_emb: np.ndarray,
        filters: Filters = None,
        top_k: int = 10,
        index: str | None = None,
        return_embedding: bool | None = None,
        headers: Headers = None,
        scale_score: bool = True,
    ) -> list[Document]:
        """Return the documents whose embeddings are most similar to a vector, best first.

        :param query_emb: one vector, as long as the stored ones.
        :param scale_score: scale scores to between 0 and 1 as Haystack does.
        """
        self._refuse_headers(headers)
        with haystack_errors():
            snapshot = self._snapshot(index)
            if snapshot is None:
                return []
            wanted = self.return_embedding if return_embedding is None else return_embedding
            hits = snapshot.nearest(
                query_emb, similarity=self.similarity, top_k=top_k, filters=filters, with_embeddings=wanted
            )
        if scale_score:
            hits = [(scaled_similarity(score, self.similarity), record) for score, record in hits]
        return [self._document(record, score=score, return_embedding=return_embedding) for score, record in hits]

    def facets(self, field: str, filters: Filters = None, index: str | None = None, limit: int = 100) -> dict[Any, int]:
        """Return the values of a metadata field with the number of documents that have each, the most frequent first.

        Strings longer than 256 bytes are not counted. Each element of a list counts once. True counts as 1, False as 0.

        :param limit: the most values to return.
        :raises FilterError: the filters are invalid.
        """
        with haystack_errors():
            snapshot = self._snapshot(index)
            return {} if snapshot is None else as_dict(snapshot.facets(field, filters, limit))

    # Reading

    def get_document_by_id(self, id: str, index: str | None = None, headers: Headers = None) -> Document | None:
        """Return the document with this id, or None."""
        found = self.get_documents_by_id([id], index=index, headers=headers)
        return found[0] if found else None

    def get_documents_by_id(
        self,
        ids: list[str],
        index: str | None = None,
        batch_size: int = 10_000,
        headers: Headers = None,
    ) -> list[Document]:
        """Return the documents with these ids, in this order; unknown ids are left out."""
        self._refuse_headers(headers)
        return [self._document(record) for record in self._records_by_id(ids, index or self.index)]

    def _records_by_id(self, ids: Sequence[str], index: str) -> list[Record]:
        with haystack_errors():
            snapshot = self._snapshot(index)
            return [] if snapshot is None else snapshot.get(ids)

    def get_all_documents(
        self,
        index: str | None = None,
        filters: Filters = None,
        return_embedding: bool | None = None,
        batch_size: int = 10_000,
        headers: Headers = None,
    ) -> list[Document]:
        """Return the documents that match the filters, in the order in which they were last written."""
        return list(self.get_all_documents_generator(index, filters, return_embedding, batch_size, headers))

    def get_all_documents_generator(
        self,
        index: str | None = None,
        filters: Filters = None,
        return_embedding: bool | None = None,
        batch_size: int = 10_000,
        headers: Headers = None,
    ) -> Generator[Document, None, None]:
        """Yield what :meth:`get_all_documents` returns, as of the first step."""
        self._refuse_headers(headers)
        for record in self._scan(index or self.index, filters, batch_size):
            yield self._document(record, return_embedding=return_embedding)

    def _scan(self, index: str, filters: Filters, batch_size: int = 10_000) -> Iterator[Record]:
        with haystack_errors():
            snapshot = self._snapshot(index)
            if snapshot is not None:
                yield from snapshot.scan(filters, batch_size)

    def get_document_count(
        self,
        filters: Filters = None,
        index: str | None = None,
        only_documents_without_embedding: bool = False,
        headers: Headers = None,
    ) -> int:
        """Return how many documents match the filters; 0 if there is no such index."""
        self._refuse_headers(headers)
        return self._count(index or self.index, filters, False if only_documents_without_embedding else None)

    def get_embedding_count(self, index: str | None = None, filters: Filters = None) -> int:
        """Return how many documents match the filters and have an embedding."""
        return self._count(index or self.index, filters, True)

    def _count(self, index: str, filters: Filters = None, has_embedding: bool | None = None) -> int:
        with haystack_errors():
            snapshot = self._snapshot(index)
            return 0 if snapshot is None else snapshot.count(filters, has_embedding=has_embedding)

    def _snapshot(self, index: str | None) -> Snapshot | ElasticIndex | None:
        return self.collection.snapshot(index or self.index)

    def _document(
        self, record: Record, *, score: float | None = None, return_embedding: bool | None = None
    ) -> Document:
        wanted = self.return_embedding if return_embedding is None else return_embedding
        return to_document(record, score=score, return_embedding=wanted)
