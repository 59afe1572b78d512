"""Searches and reads one index as of one commit."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from tantivy import DocAddress, FieldType, Index, Occur, Order, Query, Searcher

from needlepoint.stores.changes import Deletion
from needlepoint.stores.filters import KEYS_FIELD, Filters, compile_filters
from needlepoint.stores.records import Record, Vector, decode
from needlepoint.stores.search_fields import LANGUAGE, TIE, WAYS_TIE, SearchFields, text_field
from needlepoint.stores.tantivy.damage import damage_told
from needlepoint.stores.tantivy.schema import require_search_fields
from needlepoint.stores.tantivy.vectors import Sequences, VectorFiles, VectorTable
from needlepoint.stores.tokens import FacetValue, key_prefix, metadata_tokens, most_frequent
from needlepoint.text.cleaning import clean
from needlepoint.text.forms import STEMMERS, other_ways, question_stems
from needlepoint.text.terms import MAX_TERMS, question_terms

_BATCH = 10_000


def deletion_query(deletion: Deletion, index: Index) -> Query:
    """Return the query that matches the records to delete.

    :raises QuestionError: the filters are invalid.
    """
    conditions = [compile_filters(deletion.filters, index) or Query.all_query()]
    if deletion.ids is not None:
        conditions.append(Query.term_set_query(index.schema, "id", [clean(id_) for id_ in deletion.ids]))
    return Query.boolean_query([(Occur.Must, query) for query in conditions])


class Snapshot:
    """An index as of one commit; it stays readable while others write, and may be used by several threads.

    :param index: the opened index.
    :param searcher: its searcher for this commit.
    :param folder: the index's folder.
    :param vectors: the files of its embeddings.
    """

    def __init__(self, index: Index, searcher: Searcher, folder: Path, vectors: VectorFiles) -> None:
        self._hidden: Query | None = None
        self._index = index
        self._folder = folder
        self._vectors = vectors
        self._schema = index.schema
        self._searcher = searcher
        self._embedded: tuple[Sequences, list[DocAddress]] | None = None
        self._tables: dict[int, VectorTable] = {}
        self._tables_lock = threading.RLock()

    def without(self, deletions: Sequence[Deletion]) -> "Snapshot":
        """Return the index as if these records were deleted.

        BM25's statistics still count them, as they count deleted records until segments are merged.
        """
        if not deletions:
            return self
        other = Snapshot(self._index, self._searcher, self._folder, self._vectors)
        chosen = [(Occur.Should, deletion_query(deletion, self._index)) for deletion in deletions]
        other._hidden = Query.boolean_query(chosen)
        return other

    def search(
        self,
        question: str,
        *,
        search_fields: SearchFields,
        top_k: int,
        filters: Filters | None = None,
        all_terms: bool = False,
        with_embeddings: bool = True,
    ) -> list[tuple[float, Record]]:
        """Return the records that match a question best, with their BM25 scores, best first.

        :param search_fields: the fields to search, and their weights.
        :param top_k: the most records.
        :param all_terms: return only records that contain every term of the question.
        :param with_embeddings: whether to return the records' embeddings.
        :raises QuestionError: the filters are invalid.
        :raises CollectionError: the index was made without one of the search fields.
        """
        require_search_fields(self._schema, search_fields)
        wanted = self._filter_query(filters)
        question = clean(question)
        stems, others = question_stems(question, self._languages), other_ways(question, with_synonyms=not all_terms)
        terms = self._rarest(question_terms(question), search_fields, stems, others)
        if not terms:
            return []
        occur = Occur.Must if all_terms else Occur.Should
        query = Query.boolean_query(
            [
                (occur, self._term_query(term, search_fields, stems.get(term, []), others.get(term, [])))
                for term in terms
            ]
        )
        if filters or self._hidden is not None:
            query = Query.boolean_query([(Occur.Must, query), (Occur.Must, Query.const_score_query(wanted, 0.0))])
        hits = self._hits(query, top_k)
        return [(score, self._record(address, with_embedding=with_embeddings)) for score, address in hits]

    @cached_property
    def _languages(self) -> list[str]:
        """The languages that records of this index are in and that there is a stemmer for."""
        with damage_told(self._folder):
            return [
                language
                for language in STEMMERS
                if self._searcher.doc_freq(KEYS_FIELD, *metadata_tokens({LANGUAGE: language}))
            ]

    def _filter_query(self, filters: Filters | None) -> Query:
        return self._visible(compile_filters(filters, self._index) or Query.all_query())

    def _visible(self, query: Query) -> Query:
        if self._hidden is None:
            return query
        return Query.boolean_query([(Occur.Must, query), (Occur.MustNot, self._hidden)])

    def _term_query(self, term: str, search_fields: SearchFields, stems: Sequence[str], others: Sequence[str]) -> Query:
        """Search a term that may be written in several ways; the best of them counts, and :data:`WAYS_TIE` times the others."""
        queries = [self._written_query(term, search_fields, stems)]
        queries += [self._written_query(other, search_fields) for other in others]
        return _best_of(queries, WAYS_TIE)

    def _written_query(self, term: str, search_fields: SearchFields, stems: Sequence[str] = ()) -> Query:
        queries = [
            Query.boost_query(self._field_query(text_field(field), term, stems), weight)
            for field, weight in search_fields.items()
        ]
        return _best_of(queries, TIE)

    def _field_query(self, field: str, term: str, stems: Sequence[str]) -> Query:
        """Search a term in a field, and the best of its stems where it does not stand itself."""
        written, *stemmed = (Query.term_query(self._schema, field, word, "freq") for word in [term, *stems])
        if not stemmed:
            return written
        otherwise = [(Occur.Must, Query.disjunction_max_query(stemmed)), (Occur.MustNot, written)]
        return Query.disjunction_max_query([written, Query.boolean_query(otherwise)])

    def _rarest(self, terms: list[str], search_fields: SearchFields, *others: Mapping[str, Sequence[str]]) -> list[str]:
        """Return the terms; if there are too many, the rarest ones, each counted with its other ways of writing."""
        if len(terms) <= MAX_TERMS:
            return terms
        fields = [text_field(field) for field in search_fields]
        with damage_told(self._folder):
            frequency = {
                term: sum(self._searcher.doc_freq(field, way) for field in fields for way in ways)
                for term, ways in (
                    (term, [term, *(way for each in others for way in each.get(term, []))]) for term in terms
                )
            }
        known = [term for term in terms if frequency[term]]
        return sorted(known, key=lambda term: frequency[term])[:MAX_TERMS]

    def _hits(self, query: Query, limit: int) -> list[tuple[float, DocAddress]]:
        limit = min(limit, self._searcher.num_docs)
        if limit <= 0:
            return []
        with damage_told(self._folder):
            hits: list[tuple[float, DocAddress]] = self._searcher.search(query, limit, count=False).hits
        return hits

    def _record(self, address: DocAddress, *, with_embedding: bool = True) -> Record:
        with damage_told(self._folder):
            document = self._searcher.doc(address)
            embedding = document.get_first("embedding") if with_embedding else None
            return decode(bytes(document.get_first("record")), None if embedding is None else bytes(embedding))

    def get(self, ids: Sequence[str]) -> list[Record]:
        """Return the records with these ids, in this order; unknown ids are left out."""
        found: dict[str, Record] = {}
        for start in range(0, len(ids), _BATCH):
            batch = list(dict.fromkeys(clean(id_) for id_ in ids[start : start + _BATCH]))
            query = self._visible(Query.term_set_query(self._schema, "id", batch))
            for _, address in self._hits(query, len(batch)):
                record = self._record(address)
                found[record.id] = record
        return [found[id_] for id_ in map(clean, ids) if id_ in found]

    def existing_ids(self, ids: Sequence[str]) -> list[str]:
        """Return those of the ids that have a record."""
        return [id_ for id_ in dict.fromkeys(map(clean, ids)) if self._hits(self._id_query(id_), 1)]

    def _id_query(self, id_: str) -> Query:
        return self._visible(Query.term_query(self._schema, "id", id_, "basic"))

    def scan(
        self, filters: Filters | None = None, batch_size: int = _BATCH, *, has_embedding: bool | None = None
    ) -> Iterator[Record]:
        """Yield all records that match the filters, in the order in which they were written.

        :param has_embedding: return only records with, or without, an embedding.
        :raises QuestionError: the filters are invalid.
        """
        for _, address in self._scan_addresses(self._query(filters, has_embedding), batch_size):
            yield self._record(address)

    def _query(self, filters: Filters | None, has_embedding: bool | None) -> Query:
        query = self._filter_query(filters)
        if has_embedding is None:
            return query
        embedded = Query.term_query(self._schema, "has_embedding", has_embedding, "basic")
        return Query.boolean_query([(Occur.Must, query), (Occur.Must, embedded)])

    def _scan_addresses(self, query: Query, batch_size: int = _BATCH) -> Iterator[tuple[int, DocAddress]]:
        last = -1
        while True:
            later = Query.range_query(
                self._schema, "sequence", FieldType.Integer, lower_bound=last, include_lower=False
            )
            page = Query.boolean_query([(Occur.Must, query), (Occur.Must, later)])
            with damage_told(self._folder):
                result = self._searcher.search(
                    page, batch_size, count=False, order_by_field="sequence", order=Order.Asc
                )
            yield from result.hits
            if len(result.hits) < batch_size:
                return
            last = result.hits[-1][0]

    def count(self, filters: Filters | None = None, *, has_embedding: bool | None = None) -> int:
        """Return how many records match the filters.

        :param has_embedding: count only records with, or without, an embedding.
        :raises QuestionError: the filters are invalid.
        """
        query = self._query(filters, has_embedding)
        with damage_told(self._folder):
            number: int = self._searcher.search(query, 1, count=True).count
        return number

    def facets(self, field: str, filters: Filters | None = None, limit: int = 100) -> list[tuple[FacetValue, int]]:
        """Return the values of a metadata field with the number of records that have them, the most frequent first.

        :param limit: the most values to return.
        :raises QuestionError: the filters are invalid.
        """
        prefix = key_prefix(clean(field))
        wanted = self._filter_query(filters)
        with damage_told(self._folder):
            tokens = self._searcher.terms_with_prefix(KEYS_FIELD, prefix, wanted)
            return most_frequent(tokens, prefix, limit)

    def nearest(
        self,
        vector: Vector,
        *,
        similarity: str,
        top_k: int,
        filters: Filters | None = None,
        with_embeddings: bool = True,
    ) -> list[tuple[float, Record]]:
        """Return the records whose embeddings are most similar to a vector, best first, by exact search.

        :param similarity: ``dot_product`` or ``cosine``.
        :param top_k: the most records.
        :param with_embeddings: whether to return the records' embeddings.
        :raises QuestionError: the filters are invalid.
        :raises ValueError: the vector has another length than the embeddings.
        """
        query = np.asarray(vector, dtype=np.float32).reshape(-1)
        with self._tables_lock:
            sequences, addresses = self._all_embedded()
            table = self._table(len(query))
        if addresses and not len(table):
            width = len(self._embeddings(addresses[:1])[0])
            raise ValueError(f"the query's embedding must have {width} numbers like the stored ones, got {len(query)}")
        allowed = None
        if filters or self._hidden is not None:
            wanted = self._sequences(self._query(filters, True))
            allowed = np.searchsorted(sequences, wanted)
        best = table.nearest(query, similarity=similarity, top_k=top_k, allowed=allowed)
        return [(score, self._record(addresses[place], with_embedding=with_embeddings)) for score, place in best]

    def _table(self, width: int) -> VectorTable:
        if width not in self._tables:
            self._tables[width] = self._read_table(self._vectors, width)
        return self._tables[width]

    def _read_table(self, files: VectorFiles, width: int) -> VectorTable:
        sequences, addresses = self._all_embedded()
        return VectorTable(
            files, width, sequences, read=lambda places: self._embeddings([addresses[place] for place in places])
        )

    def lost_vectors(self) -> int:
        """Return how many embeddings are missing from their file or damaged in it; all rows are compared now."""
        _, addresses = self._all_embedded()
        files = VectorFiles(self._folder)
        widths = {len(vector) for vector in self._embeddings(addresses[:1])} | {*files.widths()}
        return sum(self._read_table(files, width).lost for width in widths) if addresses else 0

    def embeddings(self) -> tuple[Sequences, list[Vector]]:
        """Return the embeddings that the records have, with their sequence numbers."""
        sequences, addresses = self._all_embedded()
        return sequences, self._embeddings(addresses)

    def _embeddings(self, addresses: Sequence[DocAddress]) -> list[Vector]:
        with damage_told(self._folder):
            found: list[Any] = [self._searcher.doc(address).get_first("embedding") for address in addresses]
            return [np.frombuffer(bytes(data), dtype="<f4") for data in found]

    def _all_embedded(self) -> tuple[Sequences, list[DocAddress]]:
        if self._embedded is None:
            hits = list(self._scan_addresses(self._query(None, True), max(1, self._searcher.num_docs)))
            sequences = np.fromiter((sequence for sequence, _ in hits), dtype=np.int64, count=len(hits))
            self._embedded = sequences, [address for _, address in hits]
        return self._embedded

    def embedded_sequences(self) -> Sequences:
        """Return the sequence numbers of all records with embeddings, sorted."""
        return self._sequences(self._query(None, True))

    def _sequences(self, query: Query) -> Sequences:
        hits = list(self._scan_addresses(query, max(1, self._searcher.num_docs)))
        return np.fromiter((sequence for sequence, _ in hits), dtype=np.int64, count=len(hits))


def _best_of(queries: list[Query], tie: float) -> Query:
    return queries[0] if len(queries) == 1 else Query.disjunction_max_query(queries, tie)
