"""Everything that is asked of one index on the server."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from elasticsearch import Elasticsearch

from needlepoint.errors import ServerUnavailableError
from needlepoint.stores.elasticsearch.failures import one_line, unavailable
from needlepoint.stores.elasticsearch.languages import Languages
from needlepoint.stores.elasticsearch.mapping import ANALYSER, searched_field
from needlepoint.stores.elasticsearch.queries import Clause, filter_clause
from needlepoint.stores.elasticsearch.records import UNREAD, to_record
from needlepoint.stores.elasticsearch.scanning import Scan
from needlepoint.stores.elasticsearch.server import Server
from needlepoint.stores.filters import KEYS_FIELD, Filters
from needlepoint.stores.records import Record, Vector
from needlepoint.stores.search_fields import ONLY_CONTENT, TIE, WAYS_TIE, SearchFields
from needlepoint.stores.tokens import FacetValue, key_prefix, most_frequent
from needlepoint.text.cleaning import clean
from needlepoint.text.forms import other_ways, question_stems
from needlepoint.text.terms import MAX_TERMS, question_words

_MAX_HITS = 10_000  # the server's max_result_window
_MAX_CLAUSES = 1_000  # the server's own limit is 1,024 or more; a word is one in each field
_IDS_AT_ONCE = 200
_SCANNED_AT_ONCE = 500


class ElasticIndex:
    """One index as it is now; an index that does not exist is an empty one.

    :param name: the index's whole name on the server.
    :param languages: those of the indexes on it.
    """

    def __init__(self, server: Server, name: str, languages: Languages) -> None:
        self._languages = languages
        self._server = server
        self._name = name

    def search(
        self,
        question: str,
        *,
        search_fields: SearchFields = ONLY_CONTENT,
        top_k: int,
        filters: Filters | None = None,
        all_terms: bool = False,
        with_embeddings: bool = True,
    ) -> list[tuple[float, Record]]:
        """Return the records that suit a question best, with their BM25 scores, best first; at most 10,000.

        :param search_fields: where to look for each word, and how much each field's score counts.
        :param all_terms: only what holds every term of the question.
        :param with_embeddings: whether the records come with theirs.
        :raises QuestionError: if the filters are not such.
        """
        question = clean(question)
        words = question_words(question)
        if not words:
            return []
        stems = question_stems(question, self._languages.of(self._name))
        others = other_ways(question, with_synonyms=not all_terms)
        most = _MAX_CLAUSES // len(search_fields)
        found = [_term_query(search_fields, *ways) for ways in _ways(words, stems, others, most)]
        terms: Clause = {"must": found} if all_terms else {"should": found, "minimum_should_match": 1}
        query = {"bool": {**terms, "filter": [filter_clause(filters)]}}
        # scores that count the terms of all shards, as one index would
        return self._best(top_k, with_embeddings, query=query, search_type="dfs_query_then_fetch")

    def _best(self, top_k: int, with_embeddings: bool, **body: Any) -> list[tuple[float, Record]]:
        if top_k <= 0:
            return []
        unread = UNREAD if with_embeddings else [*UNREAD, "embedding"]
        found = self._ask(size=min(top_k, _MAX_HITS), source_excludes=unread, track_total_hits=False, **body)
        return [(float(hit["_score"]), to_record(hit)) for hit in found["hits"]["hits"]]

    def _ask(self, **body: Any) -> Any:
        """Search; an answer without some of the shards is an error and not a smaller answer."""
        return self._server.ask(
            lambda client: client.search(
                index=self._name, ignore_unavailable=True, allow_partial_search_results=False, **body
            )
        ).body

    def get(self, ids: Sequence[str]) -> list[Record]:
        """Return the records that have these ids, in this order; ids that there are not are left out."""
        found: list[Record] = []
        for start in range(0, len(ids), _IDS_AT_ONCE):
            batch = [clean(id_) for id_ in ids[start : start + _IDS_AT_ONCE]]
            found += [to_record(hit) for hit in self._get(batch, source_excludes=UNREAD)]
        return found

    def existing_ids(self, ids: Sequence[str]) -> list[str]:
        """Return those of the ids that there is a record of."""
        distinct = list(dict.fromkeys(map(clean, ids)))
        batches = (distinct[start : start + _MAX_HITS] for start in range(0, len(distinct), _MAX_HITS))
        return [hit["_id"] for batch in batches for hit in self._get(batch, source=False)]

    def _get(self, ids: Sequence[str], **options: Any) -> list[Any]:
        def get(client: Elasticsearch) -> list[Any]:
            found = client.mget(index=self._name, ids=list(ids), **options)["docs"]
            for answer in found:
                error = answer.get("error")
                if error and error.get("type") != "index_not_found_exception":
                    reason = unavailable(str(error.get("type")), one_line(error.get("reason")))
                    raise ServerUnavailableError(f"{self._server.settings.where} cannot answer now: {reason}")
            return [answer for answer in found if answer.get("found")]

        return self._server.ask(get)

    def scan(
        self, filters: Filters | None = None, batch_size: int = _SCANNED_AT_ONCE, *, has_embedding: bool | None = None
    ) -> Iterator[Record]:
        """Yield all records that the filters let through, in the order of writing, as they stood at the first step.

        When the node that keeps that view is lost, another view is opened and the rest comes as it stands then.

        :param has_embedding: only those with, or without, an embedding.
        :raises QuestionError: if the filters are not such.
        """
        query = _clause(filters, has_embedding)
        size = max(1, min(batch_size, _SCANNED_AT_ONCE))
        scan = Scan(self._server, self._name, query, size)
        for hits in scan:
            yield from map(to_record, hits)

    def count(self, filters: Filters | None = None, *, has_embedding: bool | None = None) -> int:
        """Return how many records the filters let through, with or without an embedding.

        :raises QuestionError: if the filters are not such.
        """
        query = _clause(filters, has_embedding)
        return int(self._ask(size=0, query=query, track_total_hits=True)["hits"]["total"]["value"])

    def facets(self, field: str, filters: Filters | None = None, limit: int = 100) -> list[tuple[FacetValue, int]]:
        """Return the values of a metadata field with the number of records that have them, the most frequent first.

        :param limit: no more values than this.
        :raises QuestionError: if the filters are not such.
        """
        prefix = key_prefix(clean(field))
        terms = {"field": KEYS_FIELD, "include": f"{prefix}[bnstz].*", "size": _MAX_HITS}
        found = self._ask(size=0, query=filter_clause(filters), aggs={"values": {"terms": terms}})
        buckets = found.get("aggregations", {}).get("values", {}).get("buckets", [])
        return most_frequent(((bucket["key"], bucket["doc_count"]) for bucket in buckets), prefix, limit)

    def nearest(
        self,
        vector: Vector,
        *,
        similarity: str,
        top_k: int,
        filters: Filters | None = None,
        with_embeddings: bool = True,
    ) -> list[tuple[float, Record]]:
        """Return the records whose embeddings are most similar to a vector, best first, by the server's own index of them.

        :param similarity: ``dot_product`` or ``cosine``, as the index was made.
        :param with_embeddings: whether the records come with theirs.
        :raises QuestionError: if the filters are not such.
        """
        wanted = min(top_k, _MAX_HITS)
        knn = {
            "field": "embedding",
            "query_vector": [float(value) for value in vector],
            "k": max(wanted, 1),
            "num_candidates": min(_MAX_HITS, max(100, 2 * wanted)),
            "filter": filter_clause(filters),
        }
        return [
            (_similarity(score, similarity), record) for score, record in self._best(wanted, with_embeddings, knn=knn)
        ]


def _clause(filters: Filters | None, has_embedding: bool | None) -> Clause:
    wanted = filter_clause(filters)
    embedded = {"exists": {"field": "embedding"}}
    if has_embedding is None:
        return wanted
    return {"bool": {"filter": [wanted, embedded]} if has_embedding else {"filter": [wanted], "must_not": [embedded]}}


def _ways(
    words: Mapping[str, str], stems: Mapping[str, Sequence[str]], others: Mapping[str, Sequence[str]], most: int
) -> Iterator[tuple[str, Sequence[str], Sequence[str]]]:
    """Yield the first words of a question, each with its stems and its other ways of writing as long as there is room.

    :param most: the most clauses in a field; where words have stems, the most words are 64.
    """
    first = list(words.items())[: min(most, MAX_TERMS) if stems else most]
    room = most - len(first)
    for term, word in first:
        other = others.get(term, [])[:room]
        room -= len(other)
        stemmed = stems.get(term, [])[: max(0, room - 1)]
        room -= len(stemmed) + bool(stemmed)
        yield word, stemmed, other


def _term_query(search_fields: SearchFields, word: str, stems: Sequence[str], others: Sequence[str]) -> Clause:
    """Search a term that may be written in several ways; the best of them counts, and :data:`WAYS_TIE` times the others."""
    queries = [_word_query(word, search_fields, stems), *(_word_query(other, search_fields) for other in others)]
    return _best_of(queries, WAYS_TIE)


def _word_query(word: str, search_fields: SearchFields, stems: Sequence[str] = ()) -> Clause:
    """Search one word, without stop words: those of a question are gone already."""
    queries = [_field_query(searched_field(name), word, stems, weight) for name, weight in search_fields.items()]
    return _best_of(queries, TIE)


def _best_of(queries: Sequence[Clause], tie: float) -> Clause:
    return queries[0] if len(queries) == 1 else {"dis_max": {"queries": queries, "tie_breaker": tie}}


def _field_query(field: str, word: str, stems: Sequence[str], weight: float) -> Clause:
    """Search a word in a field, and the best of its stems where it does not stand itself."""
    written = {"match": {field: {"query": word, "analyzer": ANALYSER, "boost": weight}}}
    if not stems:
        return written
    stemmed: list[Clause] = [{"term": {field: {"value": stem, "boost": weight}}} for stem in stems]
    otherwise = {"bool": {"must": {"dis_max": {"queries": stemmed}}, "must_not": written}}
    return {"dis_max": {"queries": [written, otherwise]}}


def _similarity(score: float, similarity: str) -> float:
    """Undo what the server does to keep scores positive."""
    if similarity == "cosine":
        return 2 * score - 1
    return score - 1 if score >= 1 else 1 - 1 / score
