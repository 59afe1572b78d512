"""A sheet as a table: documents down, questions across, and in each cell a quotation or the reason why there is none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from needlepoint.answers.replies import Quote
from needlepoint.sheets.questions import Kind, SheetQuestion
from needlepoint.sheets.verdicts import Judged
from needlepoint.stores.records import Record


class State(StrEnum):
    """What is known of a cell."""

    FOUND = "found"
    NOT_FOUND = "not found"
    UNREAD = "unread"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class SheetDocument:
    """A row of a sheet.

    :param id: a hash of the file's bytes and name: a changed file has another.
    :param date: the date that the document itself states, as ``YYYY-MM-DD``, or empty.
    :param passages: how many passages the document has.
    :param unread: the parts of the file that are not in its text, with the reasons.
    :param language: that its text is in, by ISO 639-1; empty where it is not known.
    """

    id: str
    name: str
    path: str = ""
    title: str = ""
    date: str = ""
    type: str = ""
    pages: int = 0
    passages: int = 0
    unread: tuple[str, ...] = ()
    language: str = ""

    @classmethod
    def of(cls, record: Record) -> "SheetDocument":
        """Return the row of a document's record."""
        meta = record.meta
        return cls(
            record.id,
            name=str(meta.get("name") or ""),
            path=str(meta.get("path") or ""),
            title=str(meta.get("title") or ""),
            date="" if meta.get("date_of") == "file" else str(meta.get("date") or ""),
            type=str(meta.get("type") or ""),
            pages=int(meta.get("pages") or 0),
            passages=int(meta.get("passages") or 0),
            unread=tuple(meta.get("unread") or ()),
            language=str(meta.get("language") or ""),
        )


@dataclass(frozen=True, slots=True)
class Cell:
    """What one document says to one question.

    :param quotes: the answers, best first; where nothing was found, the nearest candidates.
    :param read: how many of the document's passages were read.
    :param total: how many passages it has.
    :param reason: why nothing was read, or what of the document could not be.
    :param rank: how many passages had to be read to come to the answer; 0 if there is none.
    """

    state: State = State.WAITING
    quotes: tuple[Quote, ...] = ()
    read: int = 0
    total: int = 0
    reason: str = ""
    rank: int = 0

    @property
    def quote(self) -> Quote | None:
        """The answer, if one was found."""
        return self.quotes[0] if self.state is State.FOUND else None

    def shown(self, kind: Kind = Kind.TEXT) -> str:
        """Return the words of the cell: the quoted answer, or why there is none."""
        if self.state is State.FOUND:
            return "; ".join(quote.answer for quote in self.answers(kind))
        if self.state is State.NOT_FOUND:
            unread = f"; not read: {self.reason}" if self.reason else ""
            return f"not found in {self.read:,} of {self.total:,} passages{unread}"
        return f"unread: {self.reason}" if self.state is State.UNREAD else "not read yet"

    def answers(self, kind: Kind = Kind.TEXT) -> tuple[Quote, ...]:
        """Return the quotes that count as answers: of a list all that are likely, of any other kind the best."""
        if self.state is not State.FOUND:
            return ()
        if kind is not Kind.LIST:
            return self.quotes[:1]
        return tuple(quote for number, quote in enumerate(self.quotes) if number == 0 or quote.score >= 0.5)


_WAITING = Cell()


@dataclass(frozen=True, slots=True)
class Sheet:
    """Questions and documents with what was read of them so far.

    :param cells: by document id and the question's text.
    :param judged: what people said about cells, by the same.
    :param reader: which model read, in words.
    :param coverage: how much of each document was to be read, in words.
    :param made: when, as an ISO 8601 time.
    """

    questions: Sequence[SheetQuestion]
    documents: Sequence[SheetDocument]
    cells: Mapping[tuple[str, str], Cell] = field(default_factory=dict)
    reader: str = ""
    coverage: str = ""
    made: str = ""
    judged: Mapping[tuple[str, str], Judged] = field(default_factory=dict)

    def cell(self, document: SheetDocument, question: SheetQuestion) -> Cell:
        """Return a cell; one of which nothing is known yet is waiting."""
        return self.cells.get((document.id, question.text), _WAITING)

    def judgement(self, document: SheetDocument, question: SheetQuestion) -> Judged | None:
        """Return what somebody said about a cell, if anybody did."""
        return self.judged.get((document.id, question.text))

    def shown(self, document: SheetDocument, question: SheetQuestion) -> str:
        """Return the words of a cell: the right ones where somebody corrected it, else those that were read."""
        judged = self.judgement(document, question)
        return (judged.correction if judged else "") or self.cell(document, question).shown(question.kind)

    def counts(self) -> dict[State, int]:
        """Return how many cells there are in each state."""
        counts = dict.fromkeys(State, 0)
        for document in self.documents:
            for question in self.questions:
                counts[self.cell(document, question).state] += 1
        return counts

    def to_dict(self) -> dict[str, Any]:
        """Return the sheet as plain data that JSON can hold; see docs/sheets.md."""
        from dataclasses import asdict

        return {
            "made": self.made,
            "reader": self.reader,
            "coverage": self.coverage,
            "questions": [
                {"question": each.text, "short name": each.name, "kind": str(each.kind), "hint": each.hint}
                for each in self.questions
            ],
            "documents": [
                {
                    **asdict(document),
                    "cells": {each.name: self._cell_data(document, each) for each in self.questions},
                }
                for document in self.documents
            ],
        }

    def _cell_data(self, document: SheetDocument, question: SheetQuestion) -> dict[str, Any]:
        from dataclasses import asdict

        cell, judged = self.cell(document, question), self.judgement(document, question)
        data = {
            "state": str(cell.state),
            "shown": self.shown(document, question),
            "read": cell.read,
            "passages": cell.total,
            "reason": cell.reason,
            "quotes": [asdict(quote) for quote in cell.quotes],
        }
        return data | {"verdict": _verdict_data(judged)} if judged else data


def _verdict_data(judged: Judged) -> dict[str, Any]:
    from dataclasses import asdict

    verdict = judged.verdict
    return {
        "judgement": str(verdict.judgement),
        "words": verdict.words,
        "made": verdict.made,
        "of other words": judged.is_former,
        "quote": asdict(judged.quote) if judged.quote else None,
    }
