"""Writes a sheet as a Word document (DOCX): tables of a few questions each, with numbered sources behind them."""

import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from needlepoint.sheets.exports import facts
from needlepoint.sheets.exports.characters import on_one_line
from needlepoint.sheets.exports.confidence import LIGHT, Confidence, percent
from needlepoint.sheets.exports.sources import Export, Role, Source
from needlepoint.sheets.exports.word_parts import Box, Run, heading, paragraph, table
from needlepoint.sheets.questions import SheetQuestion
from needlepoint.sheets.table import SheetDocument, State
from needlepoint.sheets.verdicts import Judged

LONGEST_SHOWN = 400  # characters of an answer in the table; the sources have all of it
_ACROSS = 5  # questions side by side
_WIDTH_MM, _MARGIN_MM = 297, 15
_FIRST_MM = 52


def write_word(export: Export, file: IO[bytes]) -> None:
    """Write a Word document on A4 landscape."""
    empty = _empty(export)
    links = _links(empty.part, export.sources)
    saved = io.BytesIO()
    empty.save(saved)
    with ZipFile(saved) as given, ZipFile(file, "w", ZIP_DEFLATED) as whole:
        for name in given.namelist():
            data = given.read(name)
            with whole.open(name, "w") as part:
                if name == "word/document.xml":
                    before, properties, after = data.partition(b"<w:sectPr")
                    part.write(before)
                    part.writelines(text.encode() for text in _body(export, links))
                    data = properties + after
                part.write(data)


def _empty(export: Export) -> Any:
    """Return a document with its styles and paper, and nothing in it."""
    document = Document()
    section = document.sections[0]
    section.orientation, section.page_width, section.page_height = WD_ORIENT.LANDSCAPE, Mm(_WIDTH_MM), Mm(210)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(_MARGIN_MM)
    for name, size in (("Normal", 9), ("Heading 1", 18), ("Heading 2", 13)):
        style = document.styles[name]
        style.font.name, style.font.size, style.font.color.rgb = "Calibri", Pt(size), RGBColor.from_string(LIGHT.ink)
        complex_size = style.element.rPr.makeelement(qn("w:szCs"), {qn("w:val"): str(2 * size)})
        style.element.rPr.find(qn("w:sz")).addnext(complex_size)
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


def _links(part: Any, sources: Sequence[Source]) -> dict[str, str]:
    """Return the ids under which the document's part knows the addresses of sources."""
    links: dict[str, str] = {}
    for source in sources:
        if source.link and source.link not in links:
            links[source.link] = f"address{len(links) + 1}"
            part.rels.add_relationship(RELATIONSHIP_TYPE.HYPERLINK, source.link, links[source.link], is_external=True)
    return links


def _body(export: Export, links: Mapping[str, str]) -> Iterator[str]:
    yield heading(on_one_line(export.title), 1)
    yield paragraph([Run(on_one_line(facts.how_it_was_made(export)))])
    yield paragraph(list(_legend()))
    for first in range(0, len(export.sheet.questions), _ACROSS):
        yield from _table(export, first)
    yield from _questions(export)
    yield from _unread(export)
    yield heading("Sources", 2)
    for source in export.sources:
        yield _source(source, links.get(source.link, ""))


def _legend() -> Iterator[Run]:
    for step in reversed(Confidence):
        yield Run(f" {step.words} ({step.range}) ", ground=LIGHT.ground(step))
        yield Run("  ")
    yield Run("not found  ", colour=LIGHT.quiet)
    yield Run("unread  ", colour=LIGHT.alarm)
    yield Run("not read yet", colour=LIGHT.faint, italic=True)


def _table(export: Export, first: int) -> Iterator[str]:
    questions = export.sheet.questions[first : first + _ACROSS]
    total = len(export.sheet.questions)
    if total > _ACROSS:
        yield heading(f"Questions {first + 1:,} to {first + len(questions):,} of {total:,}", 2)
    rest = (_WIDTH_MM - 2 * _MARGIN_MM - _FIRST_MM) / len(questions)
    headings = ["Document", *(on_one_line(each.name) for each in questions)]
    rows = (_row(export, each, questions) for each in export.sheet.documents)
    yield from table(headings, rows, widths_mm=[_FIRST_MM, *(rest for _ in questions)])


def _row(export: Export, document: SheetDocument, questions: Sequence[SheetQuestion]) -> Iterator[Box]:
    title = document.title if document.title != document.name else ""
    about = [[Run(on_one_line(text), colour=LIGHT.quiet)] for text in (title, document.date) if text]
    yield Box([[Run(on_one_line(document.name), bold=True)], *about])
    for question in questions:
        yield _cell(export, document, question)


def _cell(export: Export, document: SheetDocument, question: SheetQuestion) -> Box:
    cell, sources = export.sheet.cell(document, question), export.of_cell(document, question)
    judged = export.sheet.judgement(document, question)
    said = [[Run(f"({_said(judged)})", colour=LIGHT.quiet)]] if judged else []
    if judged and judged.correction:
        return Box([[Run(_cut(judged.correction), bold=True, colour=LIGHT.accent), *_references(sources)], *said])
    answers, others = (
        [each for each in sources if each.role is Role.ANSWER],
        sources[len(cell.answers(question.kind)) :],
    )
    if quote := cell.quote:
        is_wrong = bool(judged and judged.is_wrong)
        found = [[Run(_cut(each.quote.answer), struck=is_wrong), *_references([each])] for each in answers]
        found[-1] += _references(others)
        return Box([*found, *said], LIGHT.ground(Confidence.of(quote.score)))
    colour = {State.UNREAD: LIGHT.alarm, State.NOT_FOUND: LIGHT.quiet}.get(cell.state, LIGHT.faint)
    words, unread = facts.reason(cell)
    runs = [Run(on_one_line(words), colour=colour, italic=cell.state is State.WAITING)]
    runs += [Run(on_one_line(unread), colour=LIGHT.alarm)] if unread else []
    return Box([[*runs, *_references(sources)], *said])


def _said(judged: Judged) -> str:
    return "corrected" if judged.correction else f"judged {judged}"


def _cut(text: str) -> str:
    words = on_one_line(text)
    return words if len(words) <= LONGEST_SHOWN else f"{words[:LONGEST_SHOWN]}…"


def _references(sources: Sequence[Source]) -> Iterator[Run]:
    for source in sources:
        yield Run(" ")
        yield Run(f"[{source.number}]", colour=LIGHT.accent, anchor=f"source{source.number}")


def _questions(export: Export) -> Iterator[str]:
    yield heading("Questions", 2)
    headings = ["Short name", "Question", "Kind", *facts.STATES.values()]
    rows = (map(_plain, _question(each)) for each in facts.columns(export.sheet))
    yield from table(headings, rows, widths_mm=[60, 107, 20, 20, 20, 20, 20])


def _question(column: facts.Column) -> Iterator[str]:
    question = column.question
    yield from (question.name, question.text, str(question.kind))
    yield from (f"{column.counts[state]:,}" for state in facts.STATES)


def _plain(text: str) -> Box:
    return Box([[Run(on_one_line(text))]])


def _unread(export: Export) -> Iterator[str]:
    incomplete = [each for each in export.sheet.documents if each.unread]
    if incomplete:
        yield heading("Parts of documents that are not in their text", 2)
    for each in incomplete:
        parts = on_one_line("; ".join(each.unread))
        runs = [Run(f"{on_one_line(each.name)}: ", bold=True), Run(parts, colour=LIGHT.alarm)]
        yield paragraph(runs)


def _source(source: Source, address: str) -> str:
    quote, step = source.quote, Confidence.of(source.quote.score)
    kind = "candidate, not an answer" if source.role is Role.CANDIDATE else step.words
    sure = f"{kind}, {percent(quote.score)}" if source.role is not Role.CORRECTION else "the words of a person"
    said = f"{_said(source.judged)}, {facts.moment(source.judged.verdict.made)}" if source.judged else ""
    place = f"characters {quote.start:,} to {quote.end:,}" if source.has_place else "not in the document"
    sure = "; ".join(filter(None, (sure, said, place)))
    runs = [
        Run(f"[{source.number}] ", bold=True),
        Run(on_one_line(source.place), colour=LIGHT.accent if address else LIGHT.ink, address=address),
        Run(f", {on_one_line(source.question.name)} ({sure}): ", colour=LIGHT.quiet),
        Run(_spaced(quote.before)),
        Run(_spaced(source.words), ground=LIGHT.mark),
        Run(_spaced(quote.after)),
    ]
    return paragraph(runs, bookmark=(f"source{source.number}", source.number))


def _spaced(text: str) -> str:
    """Return part of a sentence on one line, with the space at its ends."""
    before, after = ("" if text[at : at + 1].strip() else " " for at in (0, len(text) - 1))
    return f"{before}{on_one_line(text)}{after}" if text.strip() else " " * bool(text)
