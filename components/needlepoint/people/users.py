"""The users of a collection: names, roles, passwords, and the parts that each may see."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from needlepoint.errors import PeopleError, UnknownUserError
from needlepoint.people.database import PeopleDatabase
from needlepoint.people.parts import Parts, checked_name
from needlepoint.people.passwords import checked_password, hashed, is_outdated, matches
from needlepoint.people.person import Person, Role


@dataclass(frozen=True, slots=True)
class User:
    """A user.

    :param id: stays the same, and is never that of another user.
    :param parts: the names of the parts that may be seen; None means the whole collection.
    :param has_password: whether the user can log in; one without a password comes through a proxy.
    :param made: when, as ISO 8601.
    """

    name: str
    id: str
    role: Role
    parts: tuple[str, ...] | None = None
    has_password: bool = True
    made: str = ""


class Users:
    """The users of one collection; may be used from several threads and programs.

    :param database: where they are kept.
    """

    def __init__(self, database: PeopleDatabase) -> None:
        self._database = database
        self.parts = Parts(database)

    def any(self) -> bool:
        """Return whether there is a user, so that people must log in."""
        return bool(self._database.rows("SELECT 1 FROM users LIMIT 1"))

    def all(self) -> list[User]:
        """Return the users in alphabetical order."""
        rows = self._database.rows("SELECT name, id, role, parts, password IS NOT NULL, made FROM users ORDER BY name")
        return [_user(*row) for row in rows]

    def get(self, name: str) -> User:
        """Return a user; upper and lower case do not matter.

        :raises UnknownUserError: there is none of this name.
        """
        rows = self._database.rows(
            "SELECT name, id, role, parts, password IS NOT NULL, made FROM users WHERE name = ?", (name,)
        )
        if not rows:
            raise UnknownUserError(f"no user '{name[:100]}': needlepoint users list shows them")
        return _user(*rows[0])

    def person(self, name: str) -> Person:
        """Return a user as somebody who asks, with what this person may see now.

        :raises UnknownUserError: there is none of this name.
        """
        user = self.get(name)
        filters = None if user.parts is None else self.parts.filters_of(user.parts)
        return Person(user.name, user.id, user.role, filters, user.parts)

    def add(self, name: str, role: Role, *, password: str | None, parts: Sequence[str] | None = None) -> User:
        """Add a user.

        :param password: None for a user who comes through a proxy.
        :param parts: the parts that may be seen; None means the whole collection.
        :raises PeopleError: the name is taken or cannot be used, the password is weak, a part is unknown, who manages is
            restricted to parts, or the first user does not manage.
        """
        checked_name(name, "user")
        hash_ = None if password is None else hashed(checked_password(password, name))
        with self._database.writing():
            if any(each.name.casefold() == name.casefold() for each in self.all()):
                raise PeopleError(f"there is a user '{name}' already: choose another name, or change that one")
            if role is not Role.MANAGE and not self.any():
                raise PeopleError("the first user must manage, or nobody could: add one with --role manage")
            made = datetime.now(UTC).isoformat(timespec="seconds")
            row = (name, secrets.token_hex(8), str(role), hash_, self._granted(role, parts), made)
            self._database.rows("INSERT INTO users VALUES (?, ?, ?, ?, ?, ?)", row)
        return self.get(name)

    def change(self, name: str, *, role: Role, parts: Sequence[str] | None) -> User:
        """Give a user another role and other parts; both hold from the next request on.

        :raises PeopleError: the user or a part is unknown, or nobody would be left who manages.
        """
        with self._database.writing():
            user = self.get(name)
            if role is not Role.MANAGE:
                self._leave_one_who_manages(user)
            granted = self._granted(role, parts)
            self._database.rows("UPDATE users SET role = ?, parts = ? WHERE name = ?", (str(role), granted, user.name))
        return self.get(name)

    def set_password(self, name: str, password: str) -> None:
        """Give a user another password, and end this user's sessions.

        :raises PeopleError: the user is unknown, or the password is weak.
        """
        user = self.get(name)
        hash_ = hashed(checked_password(password, user.name))
        with self._database.writing():
            self._database.rows("UPDATE users SET password = ? WHERE name = ?", (hash_, user.name))
            self._database.rows("DELETE FROM sessions WHERE user = ?", (user.name,))

    def remove(self, name: str) -> None:
        """Remove a user with all sessions.

        :raises PeopleError: the user is unknown, or nobody would be left who manages.
        """
        with self._database.writing():
            user = self.get(name)
            self._leave_one_who_manages(user)
            self._database.rows("DELETE FROM users WHERE name = ?", (user.name,))

    def with_password(self, name: str, password: str) -> User | None:
        """Return the user who has this name and password, or None; a wrong name takes as long as a wrong password."""
        rows = self._database.rows("SELECT password FROM users WHERE name = ?", (name,))
        hash_: str | None = rows[0][0] if rows else None
        if not matches(hash_, password) or hash_ is None:
            return None
        if is_outdated(hash_):
            self._database.rows("UPDATE users SET password = ? WHERE name = ?", (hashed(password), name))
        return self.get(name)

    def _granted(self, role: Role, parts: Sequence[str] | None) -> str | None:
        if parts is None:
            return None
        if role is Role.MANAGE:
            raise PeopleError("who manages sees everything: leave out --may-see, or take the role add")
        return json.dumps(self.parts.known(parts))

    def _leave_one_who_manages(self, user: User) -> None:
        others = [each for each in self.all() if each.role is Role.MANAGE and each.name != user.name]
        if user.role is Role.MANAGE and not others:
            raise PeopleError(f"{user.name} is the last who manages: add another one first")


def _user(name: str, id_: str, role: str, parts: str | None, has_password: int, made: str) -> User:
    granted = None if parts is None else tuple(json.loads(parts))
    return User(name, id_, Role.of(role), granted, bool(has_password), made)
