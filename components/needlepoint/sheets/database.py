"""The SQLite file of sheets and workspaces: what was read and asked, saved sheets, sets of documents, verdicts on cells.

Each write is on disk before the next begins, so a program that is killed loses only what it was reading. Several programs
may use one file at a time.
"""

import shutil
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from needlepoint.errors import SheetError

_SCHEMA = """
CREATE TABLE IF NOT EXISTS units (
    key TEXT PRIMARY KEY,
    document_id TEXT NOT NULL,
    question TEXT NOT NULL,
    reader TEXT NOT NULL,
    outcome TEXT NOT NULL,
    seconds REAL NOT NULL,
    made TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS units_by_reader ON units (reader);
CREATE TABLE IF NOT EXISTS failures (
    key TEXT PRIMARY KEY,
    outcome TEXT NOT NULL,
    made TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sheet_changes (
    name TEXT PRIMARY KEY,
    changes TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sheets (
    name TEXT PRIMARY KEY,
    definition TEXT NOT NULL,
    cells TEXT NOT NULL,
    made TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS document_sets (
    name TEXT PRIMARY KEY,
    documents TEXT NOT NULL,
    made TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS verdicts (
    document_id TEXT NOT NULL,
    question TEXT NOT NULL,
    verdict TEXT NOT NULL,
    words TEXT NOT NULL,
    place TEXT NOT NULL,
    made TEXT NOT NULL,
    PRIMARY KEY (document_id, question)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS workspaces (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    note TEXT NOT NULL,
    made TEXT NOT NULL,
    user TEXT
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS workspace_questions (
    id TEXT PRIMARY KEY,
    workspace TEXT NOT NULL,
    question TEXT NOT NULL,
    asked TEXT NOT NULL,
    digest TEXT NOT NULL,
    summary TEXT NOT NULL,
    searched TEXT NOT NULL,
    request TEXT NOT NULL,
    reply BLOB NOT NULL,
    note TEXT NOT NULL,
    user TEXT
);
CREATE INDEX IF NOT EXISTS workspace_questions_by_time ON workspace_questions (workspace, asked);
CREATE TABLE IF NOT EXISTS workspace_pins (
    id TEXT PRIMARY KEY,
    workspace TEXT NOT NULL,
    question_id TEXT,
    question TEXT NOT NULL,
    quote TEXT NOT NULL,
    note TEXT NOT NULL,
    position INTEGER NOT NULL,
    made TEXT NOT NULL,
    user TEXT
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS workspace_pins_by_place ON workspace_pins (workspace, position);
"""
_VERSION = 1
_WAIT_S = 30.0
_LITTLE_SPACE = 1_000_000  # bytes


class SheetDatabase:
    """One SQLite file; may be used from several threads.

    :param path: created, with its folder, if it is not there.
    :raises SheetError: it cannot be opened, or is something else.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        with self._explained():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(path, timeout=_WAIT_S, check_same_thread=False, isolation_level=None)
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = NORMAL")
            self._connection.execute("PRAGMA secure_delete = ON")
            (version,) = self._connection.execute("PRAGMA user_version").fetchone()
            if version > _VERSION:
                raise SheetError(f"{path}: made by a later version of Needlepoint: update it")
            self._connection.executescript(_SCHEMA)
            self._connection.execute(f"PRAGMA user_version = {_VERSION}")

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run a statement and return its rows.

        :raises SheetError: the file cannot be read or written; what was written before stays.
        """
        with self._lock, self._explained():
            return self._connection.execute(statement, values).fetchall()

    def write_all(self, statements: Sequence[tuple[str, Sequence[Any]]]) -> None:
        """Run statements that write, all of them or none.

        :raises SheetError: the file cannot be written; what was written before stays.
        """
        with self._lock, self._explained():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                for statement, values in statements:
                    self._connection.execute(statement, values)
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:  # a full disk has ended it already
                    self._connection.execute("ROLLBACK")
                raise

    def erase_leftovers(self) -> None:
        """Write what the log beside the file holds into the file and empty the log, so that deleted words are on no disk.

        While another program reads, this is left to the next call.

        :raises SheetError: the file cannot be written.
        """
        self.rows("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close the file; may be called again."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise SheetError(f"{self._path}: {_remedy(str(error), self._path)}") from error


def _remedy(error: str, path: Path) -> str:
    if "disk is full" in error or "No space left" in error or ("disk I/O error" in error and _is_full(path)):
        return "no space left for what the sheet has read: free some and go on; all that was read is kept"
    if "locked" in error or "busy" in error:
        return "another program has held the file for long: try again"
    if "not a database" in error or "malformed" in error:
        return "the file is damaged: move it away; the sheets are then read anew"
    return f"the file cannot be used ({error}): check the permissions of its folder"


def _is_full(path: Path) -> bool:
    """Return whether the disk has no space for the files that SQLite keeps beside its own."""
    with suppress(OSError):
        return shutil.disk_usage(path.parent).free < _LITTLE_SPACE
    return False
