"""Who asks: a name, a role, and what of the collection this person may see."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from needlepoint.errors import PeopleError
from needlepoint.stores.visibility import seeing


class Role(IntEnum):
    """What a person may do; a greater role may do all that a lesser one may."""

    READ = 1
    ADD = 2
    MANAGE = 3

    def __str__(self) -> str:
        return self.name.lower()

    @classmethod
    def of(cls, name: str) -> "Role":
        """Return the role of this name.

        :raises PeopleError: there is none.
        """
        try:
            return cls[name.upper()]
        except KeyError:
            known = ", ".join(map(str, cls))
            raise PeopleError(f"no role '{name[:40]}': a role is one of {known}") from None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody, or the program that holds the API key.

    :param name: empty for whoever is not a person: a program with the key, or anybody where nobody logs in.
    :param id: what this user keeps is kept under this id; another user of the same name has another. Empty without a name.
    :param filters: on documents' metadata: what may be seen; None means everything.
    :param session: a key of the session, to end it; empty without one.
    """

    name: str = ""
    id: str = ""
    role: Role = Role.MANAGE
    filters: Mapping[str, Any] | None = None
    parts: tuple[str, ...] | None = None
    session: str = ""

    def may_use(self, owner: str) -> bool:
        """Return whether something of an owner is this person's own; whoever manages may use everything.

        :param owner: the owner's :attr:`id`; empty for nobody's.
        """
        return not self.id or self.role is Role.MANAGE or owner == self.id


ANYBODY = Person()
NOBODY = Person(id="-", role=Role.READ, filters={"$or": []}, parts=())
"""Somebody who has not said who it is, and sees nothing."""
_asking: ContextVar[Person] = ContextVar("asking", default=ANYBODY)


def asking() -> Person:
    """Return who asks now; :data:`ANYBODY` where nobody logs in."""
    return _asking.get()


@contextmanager
def asked_by(person: Person) -> Iterator[None]:
    """Do what is in the block for a person, who sees what that person may see."""
    token = _asking.set(person)
    try:
        with seeing(person.filters):
            yield
    finally:
        _asking.reset(token)


@contextmanager
def seeing_everything() -> Iterator[None]:
    """Let the block see the whole collection, on behalf of the same person: for work that must not miss what is there."""
    with seeing(None):
        yield
