"""XLSB: one page a sheet, each row as one line that can be understood alone."""

import io
from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING

from needlepoint.errors import UnreadableFileError
from needlepoint.files.limits import DAMAGED, Limits
from needlepoint.files.office.package import check_package
from needlepoint.files.office.properties import core_properties
from needlepoint.files.office.sheets.reading import shown_value
from needlepoint.files.pages import PageCollector, PageText
from needlepoint.files.placed_text import PlacedText
from needlepoint.files.source import SourceText
from needlepoint.files.tables import sheet_lines

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

_EMPTY = "no filled cells: nothing to index"


def read_xlsb(data: bytes, limits: Limits) -> SourceText:
    """Read a workbook in Excel's binary form; of a hidden sheet there is an empty page.

    The library gives values without their formats, so that a rent of 1,234.50 in pounds is 1234.5, and no merged cells.
    """
    check_package(data, limits)
    collector = PageCollector(limits)
    with closing(_workbook(data)) as workbook:
        for number, name in enumerate(workbook.sheet_names):
            if _is_hidden(workbook, number):
                collector.leave_unread(f"sheet {name} is hidden: left out")
                collector.add("")
                continue
            page = PageText()
            for line in sheet_lines(_rows(_sheet(workbook, number)), about=name):
                page.write_lines([line], gap=1)
                collector.check(len(page))
            collector.add(page.text, name, page.marks)
    return collector.source(type="xlsb", reason=_EMPTY, **core_properties(data))


def placed_xlsb_rows(data: bytes, number: int) -> Iterator[list[str]]:
    """Return the rows of a sheet as :func:`read_xlsb` reads them, with cells that know their places.

    :param number: of the sheet, from 1, hidden ones included.
    :raises IndexError: there is no such sheet.
    """
    with closing(_workbook(data)) as workbook:
        if not 0 < number <= len(workbook.sheet_names):
            raise IndexError(number)
        yield from _rows(_sheet(workbook, number - 1))


def _workbook(data: bytes) -> "CalamineWorkbook":
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(data))
    except CalamineError as error:
        raise UnreadableFileError(DAMAGED) from error


def _sheet(workbook: "CalamineWorkbook", number: int) -> "CalamineSheet":
    from python_calamine import CalamineError

    try:
        return workbook.get_sheet_by_index(number)
    except CalamineError as error:
        raise UnreadableFileError(DAMAGED) from error


def _is_hidden(workbook: "CalamineWorkbook", number: int) -> bool:
    from python_calamine import SheetVisibleEnum

    return workbook.sheets_metadata[number].visible != SheetVisibleEnum.Visible


def _rows(sheet: "CalamineSheet") -> Iterator[list[str]]:
    top, left = sheet.start or (0, 0)
    for number, values in enumerate(sheet.iter_rows(), start=top + 1):
        row = [""] * left
        for column, value in enumerate(values, start=left + 1):
            text = shown_value(value) if value != "" else ""
            row.append(PlacedText(text, number, column) if text else "")
        yield row
