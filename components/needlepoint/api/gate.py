"""Decides who a request comes from and whether that person may make it, before anything of its body is read."""

import hmac
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

import anyio.to_thread
from starlette.datastructures import Headers
from starlette.routing import BaseRoute, Match
from starlette.types import Scope

from needlepoint.api.errors import RefusedError
from needlepoint.api.limits import Limits
from needlepoint.api.metrics import Metrics
from needlepoint.api.needs import Need, need_of
from needlepoint.errors import UnknownUserError
from needlepoint.people.access import Access
from needlepoint.people.person import ANYBODY, NOBODY, Person
from needlepoint.service.facade import Service

SESSION, PAGE, FROM, SECRET = "X-Session", "X-Needlepoint-Page", "X-Needlepoint-From", "X-Proxy-Secret"
T = TypeVar("T")
_THREADS = 4
WHO, PEOPLE = "needlepoint.who", "needlepoint.people"
"""The keys of a request's scope under which the audit log finds who makes it, once that is known, and whether people log in."""
PUBLIC_PATHS = frozenset({"/ready", "/initialized"})


@dataclass(frozen=True, slots=True)
class Admitted:
    """A request that may go on.

    :param person: who makes it.
    :param need: what its route needs; None if no route has its path.
    """

    person: Person
    need: Need | None


class Gate:
    """The one place where requests are let in.

    :param service: says whether its store can keep documents from a person.
    :param access: the users.
    :param routes: the application's, each of which declares what it needs.
    """

    def __init__(
        self, service: Service, access: Access, limits: Limits, metrics: Metrics, *, routes: Iterable[BaseRoute]
    ) -> None:
        self._service, self._access, self._limits, self._metrics = service, access, limits, metrics
        self._routes = list(routes)
        self._threads: anyio.CapacityLimiter | None = None

    async def admit(self, scope: Scope, headers: Headers) -> Admitted:
        """Return who makes a request.

        :raises RefusedError: 401 if it does not say who makes it, 403 if that person may not make it.
        """
        need, scope[PEOPLE] = self._need(scope), True
        scope[PEOPLE] = is_on = bool(self._limits.user_header) or await self._in_thread(self._has_users)
        if not is_on:
            return Admitted(self._with_key(scope, headers), need)
        is_asking_first = need is None and scope["method"] == "OPTIONS" and "origin" in headers
        if is_asking_first or (need is not None and need.role is None):
            return Admitted(NOBODY, need)
        person = await self._in_thread(lambda: self._person(headers))
        scope[WHO] = person.name or "(key)"
        if need is None and self._has_route(scope):
            raise RefusedError(403, "this route is closed: it does not say what it needs")
        if need is not None and need.role is not None and person.role < need.role:
            raise RefusedError(403, f"this needs the role '{need.role}'; {person.name} has the role '{person.role}'")
        return Admitted(person, need)

    async def _in_thread(self, look: Callable[[], T]) -> T:
        """Look something up in one of a few threads of its own: nobody waits at the gate for what others are served."""
        if self._threads is None:
            self._threads = anyio.CapacityLimiter(_THREADS)
        return await anyio.to_thread.run_sync(look, limiter=self._threads)

    def _has_users(self) -> bool:
        return self._access.is_on

    def _with_key(self, scope: Scope, headers: Headers) -> Person:
        """Let a request in as it always was where nobody logs in: with the key, if there is one."""
        is_asking_first = scope["method"] == "OPTIONS" and "origin" in headers
        if not self._limits.api_key or scope["path"] in PUBLIC_PATHS or is_asking_first or self._has_key(headers):
            return ANYBODY
        raise RefusedError(401, "the API key is missing or wrong: send it in the header X-API-Key")

    def _person(self, headers: Headers) -> Person:
        person = self._named(headers)
        if person.filters is not None and not self._service.pipelines.can_restrict:
            raise RefusedError(
                503,
                "this pipeline's store cannot keep documents from anybody: whoever sees a part of them is not let in",
            )
        return person

    def _named(self, headers: Headers) -> Person:
        """Return who makes a request; a session decides before a proxy, and a proxy before the key."""
        if sessions := headers.getlist(SESSION):
            person = self._access.sessions.person(sessions[0]) if len(sessions) == 1 else None
            if person is None:
                raise RefusedError(401, "the session has ended: log in again")
            return person
        if self._limits.user_header and self._limits.user_header in headers:
            return self._named_by_proxy(headers)
        if self._has_key(headers) and PAGE not in headers:
            return ANYBODY
        raise RefusedError(
            401, "log in: POST /login with name and password, then send the session in the header X-Session"
        )

    def _named_by_proxy(self, headers: Headers) -> Person:
        names, secrets = headers.getlist(self._limits.user_header), headers.getlist(SECRET)
        given = secrets[0] if len(secrets) == 1 else ""
        if not hmac.compare_digest(given.encode(), self._limits.proxy_secret.encode()) or len(names) != 1:
            raise RefusedError(
                401, "the header that names a user did not come from the proxy: its secret is missing or wrong"
            )
        try:
            return self._access.users.person(_as_text(names[0]).strip())
        except UnknownUserError:
            raise RefusedError(403, "the proxy's user has no account here: needlepoint users add makes one") from None

    def _has_key(self, headers: Headers) -> bool:
        wanted = self._limits.api_key
        scheme, _, token = headers.get("authorization", "").partition(" ")
        given = headers.get("x-api-key") or (token.strip() if scheme.lower() == "bearer" else "")
        return bool(wanted) and hmac.compare_digest(given.encode(), wanted.encode())

    def address(self, scope: Scope, headers: Headers) -> str:
        """Return from where a request comes: what the page says, if it has the key, or else the connection's other end."""
        if PAGE in headers and self._has_key(headers):
            return headers.get(FROM, "")[:100]
        return str((scope.get("client") or ("",))[0])

    def _need(self, scope: Scope) -> Need | None:
        for route in self._routes:
            match, _ = route.matches(scope)
            if match is Match.FULL:
                return need_of(getattr(route, "endpoint", None))
        return None

    def _has_route(self, scope: Scope) -> bool:
        return any(route.matches(scope)[0] is Match.FULL for route in self._routes)

    def note(self, admitted: Admitted | None, scope: Scope, told: list[str], *, status: int, address: str) -> None:
        """Add a request to the audit log, if there is one and the request belongs into it."""
        writes = self._limits.audit == "1" or (self._limits.audit == "" and scope.get(PEOPLE))
        refused = admitted is None or status in (401, 403, 429)
        did = "refused" if refused else (admitted.need.did if admitted and admitted.need else "")
        if not writes or not did:
            return
        who = str(scope.get(WHO) or "")
        what = ", ".join([f"{scope['method']} {scope['path']}", *told])
        if refused and not who and not self._access.audit.takes_refusal():
            return
        if not self._access.audit.note(who, did, what, status=status, address=address):
            self._metrics.error("AuditLog")


def _as_text(value: str) -> str:
    """Return a header's value as the UTF-8 that it may be; headers are read as Latin-1."""
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return value
