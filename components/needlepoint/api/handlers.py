"""Turns every error that leaves a route into a reply of one shape, which reveals nothing of the program's inside."""

import logging
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from needlepoint.api.errors import status_of
from needlepoint.api.metrics import Metrics
from needlepoint.api.nesting import TOO_DEEP
from needlepoint.api.responses import JsonReply, error_reply
from needlepoint.errors import NeedlepointError

logger = logging.getLogger("needlepoint.api")

_RETRY_AFTER_S = 2


def add_error_replies(app: FastAPI, metrics: Metrics) -> None:
    """Give all errors of the app one shape, and count them."""

    @app.exception_handler(NeedlepointError)
    def _of_ours(_: Request, error: NeedlepointError) -> JsonReply:
        metrics.error(type(error).__name__)
        return error_reply(status_of(error), str(error), retry_after_s=retry_after_of(error))

    @app.exception_handler(HTTPException)
    def _of_http(_: Request, error: HTTPException) -> JsonReply:
        if isinstance(error.__cause__, RecursionError):  # the parser of the body
            return error_reply(422, TOO_DEEP)
        reply = error_reply(error.status_code, str(error.detail))
        reply.headers.update(error.headers or {})
        return reply

    @app.exception_handler(RequestValidationError)
    def _of_validation(_: Request, error: RequestValidationError) -> JsonReply:
        return JsonReply({"detail": [_without_input(entry) for entry in error.errors()]}, status_code=422)


def retry_after_of(error: NeedlepointError) -> float | None:
    """Return after how many seconds the same request may succeed; None if it never will."""
    usual = _RETRY_AFTER_S if status_of(error) == 503 else None
    seconds: float | None = getattr(error, "retry_after_s", usual)
    return seconds


def unexpected(scope: Mapping[str, Any], error: Exception) -> JsonReply:
    """Return the reply to an unforeseen error; see :func:`told_unexpected`."""
    return error_reply(500, told_unexpected(scope, error))


def told_unexpected(scope: Mapping[str, Any], error: Exception) -> str:
    """Return a line on an unforeseen error; the log says where it arose, without its message, which may quote a text."""
    where = getattr(scope.get("route"), "path", "an unknown route")
    logger.error("%s %s: unexpected %s at %s", scope.get("method"), where, type(error).__name__, _origin(error))
    return f"the service failed unexpectedly ({type(error).__name__}); its log says where"


def _without_input(entry: Any) -> dict[str, Any]:
    """Leave the rejected input out of the reply: a question may be private, and bytes are not JSON."""
    return {key: value for key, value in entry.items() if key in {"loc", "msg", "type"}}


def _origin(error: BaseException) -> str:
    """Return the file and line where an error was raised."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "an unknown place"
