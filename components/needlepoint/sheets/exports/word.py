"""Writes a sheet as a Word document (DOCX): tables of a few questions each, with numbered sources behind them."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import IO, Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.shared import Mm, Pt, RGBColor

from needlepoint.sheets.exports import facts
from needlepoint.sheets.exports.characters import on_one_line
from needlepoint.sheets.exports.confidence import LIGHT, Confidence, percent
from needlepoint.sheets.exports.sources import Export, Role, Source
from needlepoint.sheets.exports.word_parts import Box, Run, link_to, paragraph, table
from needlepoint.sheets.questions import SheetQuestion
from needlepoint.sheets.table import SheetDocument, State

LONGEST_SHOWN = 400  # characters of an answer in the table; the sources have all of it
_ACROSS = 5  # questions side by side
_WIDTH_MM, _MARGIN_MM = 297, 15
_FIRST_MM = 52


def write_word(export: Export, file: IO[bytes]) -> None:
    """Write a Word document on A4 landscape."""
    document = _blank(export)
    document.add_heading(on_one_line(export.title), level=1)
    document.add_paragraph(on_one_line(facts.how_it_was_made(export)))
    _add(document, paragraph(_legend()))
    for first in range(0, len(export.sheet.questions), _ACROSS):
        _add_table(document, export, first)
    _add_questions(document, export)
    _add_unread(document, export)
    document.add_heading("Sources", level=2)
    for source in export.sources:
        _add(document, _source(document.part, source))
    document.save(file)


def _add(document: Any, element: Any) -> None:
    """Append an element to the document's body, before its closing properties."""
    document.element.body.sectPr.addprevious(element)


def _blank(export: Export) -> Any:
    document = Document()
    section = document.sections[0]
    section.orientation, section.page_width, section.page_height = WD_ORIENT.LANDSCAPE, Mm(_WIDTH_MM), Mm(210)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(_MARGIN_MM)
    for name, size in (("Normal", 9), ("Heading 1", 18), ("Heading 2", 13)):
        style = document.styles[name]
        style.font.size, style.font.color.rgb = Pt(size), RGBColor.from_string(LIGHT.ink)
    document.styles["Normal"].paragraph_format.space_after = Pt(4)
    properties = document.core_properties
    properties.title, properties.author = on_one_line(export.title)[:255], "Needlepoint"
    properties.created = properties.modified = _when(export.sheet.made)
    return document


def _when(made: str) -> datetime:
    try:
        return datetime.fromisoformat(made)
    except ValueError:
        return datetime.now(UTC)


def _legend() -> Iterator[Run]:
    for step in reversed(Confidence):
        yield Run(f" {step.words} ({step.range}) ", ground=LIGHT.ground(step))
        yield Run("  ")
    yield Run("not found  ", colour=LIGHT.quiet)
    yield Run("unread  ", colour=LIGHT.alarm)
    yield Run("not read yet", colour=LIGHT.faint, italic=True)


def _add_table(document: Any, export: Export, first: int) -> None:
    questions = export.sheet.questions[first : first + _ACROSS]
    total = len(export.sheet.questions)
    if total > _ACROSS:
        document.add_heading(f"Questions {first + 1:,} to {first + len(questions):,} of {total:,}", level=2)
    rest = (_WIDTH_MM - 2 * _MARGIN_MM - _FIRST_MM) / len(questions)
    headings = ["Document", *(on_one_line(each.name) for each in questions)]
    rows = (_row(export, each, questions) for each in export.sheet.documents)
    _add(document, table(headings, rows, widths_mm=[_FIRST_MM, *(rest for _ in questions)]))


def _row(export: Export, document: SheetDocument, questions: Sequence[SheetQuestion]) -> Iterator[Box]:
    title = document.title if document.title != document.name else ""
    about = [[Run(on_one_line(text), colour=LIGHT.quiet)] for text in (title, document.date) if text]
    yield Box([[Run(on_one_line(document.name), bold=True)], *about])
    for question in questions:
        yield _cell(export, document, question)


def _cell(export: Export, document: SheetDocument, question: SheetQuestion) -> Box:
    cell, sources = export.sheet.cell(document, question), export.of_cell(document, question)
    if quote := cell.quote:
        return Box(
            [[Run(_cut(each)), *_references([each])] for each in sources], LIGHT.ground(Confidence.of(quote.score))
        )
    colour = {State.UNREAD: LIGHT.alarm, State.NOT_FOUND: LIGHT.quiet}.get(cell.state, LIGHT.faint)
    words = Run(on_one_line(cell.shown(question.kind)), colour=colour, italic=cell.state is State.WAITING)
    remark = on_one_line(facts.unread_remark(cell))
    also = [Run(f" ({remark})", colour=LIGHT.alarm)] if remark else []
    return Box([[words, *also, *_references(sources)]])


def _cut(source: Source) -> str:
    words = on_one_line(source.quote.answer)
    return words if len(words) <= LONGEST_SHOWN else f"{words[:LONGEST_SHOWN]}…"


def _references(sources: Sequence[Source]) -> Iterator[Run]:
    for source in sources:
        yield Run(" ")
        yield Run(f"[{source.number}]", colour=LIGHT.accent, anchor=f"source{source.number}")


def _add_questions(document: Any, export: Export) -> None:
    document.add_heading("Questions", level=2)
    headings = ["Short name", "Question", "Kind", *facts.STATES.values()]
    rows = (map(_plain, _question(each)) for each in facts.columns(export.sheet))
    _add(document, table(headings, rows, widths_mm=[60, 107, 20, 20, 20, 20, 20]))


def _question(column: facts.Column) -> Iterator[str]:
    question = column.question
    yield from (question.name, question.text, str(question.kind))
    yield from (f"{column.counts[state]:,}" for state in facts.STATES)


def _plain(text: str) -> Box:
    return Box([[Run(on_one_line(text))]])


def _add_unread(document: Any, export: Export) -> None:
    incomplete = [each for each in export.sheet.documents if each.unread]
    if incomplete:
        document.add_heading("Parts of documents that are not in their text", level=2)
    for each in incomplete:
        parts = on_one_line("; ".join(each.unread))
        runs = [Run(f"{on_one_line(each.name)}: ", bold=True), Run(parts, colour=LIGHT.alarm)]
        _add(document, paragraph(runs))


def _source(part: Any, source: Source) -> Any:
    quote, step = source.quote, Confidence.of(source.quote.score)
    judged = "candidate, not an answer" if source.role is Role.CANDIDATE else step.words
    sure = f"{judged}, {percent(quote.score)}; characters {quote.start:,} to {quote.end:,}"
    address = link_to(part, source.link) if source.link else ""
    runs = [
        Run(f"[{source.number}] ", bold=True),
        Run(on_one_line(source.place), colour=LIGHT.accent if address else LIGHT.ink, address=address),
        Run(f", {on_one_line(source.question.name)} ({sure}): ", colour=LIGHT.quiet),
        Run(_spaced(quote.before)),
        Run(_spaced(quote.answer), ground=LIGHT.mark),
        Run(_spaced(quote.after)),
    ]
    return paragraph(runs, bookmark=(f"source{source.number}", source.number))


def _spaced(text: str) -> str:
    """Return part of a sentence on one line, with the space at its ends."""
    before, after = ("" if text[at : at + 1].strip() else " " for at in (0, len(text) - 1))
    return f"{before}{on_one_line(text)}{after}" if text.strip() else " " * bool(text)
