"""The ledger: what was read for which document and question, kept in one SQLite file.

An entry is made when its reading is finished and is on disk before the next begins to count, so a program that is killed loses
only what it was reading. Several programs may use one ledger at a time.
"""

import hashlib
import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from needlepoint.answers.replies import Quote
from needlepoint.errors import SheetError
from needlepoint.sheets.table import Cell, State

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
"""
_VERSION = 1
_WAIT_S = 30.0
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Unit:
    """One question put to one document by one reader.

    :param document_id: a hash of the document's file.
    :param question: the question's text.
    :param reader: a key that is the same only for the same model with the same settings.
    :param settings: all else that the outcome depends on, such as how many passages are read.
    """

    document_id: str
    question: str
    reader: str
    settings: str

    @property
    def key(self) -> str:
        """A hash of all four."""
        parts = [self.document_id, self.question, self.reader, self.settings]
        return hashlib.sha256(json.dumps(parts).encode("utf-8", "surrogatepass")).hexdigest()


class Ledger:
    """The outcomes of units on disk; may be used from several threads.

    :param path: the SQLite file; created, with its folder, if it is not there.
    :raises SheetError: the file cannot be opened, or is not a ledger.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        with self._telling():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(path, timeout=_WAIT_S, check_same_thread=False, isolation_level=None)
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute("PRAGMA synchronous = NORMAL")
            (version,) = self._database.execute("PRAGMA user_version").fetchone()
            if version not in (0, _VERSION):
                raise SheetError(f"{path}: made by a later version of Needlepoint: update it")
            self._database.executescript(_SCHEMA)
            self._database.execute(f"PRAGMA user_version = {_VERSION}")

    def outcomes(self, units: Sequence[Unit]) -> dict[Unit, Cell]:
        """Return what is known of units; those that failed or were never read are left out."""
        by_key = {unit.key: unit for unit in units}
        keys = list(by_key)
        found: dict[Unit, Cell] = {}
        for start in range(0, len(keys), _AT_ONCE):
            part = keys[start : start + _AT_ONCE]
            marks = ",".join("?" * len(part))
            with self._lock, self._telling():
                rows = self._database.execute(f"SELECT key, outcome FROM units WHERE key IN ({marks})", part).fetchall()
            found |= {by_key[key]: _cell(json.loads(outcome)) for key, outcome in rows}
        return found

    def record(self, unit: Unit, cell: Cell, *, seconds: float) -> None:
        """Keep the outcome of a unit.

        :param seconds: how long the reading took.
        :raises SheetError: it cannot be written; all earlier outcomes stay.
        """
        outcome = json.dumps(_values(cell), ensure_ascii=False, separators=(",", ":"))
        made = datetime.now(UTC).isoformat(timespec="seconds")
        row = (unit.key, unit.document_id, unit.question, unit.reader, outcome, seconds, made)
        with self._lock, self._telling():
            self._database.execute("INSERT OR REPLACE INTO units VALUES (?, ?, ?, ?, ?, ?, ?)", row)

    def seconds_a_passage(self, reader: str) -> float | None:
        """Return how long this reader took for a passage, on average, or None if it has read nothing yet."""
        with self._lock, self._telling():
            rows = self._database.execute(
                "SELECT seconds, outcome FROM units WHERE reader = ? ORDER BY made DESC LIMIT 200", (reader,)
            ).fetchall()
        passages = sum(json.loads(outcome)["read"] for _, outcome in rows)
        return sum(seconds for seconds, _ in rows) / passages if passages else None

    def close(self) -> None:
        """Close the file; may be called again."""
        with self._lock:
            self._database.close()

    def __enter__(self) -> "Ledger":
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Turn what SQLite and the system say into one line."""
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise SheetError(f"{self._path}: {_remedy(str(error))}") from error


def _remedy(error: str) -> str:
    if "disk is full" in error or "No space left" in error:
        return "no space left for the ledger of the sheet: free some and go on; what was read is kept"
    if "locked" in error or "busy" in error:
        return "another program has held the ledger for long: try again"
    if "not a database" in error or "malformed" in error:
        return "the ledger is damaged: move it away; the sheets are then read anew"
    return f"the ledger cannot be used ({error}): check the folder's permissions"


def _values(cell: Cell) -> dict[str, object]:
    return {
        "state": str(cell.state),
        "quotes": [asdict(quote) for quote in cell.quotes],
        "read": cell.read,
        "total": cell.total,
        "reason": cell.reason,
    }


def _cell(values: Mapping[str, object]) -> Cell:
    quotes = tuple(Quote(**quote) for quote in values["quotes"])  # type: ignore[attr-defined]
    read, total = (int(str(values[key])) for key in ("read", "total"))
    return Cell(State(str(values["state"])), quotes, read, total, str(values["reason"]))
