"""Sessions of people who have logged in: each ends when it is not used for a while, and at last in any case.

Only the SHA-256 of a session's token is kept, so a stolen file opens no session.
"""

import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import replace

from needlepoint.errors import UnknownUserError
from needlepoint.people.database import PeopleDatabase
from needlepoint.people.person import Person
from needlepoint.people.users import Users

_NOTED_S = 60.0  # a use is written down at most so often
_TOKEN_BYTES = 32


class Sessions:
    """The sessions of one collection's users; may be used from several threads and programs.

    :param database: where they are kept.
    :param idle_s: a session ends after so many seconds without a request.
    :param longest_s: and after so many seconds in any case.
    :param now: the clock, in seconds since 1970.
    """

    def __init__(
        self,
        database: PeopleDatabase,
        users: Users,
        *,
        idle_s: float,
        longest_s: float,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._database, self._users = database, users
        self._idle_s, self._longest_s, self._now = idle_s, longest_s, now

    def begin(self, name: str) -> str:
        """Begin a session of a user; return its token, which is kept nowhere here."""
        token, now = secrets.token_urlsafe(_TOKEN_BYTES), self._now()
        self._forget_ended(now)
        self._database.rows("INSERT INTO sessions VALUES (?, ?, ?, ?)", (_key(token), name, now, now))
        return token

    def person(self, token: str) -> Person | None:
        """Return whose session this is, or None if it has ended or never was; using it keeps it from ending."""
        rows = self._database.rows("SELECT user, begun, used FROM sessions WHERE token = ?", (_key(token),))
        if not rows:
            return None
        name, begun, used = rows[0]
        now = self._now()
        if now >= used + self._idle_s or now >= begun + self._longest_s:
            self.end(_key(token))
            return None
        if now >= used + min(_NOTED_S, self._idle_s / 2):
            self._database.rows("UPDATE sessions SET used = ? WHERE token = ?", (now, _key(token)))
        try:
            return replace(self._users.person(name), session=_key(token))
        except UnknownUserError:  # removed just now
            return None

    def end(self, key: str) -> None:
        """End a session.

        :param key: :attr:`Person.session`.
        """
        self._database.rows("DELETE FROM sessions WHERE token = ?", (key,))

    def _forget_ended(self, now: float) -> None:
        self._database.rows(
            "DELETE FROM sessions WHERE used <= ? OR begun <= ?", (now - self._idle_s, now - self._longest_s)
        )


def _key(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
