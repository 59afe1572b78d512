"""XLSX: one page a sheet, each row as one line that can be understood alone."""

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from needlepoint.errors import UnreadableFileError
from needlepoint.files.limits import Limits
from needlepoint.files.office.number_formats import shown_number
from needlepoint.files.office.package import check_package
from needlepoint.files.office.properties import core_properties, parse_part
from needlepoint.files.office.sheets.calculated import Calculation
from needlepoint.files.office.sheets.cells import SheetCells, is_partly_struck, unstruck_text
from needlepoint.files.office.sheets.parts import SheetParts
from needlepoint.files.pages import PageCollector, PageText, one_line
from needlepoint.files.source import SourceText
from needlepoint.files.tables import sheet_lines

_MONTHS = "January February March April May June July August September October November December".split()  # noqa: SIM905
_IN_BRACKETS = re.compile(r"\[[^\]]*\]|\"[^\"]*\"|\\\\.")
_STRINGS = "xl/sharedStrings.xml"
_EMPTY = "no filled cells: nothing to index"
_UNCALCULATED = "its formulas have no stored results: open it in Excel, save it and add it again"


def read_xlsx(data: bytes, limits: Limits) -> SourceText:
    """Read a workbook; of a hidden sheet there is an empty page.

    Formulas give the results that the file holds, or that IronCalc calculates where it holds none.
    """
    check_package(data, limits)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what openpyxl cannot read of styles and drawings
        return _read_workbook(data, limits)


def _read_workbook(data: bytes, limits: Limits) -> SourceText:
    try:
        workbook = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except (InvalidFileException, KeyError) as error:
        raise UnreadableFileError(
            "the Excel file lacks a part that it names: open it in Excel and save it again"
        ) from error
    collector = PageCollector(limits)
    with closing(workbook), zipfile.ZipFile(io.BytesIO(data)) as archive:
        if _leave_out_struck(workbook, archive):
            collector.leave_unread("struck-out text in cells: left out")
        parts, calculation = SheetParts(archive, collector.leave_unread), Calculation(data)
        for sheet in workbook.worksheets:
            if sheet.sheet_state != "visible":
                collector.leave_unread(f"sheet {sheet.title} is hidden: left out")
                collector.add("")
                continue
            page = _sheet_text(sheet, parts, collector, calculation)
            collector.add(page.text, sheet.title, page.marks)
        reason = _UNCALCULATED if any("formulas" in each for each in collector.unread) else _EMPTY
        return collector.source(type="xlsx", reason=reason, **core_properties(data))


def _leave_out_struck(workbook: Any, archive: zipfile.ZipFile) -> bool:
    """Take what a line goes through out of the strings that the sheets share; tell whether there was any."""
    if _STRINGS not in archive.namelist() or not workbook.worksheets:
        return False
    data = archive.read(_STRINGS)
    if b"<strike" not in data and b":strike" not in data:
        return False
    strings = list(parse_part(data))
    shared = workbook.worksheets[0]._shared_strings
    struck = [at for at, string in enumerate(strings[: len(shared)]) if is_partly_struck(string)]
    for at in struck:
        shared[at] = unstruck_text(strings[at])
    return bool(struck)


def _sheet_text(sheet: Any, parts: SheetParts, collector: PageCollector, calculation: Calculation) -> PageText:
    page = PageText()
    cells = SheetCells(sheet, shown_value, partial(calculation.result, sheet.title))
    for line in sheet_lines(cells.rows(), about=sheet.title):
        page.write_lines([line], gap=1)
        collector.check(len(page))
    for what in cells.unread():
        collector.leave_unread(f"sheet {sheet.title}: {what}")
    page.write_lines(parts.lines(sheet._worksheet_path, sheet.title))
    return page


def placed_rows(data: bytes, number: int) -> Iterator[list[str]]:
    """Return the rows of a sheet as :func:`read_xlsx` reads them, with cells that know their places.

    :param number: of the sheet, from 1, hidden ones included.
    :raises IndexError: there is no such sheet.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        workbook = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    with closing(workbook), zipfile.ZipFile(io.BytesIO(data)) as archive:
        _leave_out_struck(workbook, archive)
        sheet = workbook.worksheets[number - 1]
        calculation = Calculation(data)
        yield from SheetCells(sheet, shown_value, partial(calculation.result, sheet.title)).rows()


def shown_value(value: Any, number_format: str | None = None) -> str:
    """Return a cell's value as a person would read it on the sheet.

    :param value: as openpyxl gives it.
    :param number_format: Excel's format code of the cell.
    """
    code = number_format or "General"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return _shown_moment(value, code)
    if isinstance(value, date):
        return _shown_day(value, code)
    if isinstance(value, time):
        return value.isoformat("minutes" if value.second == 0 else "seconds")
    if isinstance(value, timedelta):
        return _shown_duration(value, code)
    if isinstance(value, int | float):
        return shown_number(value, code)
    return one_line(str(value))


def _shown_moment(value: datetime, code: str) -> str:
    day = _shown_day(value.date(), code)
    has_time = value.time() != time() and (code == "General" or "h" in code.lower())
    return f"{day} {value:%H:%M}" if has_time else day


def _shown_day(value: date, code: str) -> str:
    form = _IN_BRACKETS.sub("", code).lower()
    if form.startswith("yyyy") and "d" in form:
        return value.isoformat()
    if "y" in form and "d" not in form:  # a month or a year
        return f"{_MONTHS[value.month - 1]} {value.year}" if "m" in form else str(value.year)
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def _shown_duration(value: timedelta, code: str) -> str:
    """Return a time that may be over a day, as ``[h]:mm`` shows it: 36:30."""
    seconds = round(value.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    form = code.lower()
    if "[s" in form:
        return f"{sign}{seconds}"
    if "[m" in form:
        return f"{sign}{seconds // 60}" + (f":{seconds % 60:02}" if "ss" in form else "")
    hours, minutes = divmod(seconds // 60, 60)
    return f"{sign}{hours}:{minutes:02}" + (f":{seconds % 60:02}" if "s" in form or seconds % 60 else "")
