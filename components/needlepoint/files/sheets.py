"""XLSX: one page a sheet, each row as one line that can be understood alone."""

import io
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, time, timedelta
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from needlepoint.errors import UnreadableFileError
from needlepoint.files.limits import Limits
from needlepoint.files.number_formats import shown_number
from needlepoint.files.office import core_properties
from needlepoint.files.pages import PageCollector, one_line
from needlepoint.files.source import SourceText
from needlepoint.files.tables import described_rows

_MONTHS = "January February March April May June July August September October November December".split()  # noqa: SIM905
_UNCALCULATED = "its formulas have no stored results: open it in Excel, save it and add it again"


def read_xlsx(data: bytes, limits: Limits) -> SourceText:
    """Read a workbook; hidden sheets are read too, formulas give the results that the file holds."""
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
    with closing(workbook):
        for sheet in workbook.worksheets:
            collector.add(_sheet_text(sheet, collector), sheet.title)
        reason = _UNCALCULATED if b"<f>" in _first_sheet(data) else "no filled cells: nothing to index"
        return collector.source(type="xlsx", reason=reason, **core_properties(data))


def _sheet_text(sheet: Any, collector: PageCollector) -> str:
    sheet.reset_dimensions()  # some programs state a wrong size
    lines: list[str] = []
    length = 0
    for line in described_rows(_rows(sheet)):
        length += len(line) + 1
        collector.check(length)
        lines.append(line)
    return "\n".join(lines)


def _rows(sheet: Any) -> Iterator[list[str]]:
    for row in sheet.iter_rows():
        yield [shown_value(cell.value, cell.number_format) if cell.value is not None else "" for cell in row]


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
        return str(value)
    if isinstance(value, int | float):
        return shown_number(value, code)
    return one_line(str(value))


def _shown_moment(value: datetime, code: str) -> str:
    day = _shown_day(value.date(), code)
    return day if value.time() == time() else f"{day} {value:%H:%M}"


def _shown_day(value: date, code: str) -> str:
    return (
        value.isoformat() if code.lower().startswith("yyyy") else f"{value.day} {_MONTHS[value.month - 1]} {value.year}"
    )


def _first_sheet(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        name = next((each for each in archive.namelist() if each.startswith("xl/worksheets/")), None)
        if name is None:
            return b""
        with archive.open(name) as part:
            return part.read(1 << 20)
