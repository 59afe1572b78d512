"""What a sheet says of itself: how it was made, how many cells are in which state, and what could not be read."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from needlepoint.sheets.exports.sources import Export, Role
from needlepoint.sheets.questions import SheetQuestion
from needlepoint.sheets.table import Cell, Sheet, State

STATES = {
    State.FOUND: "found",
    State.NOT_FOUND: "not found",
    State.UNREAD: "unread",
    State.WAITING: "not read yet",
}
"""The states in the words of the cells."""


@dataclass(frozen=True, slots=True)
class Column:
    """A question with the number of its cells in each state."""

    question: SheetQuestion
    counts: dict[State, int]


def facts(export: Export) -> list[tuple[str, str]]:
    """Return what is known of the sheet as a whole: names and values."""
    sheet = export.sheet
    counts = sheet.counts()
    return [
        ("Sheet", export.title),
        ("Made", moment(sheet.made)),
        ("Reader", sheet.reader),
        ("Coverage", sheet.coverage),
        ("Documents", f"{len(sheet.documents):,}"),
        ("Questions", f"{len(sheet.questions):,}"),
        ("Cells", f"{sum(counts.values()):,}"),
        *((f"Cells {words}", f"{counts[state]:,}") for state, words in STATES.items()),
        ("Sources", sources_counted(export)),
    ]


def how_it_was_made(export: Export) -> str:
    """Return the facts as a paragraph."""
    sheet, counts = export.sheet, export.sheet.counts()
    cells = ", ".join(f"{counts[state]:,} {words}" for state, words in STATES.items() if counts[state])
    questions = counted(len(sheet.questions), "question")
    documents = counted(len(sheet.documents), "document")
    made = [("Made", moment(sheet.made)), ("Reader", sheet.reader), ("Read", sheet.coverage), ("Cells", cells)]
    sentences = [f"{name}: {value or 'unknown'}." for name, value in made]
    quoted = "Every answer is quoted word for word from its document."
    return " ".join([f"Needlepoint put {questions} to {documents}.", *sentences, quoted])


def columns(sheet: Sheet) -> list[Column]:
    """Return each question with the number of its cells in each state."""
    found = []
    for question in sheet.questions:
        counts = dict.fromkeys(State, 0)
        for document in sheet.documents:
            counts[sheet.cell(document, question).state] += 1
        found.append(Column(question, counts))
    return found


def reason(cell: Cell) -> tuple[str, str]:
    """Return why a cell has no answer, and apart from it what of the document could not be read."""
    whole = cell.shown()
    words = replace(cell, reason="").shown() if cell.state is State.NOT_FOUND else whole
    return words, whole.removeprefix(words)


def sources_counted(export: Export) -> str:
    """Return how many sources there are, in words."""
    candidates = sum(source.role is Role.CANDIDATE for source in export.sources)
    answers = f"{len(export.sources) - candidates:,}"
    return f"{answers}, and {counted(candidates, 'candidate')}" if candidates else answers


def counted(number: int, noun: str) -> str:
    """Return ``1 document``, ``2,000 documents``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def moment(iso: str) -> str:
    """Return a time as ``28 November 2026, 17:31 UTC``; any other text is returned unchanged."""
    try:
        parsed = datetime.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{parsed.day} {parsed:%B %Y, %H:%M} {parsed.tzname() or ''}".strip()


def joined(parts: Sequence[str]) -> str:
    """Return the parts that are not empty, with points between them."""
    return " · ".join(filter(None, parts))
