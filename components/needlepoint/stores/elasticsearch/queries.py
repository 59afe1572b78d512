"""Haystack's filters as Elasticsearch queries."""

from collections.abc import Sequence
from typing import Any

from needlepoint.stores.filters import KEYS_FIELD, Filters, compile_filters_with

Clause = dict[str, Any]


class _Clauses:
    def everything(self) -> Clause:
        return {"match_all": {}}

    def nothing(self) -> Clause:
        return {"match_none": {}}

    def term(self, token: str) -> Clause:
        return {"term": {KEYS_FIELD: token}}

    def terms(self, tokens: Sequence[str]) -> Clause:
        return {"terms": {KEYS_FIELD: list(tokens)}}

    def ids(self, ids: Sequence[str]) -> Clause:
        return {"ids": {"values": list(ids)}}

    def between(self, first: str, last: str, *, with_first: bool, with_last: bool) -> Clause:
        bounds = {"gte" if with_first else "gt": first, "lte" if with_last else "lt": last}
        return {"range": {KEYS_FIELD: bounds}}

    def all_of(self, queries: Sequence[Clause]) -> Clause:
        return {"bool": {"filter": list(queries)}}

    def any_of(self, queries: Sequence[Clause]) -> Clause:
        return {"bool": {"should": list(queries), "minimum_should_match": 1}}

    def none_of(self, queries: Sequence[Clause]) -> Clause:
        return {"bool": {"must_not": list(queries)}}


def filter_clause(filters: Filters | None) -> Clause:
    """Return the clause that matches what a filter lets through.

    :raises QuestionError: if the filter is not one.
    """
    return compile_filters_with(_Clauses(), filters) or {"match_all": {}}
