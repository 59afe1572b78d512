"""Turns filters on the command line, such as ``type=pdf``, into Haystack filters."""

import re
from collections.abc import Iterable
from typing import Any

from needlepoint.errors import QuestionError

_FILTER = re.compile(r"\s*([^=!<>\s]+)\s*(!=|>=|<=|=|>|<)\s*(.+?)\s*", re.DOTALL)
_OPERATORS = {">": "$gt", ">=": "$gte", "<": "$lt", "<=": "$lte"}


def parse_filters(expressions: Iterable[str] | None) -> dict[str, Any] | None:
    """Combine expressions into one filter: all fields must match; several ``=`` on one field allow any of the values.

    :param expressions: such as ``type=pdf`` or ``date>=2021-01-01``; the operators are ``= != > >= < <=``.
    :raises QuestionError: an expression has no operator, field or value.
    """
    equal: dict[str, list[Any]] = {}
    conditions: list[dict[str, Any]] = []
    for expression in expressions or ():
        field, operator, text = _parse(expression)
        if operator == "=":
            equal.setdefault(field, []).extend(_alternatives(text))
        elif operator == "!=":
            conditions.append({field: {"$nin": _alternatives(text)}})
        else:
            bounds = [{field: {_OPERATORS[operator]: bound}} for bound in _alternatives(text)]
            conditions.append(bounds[0] if len(bounds) == 1 else {"$or": bounds})
    conditions += [{field: {"$in": values}} for field, values in equal.items()]
    return {"$and": conditions} if conditions else None


def _parse(expression: str) -> tuple[str, str, str]:
    match = _FILTER.fullmatch(expression)
    if match is None:
        raise QuestionError(f"filter '{expression}' is not understood: write field=value, for example type=pdf")
    return match[1], match[2], match[3]


def _number(text: str) -> Any:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _alternatives(text: str) -> list[Any]:
    """Return a value as text and as a number: metadata may hold ``2020`` as either."""
    number = _number(text)
    return [text] if number == text else [text, number]
