"""Lets requests in: each reaches its route as that of a person, who sees what that person may see; the audit log notes it."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from needlepoint.api.errors import status_of
from needlepoint.api.gate import Admitted, Gate
from needlepoint.api.metrics import Metrics
from needlepoint.api.needs import telling
from needlepoint.api.responses import JsonReply, error_reply
from needlepoint.errors import NeedlepointError
from needlepoint.people.person import asked_by

ADDRESS = "needlepoint.address"
"""The key of a request's scope under which routes find from where it came."""


class Admission:
    """ASGI middleware between the guard and the routes.

    :param gate: says who makes a request and whether that person may.
    :param metrics: count the refusals.
    """

    def __init__(self, app: ASGIApp, gate: Gate, metrics: Metrics) -> None:
        self._app, self._gate, self._metrics = app, gate, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers, told, status = Headers(scope=scope), telling(), 500
        scope[ADDRESS] = self._gate.address(scope, headers)

        async def send_noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        admitted = await self._admitted(scope, headers)
        try:
            if isinstance(admitted, JsonReply):
                await admitted(scope, receive, send_noted)
            else:
                with asked_by(admitted.person):
                    await self._app(scope, receive, send_noted)
        finally:
            by = None if isinstance(admitted, JsonReply) else admitted
            self._gate.note(by, scope, told, status=status, address=scope[ADDRESS])

    async def _admitted(self, scope: Scope, headers: Headers) -> Admitted | JsonReply:
        """Return who makes a request, or the reply that refuses it."""
        try:
            return await self._gate.admit(scope, headers)
        except NeedlepointError as error:
            self._metrics.error(type(error).__name__)
            reply = error_reply(status_of(error), str(error))
            if reply.status_code == 401:
                reply.headers["WWW-Authenticate"] = "Bearer"
            return reply
