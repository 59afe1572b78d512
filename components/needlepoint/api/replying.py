"""How replies and errors look: plain JSON, ``{"errors": [one line]}``, and nothing of the program's inside."""

import json
import logging
import math
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from needlepoint.api.measures import Measures
from needlepoint.errors import (
    CollectionError,
    EvaluationError,
    MissingExtraError,
    ModelError,
    NeedlepointError,
    PipelineFileError,
    QuestionError,
    ReadingStoppedError,
    StoreLockedError,
    UnknownDocumentError,
    UnreadableFileError,
)
from needlepoint.originals import UploadTooLargeError

logger = logging.getLogger("needlepoint.api")

_RETRY_AFTER_S = 2
_STATUS: tuple[tuple[type[NeedlepointError], int], ...] = (
    (QuestionError, 400),
    (UnknownDocumentError, 404),
    (UploadTooLargeError, 413),
    (ReadingStoppedError, 504),
    (UnreadableFileError, 422),
    (StoreLockedError, 503),
    (CollectionError, 503),
    (ModelError, 503),
    (MissingExtraError, 503),
    (EvaluationError, 409),
    (PipelineFileError, 503),
)


class RefusedError(NeedlepointError):
    """A request that is refused with a status of its own.

    :param retry_after_s: when to come again, where that may help.
    """

    def __init__(self, status: int, message: str, *, retry_after_s: int | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.retry_after_s = retry_after_s


class Reply(JSONResponse):
    """JSON as documents have it: any text, dates as ISO 8601, numbers that JSON lacks as null."""

    def render(self, content: Any) -> bytes:
        """Return the bytes."""
        return as_json(content)


def as_json(content: Any) -> bytes:
    """Return plain data as JSON; of Haystack's objects, what their ``to_dict`` says."""
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
    if hasattr(value, "to_dict"):
        return {**value.to_dict(), **({"embedding": None} if hasattr(value, "embedding") else {})}
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
    if hasattr(value, "to_dict") or hasattr(value, "tolist"):
        return _without_nan(_plain(value))
    return value


def error_reply(status: int, message: str, *, retry_after_s: float | None = None) -> Reply:
    """Return an error as every route gives it."""
    headers = {"Retry-After": str(math.ceil(retry_after_s))} if retry_after_s is not None else None
    return Reply({"errors": [message]}, status_code=status, headers=headers)


def status_of(error: NeedlepointError) -> int:
    """Return the HTTP status that tells a client what to make of an error."""
    if isinstance(error, RefusedError):
        return error.status
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def add_error_replies(app: FastAPI, measures: Measures) -> None:
    """Let every error of the app come out in one shape, and be counted."""

    @app.exception_handler(NeedlepointError)
    def _of_ours(_: Request, error: NeedlepointError) -> Reply:
        measures.error(type(error).__name__)
        status = status_of(error)
        usual = _RETRY_AFTER_S if status == 503 else None
        return error_reply(status, str(error), retry_after_s=getattr(error, "retry_after_s", usual))

    @app.exception_handler(HTTPException)
    def _of_http(_: Request, error: HTTPException) -> Reply:
        reply = error_reply(error.status_code, str(error.detail))
        reply.headers.update(error.headers or {})
        return reply

    @app.exception_handler(RequestValidationError)
    def _of_validation(_: Request, error: RequestValidationError) -> Reply:
        return Reply({"detail": [_without_input(entry) for entry in error.errors()]}, status_code=422)


def unexpected(scope: Mapping[str, Any], error: Exception) -> Reply:
    """Return the reply to an error that nobody foresaw; the log has the place, and not what the message may quote."""
    where = getattr(scope.get("route"), "path", "an unknown route")
    logger.error("%s %s: unexpected %s at %s", scope.get("method"), where, type(error).__name__, _origin(error))
    return error_reply(500, f"the service failed unexpectedly ({type(error).__name__}); its log says where")


def _without_input(entry: Any) -> dict[str, Any]:
    """Keep what was sent out of the reply; a question may be private, and bytes are no JSON."""
    return {key: value for key, value in entry.items() if key in {"loc", "msg", "type"}}


def _origin(error: BaseException) -> str:
    """Return where an error was raised, without the values that its message may quote."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "an unknown place"
