"""Reads the quotes of a file: a sheet that Needlepoint has exported, or any table with a quote and its document."""

import csv
import io
import json
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path, PurePath
from typing import Any, Final
from zipfile import BadZipFile, ZipFile

from needlepoint.errors import SheetError
from needlepoint.files.plain import decode_text, has_binary_bytes
from needlepoint.sheets.edited_tables import edited_cells, is_table
from needlepoint.sheets.exports.characters import from_csv_value
from needlepoint.sheets.quote_columns import check_complete, columns_of, heading_of, is_complete, quote_of, told
from needlepoint.sheets.quotes import GivenQuote

MOST_QUOTES: Final = 100_000
_MOST_BYTES = 200_000_000
_BESIDE: Final = ".sources.csv"
_MOST_UNPACKED = 300_000_000
_ROWS_BEFORE_HEADINGS = 20
_LISTS: Final = ("sources", "quotes", "answers")
_SOURCES: Final = re.compile(r"sources(?: \d+)?", re.IGNORECASE)
_HYPERLINK: Final = re.compile(r'=\s*HYPERLINK\s*\(\s*"(?:[^"]|"")*"\s*[,;]\s*"((?:[^"]|"")*)"\s*\)', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class QuoteFile:
    """The quotes of a file.

    :param columns: in one line, which columns were taken and which are not there.
    :param without_words: how many rows have no quoted words, such as those of "not found".
    """

    quotes: list[GivenQuote]
    columns: str
    without_words: int = 0


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of a table: where it stands, its values, and for each column why the value is none."""

    place: str
    values: Sequence[Any]
    problems: Mapping[int, str]


def read_quotes(path: Path) -> QuoteFile:
    """Read the quotes of a file.

    :param path: CSV, TSV, XLSX, JSON or the ZIP of a sheet; see docs/sheets.md. For the table of a sheet, ``NAME.csv``, the
        file with its quotes beside it, ``NAME.sources.csv``, is read.
    :raises SheetError: it cannot be read, has no column for the quote or its document, or no quote.
    """
    beside = path.with_name(f"{path.stem}{_BESIDE}")
    if path.suffix.lower() != ".csv" or not beside.is_file():
        return quotes_of_data(path.name, _data(path))
    found = quotes_of_data(beside.name, _data(beside))
    return _with_edited(found, _csv_rows(_data(path)), _csv_rows(_data(beside)))


def quotes_of_data(name: str, data: bytes) -> QuoteFile:
    """Read the quotes of a file that is in memory.

    :param name: of the file; only its ending counts.
    :raises SheetError: it cannot be read, has no column for the quote or its document, or no quote.
    """
    try:
        found = _reader(PurePath(name).suffix.lower(), data)(data)
    except SheetError as error:
        raise SheetError(f"{name}: {error}") from error
    if not found.quotes:
        raise SheetError(f"{name}: there is no quote in it ({found.columns})")
    return replace(found, columns=f"taken from {name}: {found.columns}")


def _data(path: Path) -> bytes:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise SheetError(f"{path}: larger than {_MOST_BYTES / 1e6:.0f} MB: is this a file of quotes?")
        return path.read_bytes()
    except OSError as error:
        raise SheetError(f"{path}: cannot be read ({error.strerror or error})") from error


def _reader(suffix: str, data: bytes) -> Callable[[bytes], QuoteFile]:
    if data.startswith(b"PK\x03\x04"):
        return _package
    if suffix == ".json" or (suffix not in (".csv", ".tsv", ".tab", ".txt") and data.lstrip()[:1] in (b"{", b"[")):
        return _json
    if suffix in (".xlsx", ".xls", ".ods") or has_binary_bytes(data):
        raise SheetError("it is neither CSV, XLSX nor JSON: save it as one of these")
    return _csv


def _csv(data: bytes) -> QuoteFile:
    return _table(_csv_rows(data))


def _csv_rows(data: bytes) -> list[_Row]:
    text = decode_text(data).replace("\0", "\ufffd")
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",;\t|", key=first.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        return [_Row(f"row {number}", [*map(from_csv_value, row)], {}) for number, row in enumerate(rows, start=1)]
    except csv.Error as error:
        raise SheetError(f"not CSV that can be read ({error}): is a quotation mark not closed?") from error


def _with_edited(found: QuoteFile, table: Sequence[_Row], sources: Sequence[_Row]) -> QuoteFile:
    """Return the quotes of a sheet with the words of its table that are not those of its sources."""
    edited = edited_cells(*([(row.place, row.values) for row in rows] for rows in (table, sources)))
    return replace(found, quotes=[*found.quotes, *edited])


def _package(data: bytes) -> QuoteFile:
    """Read a workbook, or a sheet that was exported as a ZIP of CSV files."""
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            if sum(member.file_size for member in archive.infolist()) > _MOST_UNPACKED:
                raise SheetError(f"it unpacks to more than {_MOST_UNPACKED / 1e6:,.0f} MB: verify it in parts")
            names = archive.namelist()
            for sources in (name for name in names if name.endswith(_BESIDE)):
                table, data = sources.removesuffix(_BESIDE) + ".csv", archive.read(sources)
                rows = _csv_rows(archive.read(table)) if table in names else []
                return _with_edited(_csv(data), rows, _csv_rows(data))
    except (BadZipFile, OSError, RuntimeError, NotImplementedError, zlib.error) as error:
        raise SheetError(f"not a workbook that can be read ({type(error).__name__}): save it again as .xlsx") from error
    return _workbook(data)


def _workbook(data: bytes) -> QuoteFile:
    import openpyxl

    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
        tables = {
            page.title: list(islice(_cells(page), MOST_QUOTES + _ROWS_BEFORE_HEADINGS)) for page in book.worksheets
        }
    except Exception as error:  # whatever the library makes of broken data
        raise SheetError(f"not a workbook that can be read ({type(error).__name__}): save it again as .xlsx") from error
    sources = [rows for title, rows in tables.items() if _SOURCES.fullmatch(title) and _headings(rows) is not None]
    others = [rows for rows in tables.values() if _headings(rows) is not None]
    joined = _joined([_table(rows) for rows in sources or others[:1] or [next(iter(tables.values()), [])]])
    table = next((rows for rows in tables.values() if rows and is_table(rows[0].values)), [])
    every = [*sources[0], *(row for rows in sources[1:] for row in rows[1:])] if sources else []
    return _with_edited(joined, table, every)


def _joined(parts: Sequence[QuoteFile]) -> QuoteFile:
    """Join the pages of a workbook over which its sources go on."""
    quotes = [quote for part in parts for quote in part.quotes]
    return QuoteFile(quotes, parts[0].columns, sum(part.without_words for part in parts))


def _cells(page: Any) -> Iterator[_Row]:
    for number, cells in enumerate(page.iter_rows(), start=1):
        values, problems = [], {}
        for column, cell in enumerate(cells):
            value, problem = _value(cell)
            values.append(value)
            if problem:
                problems[column] = problem
        yield _Row(f"{page.title}, row {number}", values, problems)


def _value(cell: Any) -> tuple[Any, str]:
    """Return the value of a cell, and why it is none that a person wrote."""
    value = cell.value
    if cell.data_type == "f":
        link = _HYPERLINK.fullmatch(str(value).strip())
        return (link[1].replace('""', '"'), "") if link else ("", "is a formula")
    if isinstance(value, datetime | date | time | timedelta):
        return "", "is a date that the spreadsheet has made of the words"
    if cell.data_type == "e":
        return "", f"is the error {str(value)[:20]}"
    return (int(value) if isinstance(value, float) and value.is_integer() else value), ""


def _headings(rows: Sequence[_Row]) -> int | None:
    """Return the number of the row that has the headings, if a quote and its document have one."""
    first = rows[:_ROWS_BEFORE_HEADINGS]
    return next((n for n, row in enumerate(first) if is_complete(columns_of(_texts(row.values)))), None)


def _table(given: Iterable[_Row]) -> QuoteFile:
    rows = [row for row in given if any(_texts(row.values)) or row.problems]
    if not rows:
        raise SheetError("it is empty")
    at = _headings(rows) or 0
    headings = _texts(rows[at].values)
    columns = columns_of(headings)
    check_complete(columns, headings)
    if len(rows) - at > MOST_QUOTES:
        raise SheetError(f"more than {MOST_QUOTES:,} rows: verify it in parts")
    quotes = [_of_row(row, columns) for row in rows[at + 1 :]]
    return _file(quotes, told(columns, headings))


def _of_row(row: _Row, columns: Mapping[str, int]) -> GivenQuote | None:
    values = {name: row.values[at] for name, at in columns.items() if at < len(row.values)}
    wrong = [f"its {name} {row.problems[at]}" for name, at in columns.items() if at in row.problems]
    problem = f"{wrong[0]}: make it text" if wrong else ""
    return quote_of(values, place=row.place, problem=problem)


def _texts(values: Iterable[Any]) -> list[str]:
    return ["" if value is None else str(value).strip() for value in values]


def _json(data: bytes) -> QuoteFile:
    try:
        loaded = json.loads(decode_text(data))
    except (ValueError, RecursionError) as error:
        raise SheetError(f"not JSON: {' '.join(str(error).split())[:200]}") from error
    return quotes_in(loaded)


def quotes_in(loaded: Any) -> QuoteFile:
    """Return the quotes of what JSON holds: a sheet's own data, or a list of objects with a quote and its document.

    :raises SheetError: it is neither.
    """
    listed = loaded
    if isinstance(loaded, dict):
        listed = next((loaded[name] for name in _LISTS if isinstance(loaded.get(name), list)), None)
        if listed is None and _is_sheet(loaded):
            return _file(list(_of_sheet(loaded)), "the answers of a sheet")
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise SheetError('it has neither a sheet nor a list of quotes: write [{"document": ..., "quote": ...}, ...]')
    flat = [_flat(each) for each in listed]
    headings = list(dict.fromkeys(key for each in flat for key in each))
    rows = [_Row(f"quote {n}", [each.get(key) for key in headings], {}) for n, each in enumerate(flat, start=1)]
    return _table([_Row("", headings, {}), *rows])


def _flat(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return an object with the values of the objects in it, where it does not have such a value itself."""
    flat = {str(key): value for key, value in given.items() if isinstance(value, str | int | float)}
    for key, inner in given.items():
        for name, value in inner.items() if isinstance(inner, dict) else ():
            if isinstance(value, str | int | float):
                flat.setdefault("document id" if (key, name) == ("document", "id") else str(name), value)
    return flat


def _is_sheet(loaded: Mapping[str, Any]) -> bool:
    documents = loaded.get("documents")
    return isinstance(documents, list) and any(isinstance(each, dict) and "cells" in each for each in documents)


def _of_sheet(loaded: Mapping[str, Any]) -> Iterator[GivenQuote | None]:
    """Yield the quotes of the cells in which something was found."""
    for document in loaded["documents"]:
        cells = document.get("cells") if isinstance(document, dict) else None
        for name, cell in cells.items() if isinstance(cells, dict) else ():
            for quote in _quotes_of(cell):
                values = {heading_of(key): value for key, value in quote.items()}
                given = {"quote": values.get("answer"), "document": values.get("name"), **values}
                given["path"] = document.get("path")
                yield quote_of(given, place=f"{document.get('name', '')}, {name}")


def _quotes_of(cell: Any) -> list[Mapping[str, Any]]:
    """Return the quotes of a cell: the words with which somebody corrected it, and what was read where something was found."""
    if not isinstance(cell, dict):
        return []
    verdict, read = cell.get("verdict"), cell.get("quotes") if cell.get("state") == "found" else None
    corrected = verdict.get("quote") if isinstance(verdict, dict) else None
    return [each for each in [corrected, *(read if isinstance(read, list) else [])] if isinstance(each, dict)]


def _file(quotes: Sequence[GivenQuote | None], columns: str) -> QuoteFile:
    given = [quote for quote in quotes if quote is not None]
    return QuoteFile(given, columns, len(quotes) - len(given))
