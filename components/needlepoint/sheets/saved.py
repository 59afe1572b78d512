"""Saved sheets: their questions, scope and last cells, so that a later run reads what is new and says what has changed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from needlepoint.errors import SheetError, UnknownSheetError
from needlepoint.people.owned import key_of, names_of
from needlepoint.sheets.database import SheetDatabase
from needlepoint.sheets.ledger import cell_of, cell_values
from needlepoint.sheets.questions import SheetQuestion, questions_from
from needlepoint.sheets.table import Cell, Sheet, SheetDocument, State

_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class SavedSheet:
    """What a sheet asks of which documents.

    :param filters: on the documents' metadata; documents that match later are rows, too.
    :param documents: ids or file names; none of them means all that match the filters.
    :param passages: how many passages of each document are read; None reads all.
    """

    name: str
    questions: Sequence[SheetQuestion]
    filters: Mapping[str, Any] = field(default_factory=dict)
    documents: Sequence[str] = ()
    passages: int | None = 10


class ChangeKind(StrEnum):
    """What has become of a row or a cell since the last run."""

    NEW_DOCUMENT = "new document"
    CHANGED_DOCUMENT = "changed document"
    DOCUMENT_GONE = "document gone"
    NEW_ANSWER = "new answer"
    OTHER_ANSWER = "other answer"
    ANSWER_GONE = "answer gone"


@dataclass(frozen=True, slots=True)
class SheetChange:
    """One change.

    :param question: empty if the change is one of the document.
    :param before: the cell at the last run, if there was one.
    :param after: the cell now.
    """

    kind: ChangeKind
    document: SheetDocument
    question: str = ""
    before: Cell | None = None
    after: Cell | None = None


@dataclass(frozen=True, slots=True)
class _Kept:
    """The rows of a sheet at its last run, by path or name."""

    documents: Mapping[str, SheetDocument]
    cells: Mapping[tuple[str, str], Cell]


class SavedSheets:
    """The saved sheets of a collection; may be used from several threads.

    :param database: where they are kept.
    """

    def __init__(self, database: SheetDatabase) -> None:
        self._database = database

    def names(self) -> list[str]:
        """Return the names in alphabetical order."""
        return names_of(self._keys())

    def _keys(self) -> list[str]:
        return [name for (name,) in self._database.rows("SELECT name FROM sheets ORDER BY name")]

    def key(self, name: str) -> str:
        """Return what tells the present caller's sheet of this name from those of others."""
        return key_of(name, self._keys())

    def get(self, name: str) -> SavedSheet:
        """Return a saved sheet.

        :raises UnknownSheetError: there is none of this name.
        """
        rows = self._database.rows("SELECT definition FROM sheets WHERE name = ?", (self.key(name),))
        if not rows:
            known = self.names()
            raise UnknownSheetError(
                f"no saved sheet '{name}'" + (f": there are {', '.join(known[:20])}" if known else "")
            )
        values = json.loads(rows[0][0])
        return SavedSheet(name, **{**values, "questions": questions_from(values["questions"])})

    def save(self, saved: SavedSheet) -> None:
        """Keep a sheet; one of the same name is replaced, but for its last cells.

        :raises SheetError: the name is empty, too long or has characters that cannot be shown.
        """
        name = saved.name
        if not name.strip() or len(name) > _LONGEST_NAME or not name.isprintable() or "/" in name:
            raise SheetError(f"a sheet's name has 1 to {_LONGEST_NAME} visible characters and no '/': 'Terms 2026'")
        definition = json.dumps(
            {
                "questions": [question_values(question) for question in saved.questions],
                "filters": dict(saved.filters),
                "documents": list(saved.documents),
                "passages": saved.passages,
            }
        )
        self._database.rows(
            "INSERT INTO sheets VALUES (?, ?, '{}', ?) ON CONFLICT (name) DO UPDATE SET definition = excluded.definition",
            (self.key(name), definition, datetime.now(UTC).isoformat(timespec="seconds")),
        )

    def delete(self, name: str) -> None:
        """Forget a sheet; what was read for it stays in the ledger.

        :raises UnknownSheetError: there is none of this name.
        """
        self.get(name)
        key = self.key(name)
        tables = ("sheets", "sheet_changes")
        self._database.write_all([(f"DELETE FROM {table} WHERE name = ?", (key,)) for table in tables])

    def changes(self, name: str) -> list[SheetChange]:
        """Return what the last run of a sheet has changed."""
        rows = self._database.rows("SELECT changes FROM sheet_changes WHERE name = ?", (self.key(name),))
        return [_change_of(values) for values in json.loads(rows[0][0])] if rows else []

    def keep(self, name: str, sheet: Sheet) -> list[SheetChange]:
        """Keep a sheet's cells as those of its last run, and return what has changed since the run before; that is kept, too.

        A cell that was not read keeps its former content. The first run has no changes.

        :raises UnknownSheetError: there is no saved sheet of this name.
        """
        self.get(name)
        key = self.key(name)
        kept = self._kept(key)
        changes = [] if kept is None else list(_changes(kept, sheet))
        rows = {}
        for document in sheet.documents:
            row = _row_key(document)
            cells = {}
            for question in sheet.questions:
                cell = sheet.cell(document, question)
                if cell.state in (State.WAITING, State.UNREAD) and kept and (row, question.text) in kept.cells:
                    cell = kept.cells[row, question.text]
                cells[question.text] = cell_values(cell)
            rows[row] = {"document": asdict(document), "cells": cells}
        changed = json.dumps([_change_values(each) for each in changes])
        self._database.write_all(
            [
                ("UPDATE sheets SET cells = ? WHERE name = ?", (json.dumps(rows), key)),
                ("INSERT OR REPLACE INTO sheet_changes VALUES (?, ?)", (key, changed)),
            ]
        )
        return changes

    def _kept(self, key: str) -> _Kept | None:
        ((text,),) = self._database.rows("SELECT cells FROM sheets WHERE name = ?", (key,))
        rows = json.loads(text)
        if not rows:
            return None
        return _Kept(
            {row: _document(values["document"]) for row, values in rows.items()},
            {
                (row, question): cell_of(cell)
                for row, values in rows.items()
                for question, cell in values["cells"].items()
            },
        )


def _changes(kept: _Kept, sheet: Sheet) -> list[SheetChange]:
    found: list[SheetChange] = []
    rows = {_row_key(document): document for document in sheet.documents}
    for row, document in rows.items():
        before = kept.documents.get(row)
        if before is None:
            found.append(SheetChange(ChangeKind.NEW_DOCUMENT, document))
        elif before.id != document.id:
            found.append(SheetChange(ChangeKind.CHANGED_DOCUMENT, document))
        for question in sheet.questions:
            old, new = kept.cells.get((row, question.text)), sheet.cell(document, question)
            kind = _change(old, new, question)
            if kind:
                found.append(SheetChange(kind, document, question.text, old, new))
    gone = [document for row, document in kept.documents.items() if row not in rows]
    return [*found, *(SheetChange(ChangeKind.DOCUMENT_GONE, document) for document in gone)]


def _change(old: Cell | None, new: Cell, question: SheetQuestion) -> ChangeKind | None:
    if new.state in (State.WAITING, State.UNREAD):
        return None
    had = old is not None and old.state is State.FOUND
    if new.state is not State.FOUND:
        return ChangeKind.ANSWER_GONE if had else None
    if not had:
        return ChangeKind.NEW_ANSWER
    same = old is not None and _words(old, question) == _words(new, question)
    return None if same else ChangeKind.OTHER_ANSWER


def _words(cell: Cell, question: SheetQuestion) -> list[str]:
    return [" ".join(quote.answer.casefold().split()) for quote in cell.answers(question.kind)]


def _change_values(change: SheetChange) -> dict[str, Any]:
    before, after = (cell_values(cell) if cell else None for cell in (change.before, change.after))
    names = {"kind": str(change.kind), "document": asdict(change.document), "question": change.question}
    return {**names, "before": before, "after": after}


def _change_of(values: Mapping[str, Any]) -> SheetChange:
    before, after = (cell_of(values[name]) if values[name] else None for name in ("before", "after"))
    kind, document = ChangeKind(values["kind"]), _document(values["document"])
    return SheetChange(kind, document, values["question"], before, after)


def _row_key(document: SheetDocument) -> str:
    """Return what stays the same when a file is changed: its path, or its name where no path is known."""
    return document.path or document.name


def question_values(question: SheetQuestion) -> dict[str, str]:
    """Return a question as a file of questions has it."""
    return {"question": question.text, "short name": question.name, "kind": str(question.kind), "hint": question.hint}


def _document(values: Mapping[str, Any]) -> SheetDocument:
    return SheetDocument(**{**values, "unread": tuple(values["unread"])})
