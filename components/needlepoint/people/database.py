"""The SQLite file of people: users, parts of the collection, sessions and failed attempts to log in.

It lies beside the store, readable for its owner alone. While there is no such file, nobody logs in.
"""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from needlepoint.errors import PeopleError
from needlepoint.people.private_files import open_private

FILE = "people.sqlite"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS users (
    name TEXT PRIMARY KEY COLLATE NOCASE,
    id TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL,
    password TEXT,
    parts TEXT,
    made TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS parts (
    name TEXT PRIMARY KEY COLLATE NOCASE,
    filters TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sessions (
    token TEXT PRIMARY KEY,
    user TEXT NOT NULL COLLATE NOCASE REFERENCES users (name) ON DELETE CASCADE,
    begun REAL NOT NULL,
    used REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS attempts (
    whose TEXT PRIMARY KEY,
    failed INTEGER NOT NULL,
    last REAL NOT NULL,
    until REAL NOT NULL
) WITHOUT ROWID;
"""
_WAIT_S = 30.0


class PeopleDatabase:
    """One SQLite file; may be used from several threads.

    :param path: made, with its folder, at the first write; nothing is there to be read before.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None

    @property
    def exists(self) -> bool:
        """Whether there is such a file."""
        return self._connection is not None or self.path.exists()

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run a statement and return its rows; a file that is not there has none.

        :raises PeopleError: the file cannot be read or written.
        """
        if not self.exists and statement.startswith("SELECT"):
            return []
        with self._lock, self._explained():
            return self._opened().execute(statement, values).fetchall()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Let what is read and written in the block be one change, or none.

        :raises PeopleError: the file cannot be written.
        """
        with self._lock, self._explained():
            connection = self._opened()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            pragmas = ("synchronous = FULL", "foreign_keys = ON")
            self._connection = open_private(self.path, _SCHEMA, wait_s=_WAIT_S, pragmas=pragmas)
        return self._connection

    def close(self) -> None:
        """Close the file; may be called again."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise PeopleError(
                f"{self.path} cannot be used ({error}): check its permissions, or restore it from a backup"
            ) from error
