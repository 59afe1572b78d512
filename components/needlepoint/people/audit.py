"""The audit log: who asked, opened, exported, added and deleted, when and from where. Entries are only ever added.

It has no passwords, no tokens and no answers. Entries older than the time for which they are kept are removed, and the oldest of
more than a number of them.
"""

import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from needlepoint.errors import PeopleError
from needlepoint.people.private_files import open_private

logger = logging.getLogger("needlepoint.audit")
FILE = "audit.sqlite"
AUDIT_DAYS, AUDIT_ENTRIES = 365, 1_000_000
_SCHEMA = """
CREATE TABLE IF NOT EXISTS entries (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    moment TEXT NOT NULL,
    who TEXT NOT NULL,
    did TEXT NOT NULL,
    what TEXT NOT NULL,
    status INTEGER NOT NULL,
    address TEXT NOT NULL
);
CREATE TRIGGER IF NOT EXISTS entries_stay BEFORE UPDATE ON entries
BEGIN SELECT RAISE(ABORT, 'the audit log is only ever added to'); END;
"""
_LONGEST = 1_000
_PRUNED_EVERY = 1_000  # entries
_AT_ONCE = 1_000
_MOST_REFUSALS = 60  # of unknown callers, a minute
_WAIT_S = 5.0


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry.

    :param moment: when, as ISO 8601 in UTC.
    :param who: the name of the user; ``(key)`` for a program with the API key, empty for somebody unknown.
    :param did: ``asked``, ``opened``, ``listed``, ``exported``, ``added``, ``deleted``, ``judged``, ``kept``, ``managed``,
        ``logged in``, ``logged out`` or ``refused``.
    :param what: the question, the document's id, or the route with its ids.
    :param status: the HTTP status of the reply.
    :param address: from where.
    """

    moment: str
    who: str
    did: str
    what: str
    status: int = 200
    address: str = ""


class AuditLog:
    """The log of one collection; may be used from several threads and programs.

    :param path: its file, made at the first entry, readable for its owner alone.
    :param days: for how many days entries are kept.
    :param most: how many are kept at most, give or take a thousand.
    :param now: the clock, in seconds since 1970.
    """

    def __init__(
        self,
        path: Path,
        *,
        days: int = AUDIT_DAYS,
        most: int = AUDIT_ENTRIES,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.path = path
        self._now, self._refusals = now, (0, 0)
        self._days, self._most = days, most
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None

    def note(self, who: str, did: str, what: str, *, status: int = 200, address: str = "") -> bool:
        """Add an entry; return False if that failed, which the program's log then says: an answer does not wait for a disk."""
        moment = datetime.now(UTC).isoformat(timespec="milliseconds")
        row = (moment, *(_one_line(text) for text in (who, did, what)), status, _one_line(address))
        try:
            with self._lock:
                connection = self._opened()
                inserted = connection.execute(
                    "INSERT INTO entries (moment, who, did, what, status, address) VALUES (?, ?, ?, ?, ?, ?)", row
                )
                number = inserted.lastrowid or 0
                if number % _PRUNED_EVERY == 1:
                    self._prune(connection, number)
        except (sqlite3.Error, OSError, PeopleError) as error:
            logger.critical("THE AUDIT LOG %s CANNOT BE WRITTEN (%s): '%s' is not in it", self.path, error, did)
            return False
        return True

    def takes_refusal(self) -> bool:
        """Return whether another refusal of somebody unknown is noted in this minute; a flood of them must not fill the disk."""
        minute = int(self._now() // 60)
        with self._lock:
            self._refusals = (minute, 1 + (self._refusals[1] if self._refusals[0] == minute else 0))
            return self._refusals[1] <= _MOST_REFUSALS

    def entries(self, *, since: str = "", who: str | None = None) -> Iterator[Entry]:
        """Yield the entries, oldest first.

        :param since: the first moment, or the beginning of one, such as ``2026-11-29``.
        :param who: a user's name; None for everybody.
        :raises PeopleError: the log cannot be read.
        """
        if not self.path.exists():
            return
        try:
            with closing(sqlite3.connect(f"{self.path.absolute().as_uri()}?mode=ro", uri=True, timeout=_WAIT_S)) as log:
                last = 0
                while rows := log.execute(
                    "SELECT number, moment, who, did, what, status, address FROM entries"
                    " WHERE number > ? AND moment >= ? AND (? IS NULL OR who = ? COLLATE NOCASE) ORDER BY number LIMIT ?",
                    (last, since, who, who, _AT_ONCE),
                ).fetchall():
                    yield from (Entry(*row[1:]) for row in rows)
                    last = rows[-1][0]
        except sqlite3.Error as error:
            raise PeopleError(f"the audit log {self.path} cannot be read ({error}): check its permissions") from error

    def _prune(self, connection: sqlite3.Connection, number: int) -> None:
        oldest = (datetime.now(UTC) - timedelta(days=self._days)).isoformat(timespec="milliseconds")
        connection.execute("DELETE FROM entries WHERE moment < ?", (oldest,))
        removed = connection.execute("DELETE FROM entries WHERE number <= ?", (number - self._most,)).rowcount
        if removed:
            logger.warning(
                "the audit log %s is full: its oldest %d entries were removed (NEEDLEPOINT_AUDIT_ENTRIES)",
                self.path,
                removed,
            )

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            pragmas = ("synchronous = NORMAL",)
            self._connection = open_private(self.path, _SCHEMA, wait_s=_WAIT_S, pragmas=pragmas)
        return self._connection

    def close(self) -> None:
        """Close the file; may be called again."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None


def _one_line(text: str) -> str:
    """Return a text without line breaks and characters that cannot be shown, so that no entry looks like two."""
    shown = "".join(each if each.isprintable() else " " for each in text)
    return shown.encode("utf-8", "replace").decode()[:_LONGEST]
