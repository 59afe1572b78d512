"""XLSX, by openpyxl: every heading begins a sheet; prices are numbers with a currency format."""

import re
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from building.archives import fix_dates
from building.sources import Heading, Source, Table


def write(source: Source, path: Path) -> None:
    """Write one sheet per heading with the table below it."""
    book = Workbook()
    book.remove(book.active)
    properties = book.properties
    properties.title, properties.creator = source.properties["title"], source.properties["author"]
    properties.subject, properties.lastModifiedBy = source.properties["subject"], source.properties["author"]
    properties.created = source.moment.replace(tzinfo=None)
    for block in source.blocks:
        match block:
            case Heading(text=text):
                sheet = book.create_sheet(text)
            case Table(rows):
                _fill_sheet(sheet, rows)
            case _:
                raise ValueError(f"not for a sheet: {block}")
    book.save(path)
    fix_dates(path, source.moment)


def _fill_sheet(sheet: Worksheet, rows: tuple[tuple[str, ...], ...]) -> None:
    for number, row in enumerate(rows, start=1):
        for column, text in enumerate(row, start=1):
            _fill(sheet.cell(number, column), text, is_header=number == 1)
    for column in range(len(rows[0])):
        longest = max(len(row[column]) for row in rows)
        sheet.column_dimensions[get_column_letter(column + 1)].width = min(longest, 100) + 4
    sheet.freeze_panes = "A2"


def _fill(cell: Cell, text: str, *, is_header: bool) -> None:
    if is_header:
        cell.font, cell.fill = Font(bold=True, color="FFFFFF"), PatternFill("solid", fgColor="12455F")
    if re.fullmatch(r"£\d+\.\d\d", text):
        cell.value, cell.number_format = float(text[1:]), '"£"#,##0.00'
    else:
        cell.value, cell.alignment = text, Alignment(wrap_text=True, vertical="top")
