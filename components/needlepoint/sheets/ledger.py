"""The ledger: what was read for which document and question."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from needlepoint.answers.replies import Quote
from needlepoint.sheets.database import SheetDatabase
from needlepoint.sheets.table import Cell, State

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
    """The outcomes of units; may be used from several threads.

    :param database: where they are kept.
    """

    def __init__(self, database: SheetDatabase) -> None:
        self._database = database

    def outcomes(self, units: Sequence[Unit]) -> dict[Unit, Cell]:
        """Return what is known of units; those that failed or were never read are left out."""
        return self._cells("units", units)

    def failures(self, units: Sequence[Unit]) -> dict[Unit, Cell]:
        """Return the units whose last reading failed, each a cell with the reason."""
        return self._cells("failures", units)

    def _cells(self, table: str, units: Sequence[Unit]) -> dict[Unit, Cell]:
        by_key = {unit.key: unit for unit in units}
        keys = list(by_key)
        found: dict[Unit, Cell] = {}
        for start in range(0, len(keys), _AT_ONCE):
            part = keys[start : start + _AT_ONCE]
            marks = ",".join("?" * len(part))
            rows = self._database.rows(f"SELECT key, outcome FROM {table} WHERE key IN ({marks})", part)
            found |= {by_key[key]: cell_of(json.loads(outcome)) for key, outcome in rows}
        return found

    def read_by_others(self, units: Sequence[Unit]) -> int:
        """Return how many of these document-question pairs were read by another reader than theirs."""
        reader = units[0].reader if units else ""
        wanted = {(unit.document_id, unit.question) for unit in units}
        rows = self._database.rows("SELECT DISTINCT document_id, question FROM units WHERE reader <> ?", (reader,))
        return len(wanted.intersection(rows))

    def record(self, unit: Unit, cell: Cell, *, seconds: float) -> None:
        """Keep the outcome of a unit; that it failed before is forgotten.

        :param seconds: how long the reading took.
        :raises SheetError: it cannot be written; all earlier outcomes stay.
        """
        row = (unit.key, unit.document_id, unit.question, unit.reader, _written(cell), seconds, _now())
        insert = "INSERT OR REPLACE INTO units VALUES (?, ?, ?, ?, ?, ?, ?)"
        self._database.write_all([(insert, row), ("DELETE FROM failures WHERE key = ?", (unit.key,))])

    def record_failure(self, unit: Unit, cell: Cell) -> None:
        """Keep why a unit could not be read; it counts as unread, so that the next run tries again.

        :raises SheetError: it cannot be written; all earlier outcomes stay.
        """
        row = (unit.key, _written(cell), _now())
        self._database.rows("INSERT OR REPLACE INTO failures VALUES (?, ?, ?)", row)

    def seconds_a_passage(self, reader: str) -> float | None:
        """Return how long this reader took for a passage, on average, or None if it has read nothing yet."""
        rows = self._database.rows(
            "SELECT seconds, outcome FROM units WHERE reader = ? ORDER BY made DESC LIMIT 200", (reader,)
        )
        passages = sum(json.loads(outcome)["read"] for _, outcome in rows)
        return sum(seconds for seconds, _ in rows) / passages if passages else None


def _written(cell: Cell) -> str:
    return json.dumps(cell_values(cell), ensure_ascii=False, separators=(",", ":"))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def cell_values(cell: Cell) -> dict[str, Any]:
    """Return a cell as JSON values for :func:`cell_of`."""
    quotes = [asdict(quote) for quote in cell.quotes]
    numbers = {"read": cell.read, "total": cell.total, "rank": cell.rank}
    return {"state": str(cell.state), "quotes": quotes, "reason": cell.reason, **numbers}


def cell_of(values: Mapping[str, Any]) -> Cell:
    """Return the cell that these values were made from."""
    quotes = tuple(Quote(**quote) for quote in values["quotes"])
    return Cell(State(values["state"]), quotes, values["read"], values["total"], values["reason"], values["rank"])
