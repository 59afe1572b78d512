"""The synchronous Haystack 3 document store that the embedded store and the one on a server share."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from haystack import Document
from haystack.document_stores.types import DuplicatePolicy

from haystack_integrations.document_stores.needlepoint.errors import haystack_errors
from haystack_integrations.document_stores.needlepoint.filters import metadata_field, translate
from haystack_integrations.document_stores.needlepoint.metadata import lowest_and_highest, types_of, values_of
from haystack_integrations.document_stores.needlepoint.records import to_document, to_record
from needlepoint.stores.records import Record
from needlepoint.stores.retrieval_scores import scaled_bm25, scaled_similarity
from needlepoint.stores.search_fields import SearchFields
from needlepoint.stores.tantivy.vectors import SIMILARITIES
from needlepoint.stores.tokens import as_dict
from needlepoint.stores.value_preference import best_matches

if TYPE_CHECKING:
    from needlepoint.stores.elasticsearch import ElasticCollection, ElasticIndex
    from needlepoint.stores.tantivy import Snapshot, TantivyCollection

Filters = dict[str, Any] | None

_DUPLICATES = {
    DuplicatePolicy.NONE: "fail",  # as in Haystack's own stores
    DuplicatePolicy.FAIL: "fail",
    DuplicatePolicy.SKIP: "skip",
    DuplicatePolicy.OVERWRITE: "overwrite",
}


def check_top_k(top_k: int, name: str = "top_k") -> None:
    """Refuse a negative number.

    :param name: the argument's name, for the message.
    :raises ValueError: the number is negative.
    """
    if top_k < 0:
        raise ValueError(f"{name} must be 0 or more, got {top_k}")


class SynchronousStore:
    """A Haystack document store on one index of a collection.

    :param collection: holds the records.
    :param index: the index that the documents are in.
    :param similarity: ``dot_product`` or ``cosine``, for :meth:`embedding_retrieval`.
    :param return_embedding: whether retrieved documents come with their embeddings.
    :param search_fields: the fields that questions are compared with, and their weights.
    """

    def __init__(
        self,
        collection: "TantivyCollection | ElasticCollection",
        *,
        index: str,
        similarity: str,
        return_embedding: bool,
        search_fields: SearchFields,
    ) -> None:
        if similarity not in SIMILARITIES:
            raise ValueError(f"similarity must be one of {', '.join(SIMILARITIES)}, got {similarity!r}")
        self.collection = collection
        self.index = index
        self.similarity = similarity
        self.return_embedding = return_embedding
        self._search_fields = search_fields

    def close(self) -> None:
        """Release locks, files and connections; the store may be used again."""
        with haystack_errors():
            self.collection.close()

    # Writing

    def write_documents(self, documents: list[Document], policy: DuplicatePolicy = DuplicatePolicy.NONE) -> int:
        """Write documents.

        :param policy: what to do about an id that exists already; NONE means FAIL.
        :returns: how many were written; with OVERWRITE, all of them.
        :raises DuplicateDocumentError: for FAIL; nothing is written.
        :raises ValueError: the argument is not a list of documents.
        """
        if not isinstance(documents, list) or not all(isinstance(document, Document) for document in documents):
            raise ValueError("documents must be a list of haystack.Document")
        duplicates = _DUPLICATES[policy]
        written = self._write([to_record(document) for document in documents], duplicates)
        return len(documents) if duplicates == "overwrite" else written

    def _write(self, records: Sequence[Record], duplicates: str) -> int:
        with haystack_errors():
            return self.collection.write(self.index, records, duplicates=duplicates)

    def update_by_filter(self, filters: dict[str, Any], meta: dict[str, Any]) -> int:
        """Set metadata keys of the documents that match a filter; their other keys stay.

        :returns: how many documents were changed.
        """
        with haystack_errors(), self.collection.writing():
            changed = [
                Record(old.id, old.content, {**old.meta, **meta}, old.fields, old.embedding)
                for old in self._scan(filters)
            ]
            self._write(changed, "overwrite")
        return len(changed)

    # Deleting

    def delete_documents(self, document_ids: list[str]) -> None:
        """Delete documents by their ids; unknown ids are ignored."""
        with haystack_errors():
            self.collection.delete(self.index, ids=document_ids)

    def delete_by_filter(self, filters: dict[str, Any]) -> int:
        """Delete the documents that match a filter, and return how many these were."""
        wanted = translate(filters)
        with haystack_errors(), self.collection.writing():
            number = self._count(wanted)
            self.collection.delete(self.index, filters=wanted)
        return number

    def delete_all_documents(self, recreate_index: bool = False) -> None:
        """Delete all documents.

        :param recreate_index: remove the index as a whole; the next write makes another one.
        """
        with haystack_errors():
            if recreate_index:
                self.collection.delete_index(self.index)
            else:
                self.collection.delete(self.index)

    # Asking

    def bm25_retrieval(
        self,
        query: str,
        *,
        filters: Filters = None,
        top_k: int = 10,
        scale_score: bool = True,
        all_terms_must_match: bool = False,
    ) -> list[Document]:
        """Return the best documents for a question by BM25, best first.

        A document without a value of the kind that the question asks for keeps four fifths of its score.

        :param scale_score: scores between 0 and 1: the logistic function of an eighth of the BM25 score.
        :param all_terms_must_match: only documents that contain every term except stop words.
        :raises FilterError: the filters are not valid.
        :raises ValueError: ``top_k`` is negative.
        """
        check_top_k(top_k)
        with haystack_errors():
            index = self._snapshot()
            if index is None:
                return []
            hits = best_matches(
                index,
                query,
                search_fields=self._search_fields,
                top_k=top_k,
                filters=translate(filters),
                all_terms=all_terms_must_match,
                with_embeddings=self.return_embedding,
            )
        scale = scaled_bm25 if scale_score else float
        return [self._retrieved(record, scale(score)) for score, record in hits]

    def embedding_retrieval(
        self, query_embedding: list[float], *, filters: Filters = None, top_k: int = 10, scale_score: bool = True
    ) -> list[Document]:
        """Return the documents whose embeddings are most similar to a vector, best first.

        :param query_embedding: one vector of the width of the stored ones.
        :param scale_score: scores between 0 and 1, by Haystack's formulas for the store's similarity.
        :raises FilterError: the filters are not valid.
        :raises ValueError: ``top_k`` is negative, or the vector has another width.
        """
        check_top_k(top_k)
        with haystack_errors():
            index = self._snapshot()
            if index is None:
                return []
            hits = index.nearest(
                np.asarray(query_embedding, dtype=np.float32),
                similarity=self.similarity,
                top_k=top_k,
                filters=translate(filters),
                with_embeddings=self.return_embedding,
            )
        if scale_score:
            hits = [(scaled_similarity(score, self.similarity), record) for score, record in hits]
        return [self._retrieved(record, score) for score, record in hits]

    def _retrieved(self, record: Record, score: float) -> Document:
        return to_document(record, score=score, with_embedding=self.return_embedding)

    # Reading

    def filter_documents(self, filters: Filters = None) -> list[Document]:
        """Return the documents that match a filter, with their embeddings, in the order of writing.

        :raises FilterError: the filters are not valid.
        """
        return [to_document(record) for record in self._scan(filters)]

    def count_documents(self) -> int:
        """Return how many documents there are."""
        return self._count(None)

    def count_documents_by_filter(self, filters: dict[str, Any]) -> int:
        """Return how many documents match a filter."""
        return self._count(translate(filters))

    def facets(self, field: str, filters: Filters = None, limit: int = 100) -> dict[Any, int]:
        """Return the values of a metadata field with the number of documents that have each, the most frequent first.

        It reads only the index, so it is fast in large collections. 1, 1.0 and True are one value; strings of more than 256
        bytes have no facet. Each element of a list counts once.
        """
        with haystack_errors():
            index = self._snapshot()
            return {} if index is None else as_dict(index.facets(metadata_field(field), translate(filters), limit))

    def count_unique_metadata_by_filter(self, filters: dict[str, Any], metadata_fields: list[str]) -> dict[str, int]:
        """Return how many distinct values each field has in the documents that match a filter; reads all of them."""
        records = list(self._scan(filters))
        names = [metadata_field(field) for field in metadata_fields]
        return {name: len(values_of(records, name)) for name in names}

    def get_metadata_fields_info(self) -> dict[str, dict[str, str]]:
        """Return the metadata fields with their types, as ``{"year": {"type": "int"}}``; reads every document."""
        return types_of(self._scan())

    def get_metadata_field_min_max(self, metadata_field: str) -> dict[str, Any]:
        """Return the smallest and the largest value of a field as ``min`` and ``max``; reads the documents that have it."""
        return lowest_and_highest(self._values(metadata_field))

    def get_metadata_field_unique_values(
        self,
        metadata_field: str,
        search_term: str | None = None,
        from_: int = 0,
        size: int = 10,
        filters: Filters = None,
    ) -> tuple[list[Any], int]:
        """Return some of a field's distinct values, sorted as texts, and how many there are in all.

        It reads the documents that have the field; :meth:`facets` is faster.

        :param search_term: only values whose text contains it; case does not matter.
        :param from_: how many values to skip.
        :param size: the most values to return.
        """
        term = (search_term or "").lower()
        found = [value for value in self._values(metadata_field, filters) if term in str(value).lower()]
        return found[from_ : from_ + size], len(found)

    def _values(self, field: str, filters: Filters = None) -> list[Any]:
        name = metadata_field(field)
        has_field = {"field": f"meta.{name}", "operator": "!=", "value": None}
        wanted = {"operator": "AND", "conditions": [has_field, filters]} if filters else has_field
        return values_of(self._scan(wanted), name)

    def _scan(self, filters: Filters = None) -> Iterator[Record]:
        wanted = translate(filters)
        with haystack_errors():
            index = self._snapshot()
            if index is not None:
                yield from index.scan(wanted)

    def _count(self, wanted: dict[str, Any] | None) -> int:
        with haystack_errors():
            index = self._snapshot()
            return 0 if index is None else index.count(wanted)

    def _snapshot(self) -> "Snapshot | ElasticIndex | None":
        return self.collection.snapshot(self.index)
