"""Compiles Haystack's filters to queries over the metadata tokens of :mod:`needlepoint.stores.tokens`.

The semantics are those of Haystack's Elasticsearch store:

- Conditions side by side are joined by ``$and``. A list as a value means ``$in``, any other value ``$eq``.
- A field that holds a list matches if one of its elements does.
- ``$ne`` and ``$nin`` match documents without the field. ``$not`` means that none of its conditions holds.
- Several comparisons of one field are one condition, also within ``$or`` and ``$not``. A lower and an upper bound are one range,
  in which a single element of a list must lie (but a date and a string that is no date, as bounds, are two conditions).
- A range compares numbers with numbers, moments with moments (datetimes, dates, ISO 8601 strings), and other strings by code
  point; values of another kind never match.

Beyond that:

- ``{"$eq": [..]}`` matches the whole list in its order, null matches an explicit null, and ``a.b`` is a key inside a dict.
- ``{"$exists": true}`` matches documents whose field is not null.
- ``$id`` stands for the document's id, which ``$eq``, ``$ne``, ``$in`` and ``$nin`` compare.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Generic, Protocol, TypeVar

from tantivy import Index, Occur, Query

from needlepoint.errors import QuestionError
from needlepoint.stores.tokens import (
    MAX_STRING_BYTES,
    equality_token,
    key_prefix,
    list_token,
    moment_of,
    moment_token,
    number_token,
)
from needlepoint.text.cleaning import clean

Filters = Mapping[str, Any] | list[Mapping[str, Any]]

_MAX_DEPTH = 50
_LOGICAL = ("$and", "$or", "$not")
_LOWER = ("$gt", "$gte")
_UPPER = ("$lt", "$lte")
_RANGES = (*_LOWER, *_UPPER)
KEYS_FIELD = "keys"
ID = "$id"


Built = TypeVar("Built")


class Queries(Protocol[Built]):
    """Builds the queries of one search engine; every token is a term of its field :data:`KEYS_FIELD`."""

    def everything(self) -> Built:
        """Match all."""
        ...

    def nothing(self) -> Built:
        """Match none."""
        ...

    def term(self, token: str) -> Built:
        """Match records with this token."""
        ...

    def terms(self, tokens: Sequence[str]) -> Built:
        """Match records with one of these tokens."""
        ...

    def ids(self, ids: Sequence[str]) -> Built:
        """Match records with one of these ids."""
        ...

    def between(self, first: str, last: str, *, with_first: bool, with_last: bool) -> Built:
        """Match records with a token that sorts between two others."""
        ...

    def all_of(self, queries: Sequence[Built]) -> Built:
        """Match records that match all of these queries, at least two."""
        ...

    def any_of(self, queries: Sequence[Built]) -> Built:
        """Match records that match one of these queries, at least two."""
        ...

    def none_of(self, queries: Sequence[Built]) -> Built:
        """Match records that match none of these queries; without queries, all records."""
        ...


def compile_filters(filters: Filters | None, index: Index) -> Query | None:
    """Return the tantivy query for a filter, or None if the filter is empty and matches all documents.

    :raises QuestionError: the filter is invalid.
    """
    return compile_filters_with(_TantivyQueries(index), filters)


def compile_filters_with(queries: Queries[Built], filters: Filters | None) -> Built | None:
    """Return the query for a filter as :func:`compile_filters` does, for any search engine.

    :raises QuestionError: the filter is invalid.
    """
    if filters is None or filters == {} or filters == []:
        return None
    return _Compiler(queries).conjunction(filters, 0)


class _TantivyQueries:
    def __init__(self, index: Index) -> None:
        self._index = index
        self._schema = index.schema

    def everything(self) -> Query:
        return Query.all_query()

    def nothing(self) -> Query:
        return Query.empty_query()

    def term(self, token: str) -> Query:
        return Query.term_query(self._schema, KEYS_FIELD, token, "basic")

    def terms(self, tokens: Sequence[str]) -> Query:
        return Query.term_set_query(self._schema, KEYS_FIELD, list(tokens))

    def ids(self, ids: Sequence[str]) -> Query:
        return Query.term_set_query(self._schema, "id", list(ids))

    def between(self, first: str, last: str, *, with_first: bool, with_last: bool) -> Query:
        # letters and digits only, so the query language is safe to use
        text = f"{'[' if with_first else '{'}{first} TO {last}{']' if with_last else '}'}"
        return self._index.parse_query(f"{KEYS_FIELD}:{text}")

    def all_of(self, queries: Sequence[Query]) -> Query:
        return Query.boolean_query([(Occur.Must, query) for query in queries])

    def any_of(self, queries: Sequence[Query]) -> Query:
        return Query.boolean_query([(Occur.Should, query) for query in queries])

    def none_of(self, queries: Sequence[Query]) -> Query:
        # tantivy's boolean query matches nothing unless it has a positive clause
        excluded = [(Occur.MustNot, query) for query in queries]
        return Query.boolean_query([(Occur.Must, Query.all_query()), *excluded])


class _Compiler(Generic[Built]):
    def __init__(self, queries: Queries[Built]) -> None:
        self._queries = queries
        self._operators: dict[str, Callable[[str, Any], Built]] = {
            "$eq": self._equal,
            "$ne": lambda key, value: queries.none_of([self._equal(key, value)]),
            "$in": lambda key, value: self._among(key, value, "$in"),
            "$nin": lambda key, value: queries.none_of([self._among(key, value, "$nin")]),
            "$exists": self._exists,
        }

    def conjunction(self, filters: Any, depth: int) -> Built:
        return self._all_of(self._conditions(filters, depth))

    def _conditions(self, filters: Any, depth: int) -> list[Built]:
        if depth > _MAX_DEPTH:
            raise QuestionError(f"a filter may have at most {_MAX_DEPTH} levels of nesting")
        if isinstance(filters, list | tuple):
            return [self._all_of(self._mapping_conditions(item, depth)) for item in filters]
        return self._mapping_conditions(filters, depth)

    def _mapping_conditions(self, filters: Any, depth: int) -> list[Built]:
        if not isinstance(filters, Mapping):
            raise QuestionError(f"a filter must be a dict such as {{'type': 'pdf'}}, got {_shown(filters)}")
        return [self._condition(key, value, depth) for key, value in filters.items()]

    def _condition(self, key: Any, value: Any, depth: int) -> Built:
        if not isinstance(key, str):
            raise QuestionError(f"a filter's field must be a string, got {_shown(key)}")
        if key in _LOGICAL:
            return self._logical(key, self._conditions(value, depth + 1))
        if key == ID:
            return self._identified(value)
        if key.startswith("$"):
            raise QuestionError(
                f"{key!r} is not a field; a filter needs a field or one of {', '.join((*_LOGICAL, ID))}"
            )
        if isinstance(value, Mapping):
            return self._all_of(self._comparisons(key, value))
        if isinstance(value, list | tuple | set | frozenset):
            return self._among(key, value, "$in")
        return self._equal(key, value)

    def _logical(self, operator: str, conditions: list[Built]) -> Built:
        if operator == "$and":
            return self._all_of(conditions)
        return self._any_of(conditions) if operator == "$or" else self._queries.none_of(conditions)

    def _all_of(self, conditions: list[Built]) -> Built:
        if len(conditions) == 1:
            return conditions[0]
        return self._queries.all_of(conditions) if conditions else self._queries.everything()

    def _any_of(self, conditions: list[Built]) -> Built:
        if len(conditions) == 1:
            return conditions[0]
        return self._queries.any_of(conditions) if conditions else self._queries.nothing()

    def _comparisons(self, key: str, operands: Mapping[Any, Any]) -> list[Built]:
        """Return the conditions on one field; two bounds become one range, which reads far fewer tokens than two ranges."""
        bounds = {operator: operand for operator, operand in operands.items() if operator in _RANGES}
        between = self._interval(key, bounds)
        single = [operator for operator in operands if between is None or operator not in bounds]
        conditions = [self._comparison(key, operator, operands[operator]) for operator in single]
        return conditions if between is None else [*conditions, between]

    def _interval(self, key: str, bounds: Mapping[str, Any]) -> Built | None:
        """Return the range of a lower and an upper bound, or None if there are other bounds or they differ in kind."""
        operators = [next((operator for operator in side if operator in bounds), "") for side in (_LOWER, _UPPER)]
        if len(bounds) != 2 or not all(operators):
            return None
        first, last = (
            {token[0]: token for token in _range_tokens(key, operator, bounds[operator])} for operator in operators
        )
        if first.keys() ^ last.keys() == {"t", "d"}:  # a moment, and a string that is not one
            return None
        prefix = key_prefix(clean(key))
        with_first, with_last = operators[0] == "$gte", operators[1] == "$lte"
        return self._any_of(
            [
                self._queries.between(prefix + token, prefix + last[kind], with_first=with_first, with_last=with_last)
                for kind, token in first.items()
                if kind in last
            ]
        )

    def _comparison(self, key: str, operator: Any, value: Any) -> Built:
        if operator in self._operators:
            return self._operators[operator](key, value)
        if operator in _RANGES:
            return self._range(key, operator, value)
        known = ", ".join([*self._operators, *_RANGES])
        raise QuestionError(f"{operator!r} is not a filter operator (field {key!r}); the operators are {known}")

    def _equal(self, key: str, value: Any) -> Built:
        return self._queries.term(key_prefix(clean(key)) + _token(key, value))

    def _among(self, key: str, values: Any, operator: str) -> Built:
        if not isinstance(values, list | tuple | set | frozenset):
            raise QuestionError(f"{operator!r} needs a list of values (field {key!r}), got {_shown(values)}")
        prefix = key_prefix(clean(key))
        tokens = list(dict.fromkeys(prefix + _token(key, value) for value in values))
        if not tokens:
            return self._queries.nothing()
        if len(tokens) == 1:
            return self._queries.term(tokens[0])
        return self._queries.terms(tokens)

    def _exists(self, key: str, value: Any) -> Built:
        if not isinstance(value, bool):
            raise QuestionError(f"'$exists' needs true or false (field {key!r}), got {_shown(value)}")
        prefix, member = key_prefix(clean(key)), key_prefix(clean(f"{key}."))[:-1]
        own = self._queries.between(prefix + "a", prefix + "z", with_first=True, with_last=False)  # z is null
        of_members = self._queries.between(member + "0", member + "g", with_first=True, with_last=False)
        found = self._queries.any_of([own, of_members])
        return found if value else self._queries.none_of([found])

    def _identified(self, value: Any) -> Built:
        """Return the condition on ids; if there are several comparisons, all must hold."""
        if not isinstance(value, Mapping):
            value = {"$in" if isinstance(value, list | tuple | set | frozenset) else "$eq": value}
        return self._all_of([self._id_comparison(operator, operand) for operator, operand in value.items()])

    def _id_comparison(self, operator: Any, operand: Any) -> Built:
        if operator not in ("$eq", "$ne", "$in", "$nin"):
            raise QuestionError(f"{operator!r} cannot compare ids; use $eq, $ne, $in or $nin")
        wanted = list(operand) if isinstance(operand, list | tuple | set | frozenset) else [operand]
        if not all(isinstance(id_, str) for id_ in wanted):
            raise QuestionError(f"{ID!r} must be compared with strings, got {_shown(operand)}")
        found = self._queries.ids([clean(id_) for id_ in wanted]) if wanted else self._queries.nothing()
        return self._queries.none_of([found]) if operator in ("$ne", "$nin") else found

    def _range(self, key: str, operator: str, value: Any) -> Built:
        prefix = key_prefix(clean(key))
        bounds = _range_tokens(key, operator, value)
        return self._any_of([self._token_range(prefix, operator, token) for token in bounds])

    def _token_range(self, prefix: str, operator: str, token: str) -> Built:
        """Match all tokens of one kind on one side of a bound."""
        kind, bound = token[0], prefix + token
        if operator in _UPPER:
            return self._queries.between(prefix + kind, bound, with_first=True, with_last=operator == "$lte")
        # NaN sorts after all numbers
        end = prefix + ("nn" if kind == "n" else chr(ord(kind) + 1))
        return self._queries.between(bound, end, with_first=operator == "$gte", with_last=False)


def _range_tokens(key: str, operator: str, value: Any) -> list[str]:
    """Return a bound as one token for each kind of value that it can be compared with."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        token = number_token(value)
        if not token.startswith("n") or token == "nnan":
            raise QuestionError(f"{operator!r} cannot compare with {_shown(value)} (field {key!r})")
        return [token]
    moment = moment_of(value)
    if isinstance(value, date) and moment is not None:
        return [moment_token(moment)]
    if isinstance(value, str):
        code_points = clean(value).encode("utf-8")[:MAX_STRING_BYTES].hex()
        return ["s" + code_points, moment_token(moment) if moment else "t" + code_points]
    raise QuestionError(f"{operator!r} needs a number, a date or a string (field {key!r}), got {_shown(value)}")


def _token(key: str, value: Any) -> str:
    if isinstance(value, str):
        value = clean(value)
    try:
        return list_token(value) if isinstance(value, list | tuple) else equality_token(value)
    except TypeError as error:
        raise QuestionError(f"a filter cannot compare with {_shown(value)} (field {key!r})") from error


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
