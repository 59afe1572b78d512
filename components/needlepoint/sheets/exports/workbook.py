"""Writes a sheet as a workbook (XLSX): the table, its sources, and how it was made."""

import errno
import io
import os
from collections.abc import Iterable, Iterator, Sequence
from typing import IO

from lxml.etree import SerialisationError
from openpyxl import Workbook

from needlepoint.sheets.exports import facts
from needlepoint.sheets.exports.characters import for_xml, on_one_line
from needlepoint.sheets.exports.confidence import Confidence, percent
from needlepoint.sheets.exports.sources import COLUMNS, Export, Role, Source, Value
from needlepoint.sheets.exports.workbook_pages import LONGEST, MOST_ROWS, Field, Look, Page, cut, discard, size
from needlepoint.sheets.questions import Kind, SheetQuestion
from needlepoint.sheets.table import Cell, Sheet, SheetDocument, State
from needlepoint.sheets.verdicts import Judged

_WIDTHS = {
    "document": 28,
    "question": 34,
    "quote": 44,
    "before": 44,
    "after": 44,
    "corrected to": 30,
    "judged": 26,
    "reader": 30,
    "made": 26,
    "link": 40,
}
_NUMBERS = frozenset({"number", "page", "last page", "start", "end", "score"})
_UNBROKEN = frozenset({"document id", "path", "judged", "reader", "made", "link"})
_LOOKS = {State.NOT_FOUND: Look.QUIET, State.UNREAD: Look.ALARM, State.WAITING: Look.FAINT}
_GROUNDS = {
    Confidence.UNSURE: Look.UNSURE, Confidence.POSSIBLE: Look.POSSIBLE, Confidence.VERY_LIKELY: Look.VERY_LIKELY,
}  # fmt: skip
_LONGEST_TIP = 250  # characters; Excel takes 255
_LONGEST_NOTE = 1_000


def write_workbook(export: Export, file: IO[bytes]) -> None:
    """Write a workbook with the pages Sheet, Sources and About.

    :raises SheetError: the sheet has more rows than a workbook can hold.
    :raises OSError: the disk is full, or that of temporary files.
    """
    book = Workbook(write_only=True)
    book.properties.title, book.properties.creator = for_xml(export.title), "Needlepoint"
    try:
        _write_table(book, export, _places(export.sources))
        _write_sources(book, export)
        _write_about(book, export)
        saved = io.BytesIO()  # openpyxl would try again to end an archive for which the disk has no space
        book.save(saved)
        file.write(saved.getbuffer())
    except SerialisationError as error:  # what lxml makes of a full disk: IO_ENOSPC
        discard(book)
        number = getattr(errno, str(error).removeprefix("IO_"), errno.EIO)
        raise OSError(number, os.strerror(number)) from error
    except BaseException:
        discard(book)
        raise


def _write_table(book: Workbook, export: Export, places: Sequence[str]) -> None:
    sheet = export.sheet
    widths = [30, 30, 12, 12, *(34 for _ in sheet.questions)]
    page = Page(book, "Sheet", widths, headed=True)
    headings = [Field(name, Look.HEADING) for name in ("Document", "Title", "Date", "Type")]
    page.append([*headings, *(Field(each.name, Look.HEADING, note=_asked(each)) for each in sheet.questions)])
    for document in sheet.documents:
        names = (document.name, document.title, document.date, document.type)
        row = [Field(on_one_line(name)) for name in names]
        row += [_answer(export, document, question, places) for question in sheet.questions]
        page.append(row)
    page.filter()


def _asked(question: SheetQuestion) -> str:
    return question.text if question.kind is Kind.TEXT else f"{question.text} ({question.kind})"


def _answer(export: Export, document: SheetDocument, question: SheetQuestion, places: Sequence[str]) -> Field:
    cell, judged = export.sheet.cell(document, question), export.sheet.judgement(document, question)
    sources = export.of_cell(document, question)
    text = on_one_line(export.sheet.shown(document, question))
    target = places[sources[0].number - 1] if sources else ""
    look = _judged_look(judged, cell) if judged else _look(cell)
    note = cut(on_one_line(facts.judgement(judged, cell, question.kind)), _LONGEST_NOTE) if judged else ""
    return Field(text, look, target=target, tip=_tip(sources), note=note[:1].upper() + note[1:])


def _judged_look(judged: Judged, cell: Cell) -> Look:
    if judged.correction:
        return Look.CORRECTED
    if judged.is_former:
        return _look(cell)
    if judged.is_wrong:
        return Look.WRONG
    return Look.RIGHT if cell.state is State.FOUND else Look.RIGHTLY_EMPTY


def _look(cell: Cell) -> Look:
    return _GROUNDS[Confidence.of(cell.quotes[0].score)] if cell.state is State.FOUND else _LOOKS[cell.state]


def _tip(sources: Sequence[Source]) -> str:
    """Return the score, the place and the sentence of a cell's first source."""
    if not sources:
        return ""
    first, quote = sources[0], sources[0].quote
    sure = "corrected" if first.role is Role.CORRECTION else percent(quote.score)
    kind = "candidate, " if first.role is Role.CANDIDATE else ""
    head = f"{kind}{sure}, {first.place}"
    more = f" (and {len(sources) - 1} more)" if len(sources) > 1 else ""
    return cut(on_one_line(f"{head}{more}: {quote.before}{quote.answer}{quote.after}"), _LONGEST_TIP)


def _write_sources(book: Workbook, export: Export) -> None:
    widths = [_WIDTHS.get(name, 12) for name in COLUMNS]
    page, number = _sources_page(book, 1, widths), 1
    for source in export.sources:
        for values in _rows(export, source):
            if page.rows == MOST_ROWS:
                page.filter()
                number += 1
                page = _sources_page(book, number, widths)
            page.append([_field(name, values[name], source.link) for name in COLUMNS])
    page.filter()


def _sources_page(book: Workbook, number: int, widths: Sequence[float]) -> Page:
    page = Page(book, _page_name(number), widths, headed=True)
    page.append([Field(name, Look.HEADING) for name in COLUMNS])
    return page


def _field(name: str, value: Value, link: str) -> Field:
    if value is None:
        return Field("")
    if name in _NUMBERS:
        look = Look.SCORE if name == "score" else Look.NUMBER
        return Field(value, look, target=link if name == "page" else "")
    return Field(str(value), Look.UNBROKEN if name in _UNBROKEN else Look.SMALL)


def _rows(export: Export, source: Source) -> Iterator[dict[str, Value]]:
    """Yield the row of a source.

    A quote that is too long for a cell takes several, each with the place of its part.
    """
    values = export.values(source)
    before = cut(source.quote.before[::-1], LONGEST)[::-1]  # the words beside the quote are kept
    start, parts = source.quote.start, list(_parts(source.quote.answer))
    for position, part in enumerate(parts):
        last = position == len(parts) - 1
        places: dict[str, Value] = {"start": start, "end": source.quote.end if last else start + len(part)}
        if not source.has_place:
            places = {}
        around = {"before": "" if position else before, "after": values["after"] if last else ""}
        yield values | {"quote": part} | places | around
        start += len(part)


def _parts(text: str) -> Iterator[str]:
    while size(text) > LONGEST:
        end = LONGEST // 2  # a character may count twice
        yield text[:end]
        text = text[end:]
    yield text


def _places(sources: Iterable[Source]) -> list[str]:
    """Return where each source stands in the pages of sources."""
    places: list[str] = []
    row, number = 1, 1
    for source in sources:
        for position, _ in enumerate(_parts(source.quote.answer)):
            if row == MOST_ROWS:
                row, number = 1, number + 1
            row += 1
            if position == 0:
                places.append(f"#'{_page_name(number)}'!A{row}")
    return places


def _page_name(number: int) -> str:
    return "Sources" if number == 1 else f"Sources {number}"


def _write_about(book: Workbook, export: Export) -> None:
    page = Page(book, "About", [30, 60, 12, 12, 12, 12, 12, 60, 36])
    for name, value in facts.facts(export):
        page.append([Field(name, Look.STRONG), Field(value)])
    page.append([])
    for field in _legend(export):
        page.append(field)
    page.append([])
    counted = [Field(words, Look.HEADING) for words in facts.STATES.values()]
    page.append([*_headings("Question", "In full", "Kind"), *counted, Field("Hint", Look.HEADING)])
    for column in facts.columns(export.sheet):
        asked = column.question
        counts = [Field(column.counts[state], Look.NUMBER) for state in facts.STATES]
        page.append([*(Field(text) for text in (asked.name, asked.text, str(asked.kind))), *counts, Field(asked.hint)])
    page.append([])
    page.append(_headings("Document", "Path", "Type", "Pages", "Passages", "Date", "Found", "Unread parts", "Id"))
    for document in export.sheet.documents:
        page.append(_document(export.sheet, document))


def _legend(export: Export) -> Iterator[list[Field]]:
    yield [Field("Colours", Look.STRONG)]
    for step in reversed(Confidence):
        yield [Field(step.words, _GROUNDS[step]), Field(f"an answer with a score {step.range}")]
    yield [Field("not found", Look.QUIET), Field("the passages that were read have no answer")]
    yield [Field("unread", Look.ALARM), Field("the document could not be read, for the reason named")]
    yield [Field("not read yet", Look.FAINT), Field("the sheet was exported before this cell was read")]
    if export.sheet.judged:
        yield [Field("judged right", Look.RIGHT), Field("somebody said that the answer is right; the note says when")]
        yield [Field("judged wrong", Look.WRONG), Field("somebody said that it is wrong")]
        yield [Field("corrected", Look.CORRECTED), Field("the words of a person; the note has what was read")]


def _document(sheet: Sheet, document: SheetDocument) -> list[Field]:
    found = sum(sheet.cell(document, question).state is State.FOUND for question in sheet.questions)
    return [
        Field(document.name),
        Field(document.path, Look.UNBROKEN),
        Field(document.type),
        *(Field(number, Look.NUMBER) for number in (document.pages, document.passages)),
        Field(document.date),
        Field(found, Look.NUMBER),
        Field("\n".join(document.unread), Look.ALARM),
        Field(document.id, Look.UNBROKEN),
    ]


def _headings(*names: str) -> list[Field]:
    return [Field(name, Look.HEADING) for name in names]
