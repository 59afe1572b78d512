"""What OCR has read is kept, so that a page is read once: by its picture, and by its place in a file.

The place is asked first, which needs no picture. A file that was changed finds the pages that are the same by their pictures.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from needlepoint.errors import NeedlepointError
from needlepoint.files.ocr.recognised import RecognisedPage

_FILE = "ocr.sqlite"
_WAIT_S = 30.0
_TABLES = """
CREATE TABLE IF NOT EXISTS pages (picture TEXT, engine TEXT, words BLOB NOT NULL, PRIMARY KEY (picture, engine));
CREATE TABLE IF NOT EXISTS places (file TEXT, page INTEGER, engine TEXT, picture TEXT NOT NULL,
                                   PRIMARY KEY (file, page, engine)) WITHOUT ROWID;
"""


class OcrCache:
    """Pages that were read, in one SQLite file; any number of processes may use it.

    :param folder: where it lies; it can be deleted at any time.
    :param engine: what has read the pages (:attr:`~needlepoint.files.ocr.settings.OcrSettings.key`).
    """

    def __init__(self, folder: Path, engine: str) -> None:
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
                    "INSERT OR REPLACE INTO places VALUES (?, ?, ?, ?)", (file, number, self._engine, picture)
                )
        except (OSError, sqlite3.Error) as error:
            raise NeedlepointError(
                f"what OCR read cannot be kept in {self._path} ({error}): free space, or set NEEDLEPOINT_CACHE"
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
            database.executescript(_TABLES)
        except BaseException:
            database.close()
            raise
        return database
