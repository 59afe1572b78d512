"""Bounds how deeply JSON in a request may be nested, because whatever walks through a value does so recursively."""

from typing import Any

MAX_LEVELS = 50
TOO_DEEP = f"JSON may have at most {MAX_LEVELS} levels of nesting"


def is_too_deep(value: Any) -> bool:
    """Tell whether lists and objects are nested in more than :data:`MAX_LEVELS` levels."""
    level = [value]
    for _ in range(MAX_LEVELS):
        level = [element for each in level for element in _elements(each)]
        if not level:
            return False
    return any(isinstance(each, dict | list) for each in level)


def _elements(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
