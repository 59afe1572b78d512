"""What each route needs: a role, and the word under which the audit log has it. A route that says nothing is refused."""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar

from needlepoint.people.person import Role

F = TypeVar("F", bound=Callable[..., Any])
_NEED = "__needs__"
_told: ContextVar[list[str] | None] = ContextVar("told", default=None)


@dataclass(frozen=True, slots=True)
class Need:
    """What a route needs.

    :param role: the least role; None for a route that answers everybody.
    :param did: how the audit log names it; empty for a route that is not in it unless it is refused.
    """

    role: Role | None
    did: str = ""


def needs(role: Role | None, did: str = "") -> Callable[[F], F]:
    """Declare what a route needs; the decorator goes below that of the route.

    :param role: the least role; None answers everybody.
    :param did: see :class:`Need`.
    """

    def declare(endpoint: F) -> F:
        setattr(endpoint, _NEED, Need(role, did))
        return endpoint

    return declare


def need_of(endpoint: Any) -> Need | None:
    """Return what a route's function needs; None if it declares nothing."""
    need: Need | None = getattr(endpoint, _NEED, None)
    return need


def telling() -> list[str]:
    """Return the list of what the audit log is to say about the request of this context, which is empty at first."""
    told: list[str] = []
    _told.set(told)
    return told


def tell(text: str) -> None:
    """Let the audit log's entry on this request name something besides its path: a question, files, a user."""
    told = _told.get()
    if told is not None:
        told.append(text)
