"""Replies as JSON; errors as ``{"errors": [one line]}``."""

import json
import math
from datetime import date, datetime
from typing import Any

from fastapi.responses import JSONResponse


class JsonReply(JSONResponse):
    """JSON of whatever documents contain: any text, dates as ISO 8601, NaN and infinity as null."""

    def render(self, content: Any) -> bytes:
        """Return the bytes."""
        return as_json(content)


def as_json(content: Any) -> bytes:
    """Return plain data as JSON; values of other types are written as text."""
    try:
        text = _dumps(content)
    except ValueError:
        text = _dumps(_without_nan(content))
    return text.encode("utf-8", "replace")


def _dumps(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if hasattr(value, "tolist"):
        return value.tolist()
    return str(value)


def _without_nan(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _without_nan(member) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(member) for member in value]
    if hasattr(value, "tolist"):
        return _without_nan(_plain(value))
    return value


def error_reply(status: int, message: str, *, retry_after_s: float | None = None) -> JsonReply:
    """Return an error in the shape that every route uses."""
    headers = {"Retry-After": str(math.ceil(retry_after_s))} if retry_after_s is not None else None
    return JsonReply({"errors": [message]}, status_code=status, headers=headers)
