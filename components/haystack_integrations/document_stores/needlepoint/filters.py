"""Translates Haystack 3's filters for Needlepoint's stores.

``{"field": "meta.year", "operator": ">=", "value": 2020}`` becomes ``{"year": {"$gte": 2020}}``. As in Haystack's own stores, a
field that is missing is one that is None: ``==`` None finds both, and ``!=`` and ``not in`` are true of documents without the
field. ISO 8601 dates are compared as moments, whichever way they are written; without a time zone they count as UTC. Beyond
that, a field that holds a list matches if one of its elements does, and ``id`` may be compared for equality.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from haystack.errors import FilterError

Condition = dict[str, Any]

_RANGES = {">": "$gt", ">=": "$gte", "<": "$lt", "<=": "$lte"}
_UNFILTERED = ("content", "blob", "score", "embedding", "sparse_embedding")
_NOTHING: Condition = {"$or": []}


def translate(filters: dict[str, Any] | None) -> Condition | None:
    """Return a filter in the form that Needlepoint's stores take; None for all documents.

    :raises FilterError: it is not a filter of Haystack's.
    """
    return _condition(filters) if filters else None


def metadata_field(field: str) -> str:
    """Return the name of a metadata field without ``meta.``."""
    return field.removeprefix("meta.")


def _condition(filters: Any) -> Condition:
    if not isinstance(filters, dict):
        raise FilterError(f"a filter must be a dictionary, got {filters!r}")
    return _comparison(filters) if "field" in filters else _logic(filters)


def _logic(filters: dict[str, Any]) -> Condition:
    operator, conditions = _value(filters, "operator"), _value(filters, "conditions")
    if not isinstance(conditions, list):
        raise FilterError(f"'conditions' must be a list, got {conditions!r}")
    translated = [_condition(condition) for condition in conditions]
    if operator == "AND":
        return {"$and": translated}
    if operator == "OR":
        return {"$or": translated}
    if operator == "NOT":  # not all of them
        return {"$not": [{"$and": translated}]}
    raise FilterError(f"unknown logical operator {operator!r}: it must be AND, OR or NOT")


def _comparison(filters: dict[str, Any]) -> Condition:
    field, operator, value = (_value(filters, key) for key in ("field", "operator", "value"))
    if not isinstance(operator, str) or operator not in _OPERATORS:
        raise FilterError(f"unknown comparison operator {operator!r}: it must be one of {', '.join(_OPERATORS)}")
    return _OPERATORS[operator](_field(field, operator), operator, value)


def _value(filters: dict[str, Any], key: str) -> Any:
    if key not in filters:
        raise FilterError(f"{key!r} is missing in the filter {filters!r}")
    return filters[key]


def _field(field: Any, operator: str) -> str:
    if not isinstance(field, str):
        raise FilterError(f"a filter's field must be a string, got {field!r}")
    if field in _UNFILTERED:
        raise FilterError(f"{field!r} cannot be filtered by: only id and metadata can, such as 'meta.name'")
    if field == "id" and operator in _RANGES:
        raise FilterError(f"{operator!r} cannot compare ids: use ==, !=, in or not in")
    return "$id" if field == "id" else metadata_field(field)


def _equal(field: str, _: str, value: Any) -> Condition:
    if field == "$id":
        return {field: {"$eq": value}}
    if value is None:
        return {field: {"$exists": False}}
    moment = _moment(value)
    same = {field: {"$eq": value}}
    return same if moment is None else {"$or": [same, {field: {"$gte": moment, "$lte": moment}}]}


def _in(field: str, operator: str, value: Any) -> Condition:
    if not isinstance(value, list):
        raise FilterError(f"{operator!r} needs a list of values (field {field!r}), got {value!r}")
    return {"$or": [_equal(field, operator, each) for each in value]}


def _range(field: str, operator: str, value: Any) -> Condition:
    if value is None:
        return _NOTHING
    if isinstance(value, str):
        moment = _moment(value)
        if moment is None:
            raise FilterError(f"{operator!r} compares numbers and ISO 8601 dates (field {field!r}), got {value!r}")
        value = moment
    return {field: {_RANGES[operator]: value}}


def _moment(value: Any) -> date | None:
    if isinstance(value, date):
        return value
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) and len(value) >= 10 else None
    except ValueError:
        return None


_OPERATORS: dict[str, Callable[[str, str, Any], Condition]] = {
    "==": _equal,
    "!=": lambda field, operator, value: {"$not": [_equal(field, operator, value)]},
    **dict.fromkeys(_RANGES, _range),
    "in": _in,
    "not in": lambda field, operator, value: {"$not": [_in(field, operator, value)]},
}
