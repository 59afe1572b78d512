"""What OCR has read is kept, so that a page is read once: by its picture, and by its place in a file.

The place is asked first, which needs no picture. A file that was changed finds the pages that are the same by their pictures.
What was read of a document goes when the document is deleted, and when another one is read from its path.
"""

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from needlepoint.errors import NeedlepointError
from needlepoint.files.ocr.recognised import RecognisedPage

_FILE = "ocr.sqlite"
_WAIT_S = 30.0
_DAY_S = 86_400.0
_VERSION = 2
_TABLES = """
DROP TABLE IF EXISTS pages;
DROP TABLE IF EXISTS places;
DROP TABLE IF EXISTS documents;
CREATE TABLE pages (picture TEXT, engine TEXT, words BLOB NOT NULL, PRIMARY KEY (picture, engine));
CREATE TABLE places (file TEXT, page INTEGER, engine TEXT, picture TEXT NOT NULL, kept_s REAL NOT NULL,
                     PRIMARY KEY (file, page, engine)) WITHOUT ROWID;
CREATE INDEX pictures ON places (picture, engine);
CREATE TABLE documents (document TEXT, path TEXT, file TEXT NOT NULL, PRIMARY KEY (document, path)) WITHOUT ROWID;
CREATE INDEX files ON documents (file);
"""
# a file that no document is of may be being read, or its reading was stopped
_UNUSED = (
    "DELETE FROM places WHERE (kept_s < ? OR file IN (SELECT file FROM left)) AND file NOT IN (SELECT file FROM documents)",
    "DELETE FROM pages WHERE NOT EXISTS (SELECT 1 FROM places WHERE (picture, engine) = (pages.picture, pages.engine))",
)


class OcrCache:
    """Pages that were read, in one SQLite file; any number of processes may use it.

    :param folder: where it lies; it can be deleted at any time.
    :param engine: what has read the pages (:attr:`~needlepoint.files.ocr.settings.OcrSettings.key`); to forget needs none.
    """

    def __init__(self, folder: Path, engine: str = "") -> None:
        self._path = folder / _FILE
        self._engine = engine

    def at(self, file: str, page: int) -> RecognisedPage | None:
        """Return a page of a file.

        :param file: the SHA-256 of its bytes.
        :param page: from 0.
        """
        return self._found(
            "SELECT words FROM pages JOIN places USING (picture, engine) WHERE file = ? AND page = ? AND engine = ?",
            (file, page, self._engine),
        )

    def of(self, picture: str) -> RecognisedPage | None:
        """Return the page that looks like this.

        :param picture: the SHA-256 of its picture.
        """
        return self._found("SELECT words FROM pages WHERE picture = ? AND engine = ?", (picture, self._engine))

    def keep(self, page: RecognisedPage, *, picture: str, file: str, number: int) -> None:
        """Keep a page.

        :param number: which page of the file it is, from 0.
        :raises NeedlepointError: it cannot be written.
        """
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._opened() as database, database:
                database.execute(
                    "INSERT OR REPLACE INTO pages VALUES (?, ?, ?)", (picture, self._engine, page.to_bytes())
                )
                database.execute(
                    "INSERT OR REPLACE INTO places VALUES (?, ?, ?, ?, ?)",
                    (file, number, self._engine, picture, time.time()),
                )
        except (OSError, sqlite3.Error) as error:
            raise NeedlepointError(
                f"what OCR read cannot be kept in {self._path} ({error}): free space, or set NEEDLEPOINT_CACHE"
            ) from error

    def note(self, document_id: str, *, path: str, file: str) -> None:
        """Note whose pages they are; those of a document that was read from the same path before are forgotten.

        :param file: the SHA-256 of the bytes that its pages were kept with.
        """
        with suppress(sqlite3.Error), self._opened() as database, database:  # unnoted, they go with the next that goes
            former = database.execute(
                "SELECT document FROM documents WHERE path = ? AND document != ?", (path, document_id)
            )
            _forget(database, [(id_, path) for (id_,) in former.fetchall()])
            database.execute("INSERT OR REPLACE INTO documents VALUES (?, ?, ?)", (document_id, path, file))

    def forget(self, document_ids: Sequence[str]) -> None:
        """Remove what was read of documents, but for pages that others have, too.

        Pages of files that have been of no document for a day go, too.

        :raises NeedlepointError: they cannot be removed.
        """
        if not document_ids or not self._path.is_file():
            return
        try:
            with self._opened() as database, database:
                places = "SELECT document, path FROM documents WHERE document = ?"
                _forget(database, [row for id_ in document_ids for row in database.execute(places, (id_,))])
        except sqlite3.Error as error:
            raise NeedlepointError(
                f"what OCR has read of deleted documents cannot be removed from {self._path} ({error}): delete that file"
            ) from error

    def _found(self, query: str, parameters: tuple[str | int, ...]) -> RecognisedPage | None:
        if not self._path.is_file():
            return None
        with suppress(sqlite3.Error, ValueError), self._opened() as database:
            row = database.execute(query, parameters).fetchone()
            return RecognisedPage.from_bytes(row[0]) if row else None
        return None

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        """Open the file; one that is damaged makes way for a new one."""
        try:
            database = self._connection()
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise
            self._path.unlink(missing_ok=True)
            database = self._connection()
        with closing(database):
            yield database

    def _connection(self) -> sqlite3.Connection:
        database = sqlite3.connect(self._path, timeout=_WAIT_S)
        try:
            database.execute("PRAGMA secure_delete = ON")
            if not _is_current(database):
                database.execute("BEGIN IMMEDIATE")
                for statement in [] if _is_current(database) else _TABLES.split(";"):
                    database.execute(statement)
                database.execute(f"PRAGMA user_version = {_VERSION}")
                database.commit()
        except BaseException:
            database.close()
            raise
        return database


def _is_current(database: sqlite3.Connection) -> bool:
    return bool(database.execute("PRAGMA user_version").fetchone()[0] == _VERSION)


def _forget(database: sqlite3.Connection, documents: Sequence[tuple[str, str]]) -> None:
    """Remove documents, each with its path, and the pages that no other document has."""
    database.execute("CREATE TEMP TABLE IF NOT EXISTS left (file TEXT)")
    database.execute("DELETE FROM left")
    for place in documents:
        database.execute("INSERT INTO left SELECT file FROM documents WHERE (document, path) = (?, ?)", place)
        database.execute("DELETE FROM documents WHERE (document, path) = (?, ?)", place)
    unread, unseen = _UNUSED
    database.execute(unread, (time.time() - _DAY_S,))
    database.execute(unseen)
