"""Writes a sheet as comma-separated values (CSV): the table, its sources, and how it was made, a file each or in one ZIP file."""

import csv
import io
from collections.abc import Container, Iterable, Iterator
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile

from needlepoint.sheets.exports import facts
from needlepoint.sheets.exports.characters import as_csv_value, on_one_line
from needlepoint.sheets.exports.sources import COLUMNS, JUDGED, Export, Value, places
from needlepoint.sheets.questions import SheetQuestion
from needlepoint.text.cleaning import clean

_Row = Iterable[Value]


def write_table(export: Export, file: IO[bytes]) -> None:
    """Write the table: a line a document, a column a question."""
    _write(_table(export), file)


def write_sources(export: Export, file: IO[bytes]) -> None:
    """Write a line for each source, with the exact words of the document."""
    rows = (export.values(source).values() for source in export.sources)
    _write([COLUMNS, *rows], file)


def write_about(export: Export, file: IO[bytes]) -> None:
    """Write how the sheet was made: lines of ``about``, ``name`` and ``value``."""
    _write(_about(export), file)


def write_archive(export: Export, file: IO[bytes]) -> None:
    """Write table, sources and how the sheet was made into one ZIP file."""
    stem = "".join(each if each.isalnum() or each in " -_." else "-" for each in export.title).strip(". ") or "sheet"
    parts = ((".csv", write_table), (".sources.csv", write_sources), (".about.csv", write_about))
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for ending, write in parts:
            with archive.open(f"{stem}{ending}", "w") as part:
                write(export, part)


def _table(export: Export) -> Iterator[_Row]:
    sheet = export.sheet
    judged = {question for _, question in sheet.judged}
    yield ["Document", "Title", "Date", "Type", *(name for each in sheet.questions for name in _headings(each, judged))]
    for document in sheet.documents:
        cells: list[str] = []
        for question in sheet.questions:
            cells.append(sheet.shown(document, question))
            if question.text in judged:
                cells.append(str(sheet.judgement(document, question) or ""))
        names = (document.name, document.title, document.date, document.type)
        yield [on_one_line(text) for text in (*names, *cells)]


def _headings(question: SheetQuestion, judged: Container[str]) -> list[str]:
    """Return the heading of a question and, if people judged cells of it, that of their judgements."""
    return [question.name, f"{question.name}{JUDGED}"] if question.text in judged else [question.name]


def _about(export: Export) -> Iterator[_Row]:
    yield ["about", "name", "value"]
    for name, value in facts.facts(export):
        yield ["sheet", name, value]
    for column in facts.columns(export.sheet):
        question = column.question
        counts = ", ".join(f"{column.counts[state]:,} {words}" for state, words in facts.STATES.items())
        yield ["question", question.name, question.text]
        yield ["kind", question.name, str(question.kind)]
        yield ["cells", question.name, counts]
    for document, asked in places(export.sheet):
        if judged := export.sheet.judgement(document, asked):
            said = facts.judgement(judged, export.sheet.cell(document, asked), asked.kind)
            yield ["judgement", f"{document.name}: {asked.name}", on_one_line(said)]
    for document in export.sheet.documents:
        yield from (["unread", document.name, part] for part in document.unread)


def _write(rows: Iterable[_Row], file: IO[bytes]) -> None:
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")  # spreadsheets take other UTF-8 for Latin-1
    writer = csv.writer(text)
    for row in rows:
        writer.writerow([as_csv_value(clean(value)) if isinstance(value, str) else value for value in row])
    text.flush()
    text.detach()
