"""Values and types of stored metadata, read from the records themselves, which tell 1, 1.0 and "1" apart."""

from collections.abc import Iterable
from typing import Any

from needlepoint.stores.records import Record

_TYPES = {bool: "boolean", int: "int", float: "float"}


def values_of(records: Iterable[Record], field: str) -> list[Any]:
    """Return the distinct values of a field except None, sorted as texts.

    :param field: ``a.b`` reaches into a dict.
    """
    found: dict[tuple[str, str], Any] = {}
    for record in records:
        value = _value(record, field)
        if value is not None:
            found.setdefault((str(value), type(value).__name__), value)
    return [found[key] for key in sorted(found)]


def lowest_and_highest(values: Iterable[Any]) -> dict[str, Any]:
    """Return the smallest and largest number or text as ``min`` and ``max``; None if there are none, or both kinds."""
    comparable = [value for value in values if isinstance(value, int | float | str)]
    try:
        return {"min": min(comparable, default=None), "max": max(comparable, default=None)}
    except TypeError:
        return {"min": None, "max": None}


def types_of(records: Iterable[Record]) -> dict[str, dict[str, str]]:
    """Return the type of each metadata field by Haystack's names, as ``{"year": {"type": "int"}}``."""
    found: dict[str, dict[str, str]] = {}
    for record in records:
        for field, value in record.meta.items():
            if value is not None:
                found[field] = {"type": _TYPES.get(type(value), "keyword")}
    return found


def _value(record: Record, field: str) -> Any:
    if field in record.meta:
        return record.meta[field]
    value: Any = record.meta
    for part in field.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value
