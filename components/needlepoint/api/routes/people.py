"""The routes with which people log in and out."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import Field

from needlepoint.api.admission import ADDRESS
from needlepoint.api.errors import RefusedError
from needlepoint.api.examples import errors
from needlepoint.api.gate import WHO
from needlepoint.api.needs import needs
from needlepoint.api.responses import JsonReply
from needlepoint.api.state import Body, StateDep
from needlepoint.people.access import WaitError
from needlepoint.people.passwords import LONGEST
from needlepoint.people.person import Person, Role, asking

router = APIRouter(tags=["people"])
_MOST_AT_ONCE = 8  # a password takes a tenth of a second, and others wait for threads, too
_free = threading.BoundedSemaphore(_MOST_AT_ONCE)


class LogIn(Body):
    """A name and a password."""

    name: str = Field(..., min_length=1, max_length=100, example="anna")
    password: str = Field(..., min_length=1, max_length=LONGEST)


@router.post("/login", responses=errors(401, 404, 429, 503))
@needs(None, "logged in")
def log_in(state: StateDep, request: Request, body: LogIn) -> JsonReply:
    """Begin a session; send its token in the header `X-Session` of every further request."""
    access = state.access
    if not access.is_on:
        raise RefusedError(404, "nobody logs in here: there are no users")
    name = body.name.strip().encode("utf-8", "replace").decode()  # a name has no lone surrogates
    address = str(request.scope.get(ADDRESS) or "")
    with _one_of_few():
        try:
            token = access.log_in(name, body.password, address=address)
        except WaitError as error:
            raise RefusedError(429, str(error), retry_after_s=error.wait_s) from None
    if token is None:
        raise RefusedError(401, "the name or the password is wrong")
    person = access.users.person(name)
    request.scope[WHO] = person.name
    return JsonReply({"session": token, **_told(person)})


@router.post("/logout", status_code=204, response_class=Response, responses=errors(401))
@needs(Role.READ, "logged out")
def log_out(state: StateDep) -> Response:
    """End the session with which this is sent."""
    if asking().session:
        state.access.sessions.end(asking().session)
    return Response(status_code=204)


@router.get("/me", responses=errors(401))
@needs(Role.READ)
def me() -> JsonReply:
    """Say who asks: id and name (null where nobody logs in, or with the API key), role, and the parts that may be seen."""
    return JsonReply(_told(asking()))


def _told(person: Person) -> dict[str, Any]:
    parts = None if person.parts is None else list(person.parts)
    return {"id": person.id or None, "name": person.name or None, "role": str(person.role), "parts": parts}


@contextmanager
def _one_of_few() -> Iterator[None]:
    if not _free.acquire(blocking=False):
        raise RefusedError(503, "many people are logging in: try again in a moment", retry_after_s=2)
    try:
        yield
    finally:
        _free.release()
