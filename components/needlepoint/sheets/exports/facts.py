"""What a sheet says of itself: how it was made, how many cells are in which state, and what could not be read."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from needlepoint.sheets.exports.sources import Export, Role
from needlepoint.sheets.questions import Kind, SheetQuestion
from needlepoint.sheets.table import Cell, Sheet, State
from needlepoint.sheets.verdicts import Judged

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
        *((f"Cells {words}", f"{number:,}") for words, number in judged_counts(sheet).items()),
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
    said = [f"People judged cells: {judged}." for judged in [_judged(sheet)] if judged]
    corrected = " Corrected cells show the words of people." * any(each.correction for each in sheet.judged.values())
    return " ".join([f"Needlepoint put {questions} to {documents}.", *sentences, *said, quoted]) + corrected


def _judged(sheet: Sheet) -> str:
    return ", ".join(f"{number:,} {words}" for words, number in judged_counts(sheet).items())


def judged_counts(sheet: Sheet) -> dict[str, int]:
    """Return how many cells people judged in which way; empty if none."""
    return dict(Counter(f"judged {each}" if not each.correction else "corrected" for each in sheet.judged.values()))


def judgement(judged: Judged, cell: Cell, kind: Kind = Kind.TEXT) -> str:
    """Return what somebody said about a cell in words, with the time and, of a correction, what the cell says."""
    when = moment(judged.verdict.made)
    if judged.correction:
        return f"corrected, {when}; read: {cell.shown(kind)}"
    former = f": “{judged.verdict.words}”" if judged.is_former and judged.verdict.words else ""
    return f"judged {judged}{former}, {when}"


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
    roles = Counter(source.role for source in export.sources)
    others = [counted(roles[role], str(role)) for role in (Role.CORRECTION, Role.CANDIDATE) if roles[role]]
    return ", and ".join([f"{roles[Role.ANSWER]:,}", *others])


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
