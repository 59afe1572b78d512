"""Checks every request before it reaches a route: host, origin and size. Sets the headers of every reply."""

import logging
from time import perf_counter
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from needlepoint.api.handlers import unexpected
from needlepoint.api.limits import LARGEST_QUOTE_FILE, LOOPBACK, Limits
from needlepoint.api.metrics import Metrics
from needlepoint.api.responses import JsonReply, error_reply

logger = logging.getLogger("needlepoint.api")
_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH"})
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_UPLOADS = frozenset({"/documents", "/file-upload"})
_LARGEST_JSON = 4_000_000
_FORM_PARTS = 10_000  # bytes around the file of a form
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-site",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}


class Guard:
    """ASGI middleware that checks Host, Origin and size, and turns unforeseen errors into replies.

    :param limits: the process's limits.
    :param metrics: count the requests and errors.
    """

    def __init__(self, app: ASGIApp, limits: Limits, metrics: Metrics) -> None:
        self._app = app
        self._limits = limits
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 0
        began = perf_counter()

        async def send_safely(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        refusal = self._refusal(scope)
        try:
            if refusal is not None:
                await refusal(scope, receive, send_safely)
            else:
                await self._app(scope, _bounded(receive, self._max_bytes(scope)), send_safely)
        except Exception as error:
            self._metrics.error(type(error).__name__)
            reply = unexpected(scope, error)
            if not status:
                await reply(scope, receive, send_safely)
        finally:
            self._note(scope, status, perf_counter() - began)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        """Count and log a request by its route, because path and query may hold a person's words."""
        route = getattr(scope.get("route"), "path", "other")
        self._metrics.request(scope["method"] if scope["method"] in _METHODS else "other", route, status, seconds)
        logger.info("%s %s %d %.3f s", scope["method"], route, status, seconds)

    def _refusal(self, scope: Scope) -> JsonReply | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if not self._is_known_host(host):
            return error_reply(
                421,
                "the service does not answer to this host name: use localhost, or add the name to NEEDLEPOINT_HOSTS",
            )
        origin = headers.get("origin")
        if origin and scope["method"] not in _SAFE_METHODS and not self._is_known_origin(origin, host):
            return error_reply(
                403, "pages of other sites may not call this service unless NEEDLEPOINT_ORIGINS lists them"
            )
        length = headers.get("content-length", "")
        if length.isdigit() and int(length) > self._max_bytes(scope):
            return _too_large(self._max_bytes(scope))
        return None

    def _is_known_host(self, host: str) -> bool:
        """Refuse pages that reach this machine under a name of their own (DNS rebinding); a key keeps them out as well."""
        known = self._limits.hosts
        if "*" in known or (self._limits.api_key and not known):
            return True
        try:
            name = (urlsplit(f"//{host}").hostname or "").lower()
        except ValueError:
            return False
        return name in LOOPBACK or name in {name.lower() for name in known}

    def _is_known_origin(self, origin: str, host: str) -> bool:
        try:
            return origin in self._limits.origins or urlsplit(origin).netloc == host
        except ValueError:  # such as "http://["
            return False

    def _max_bytes(self, scope: Scope) -> int:
        is_post, path = scope["method"] == "POST", scope["path"]
        if is_post and path in _UPLOADS:
            return self._limits.max_upload_mb * 1_000_000
        is_form = Headers(scope=scope).get("content-type", "").lower().startswith("multipart/form-data")
        return LARGEST_QUOTE_FILE + _FORM_PARTS if is_post and path == "/verify" and is_form else _LARGEST_JSON


def _bounded(receive: Receive, max_bytes: int) -> Receive:
    """Count the bytes received, for senders that do not announce a length."""
    received = 0

    async def counted() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > max_bytes:
            raise HTTPException(413, _too_large_text(max_bytes))
        return message

    return counted


def _too_large(max_bytes: int) -> JsonReply:
    return error_reply(413, _too_large_text(max_bytes))


def _too_large_text(max_bytes: int) -> str:
    return f"the request is larger than the {max_bytes / 1e6:,.0f} MB allowed: send it in smaller pieces"
