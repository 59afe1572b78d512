"""XLS: one page a sheet, each row as one line that can be understood alone."""

import os
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from openpyxl.styles.numbers import is_date_format, is_timedelta_format
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

from needlepoint.errors import UnreadableFileError
from needlepoint.files.limits import Limits
from needlepoint.files.office.old.graphs import graph_lines, is_graph
from needlepoint.files.office.old.properties import opened, stated_properties
from needlepoint.files.office.old.sheet_objects import SheetObjects, chart_sheets, sheet_objects
from needlepoint.files.office.sheets.cells import left_out_lines
from needlepoint.files.office.sheets.merging import Merged, Merging
from needlepoint.files.office.sheets.reading import shown_value
from needlepoint.files.ole import BoundedOle
from needlepoint.files.pages import PageCollector, PageText, TextLine, one_line
from needlepoint.files.placed_text import PlacedText
from needlepoint.files.source import SourceText
from needlepoint.files.tables import Repeated, sheet_lines
from needlepoint.text.marks import MarkKind

if TYPE_CHECKING:
    from xlrd.book import Book
    from xlrd.sheet import Cell, Sheet

_TEXT, _BOOLEAN, _ERROR, _BLANK = 1, 4, 5, 6  # xlrd's kinds of cell
_EMPTY = "no filled cells: nothing to index"
ENCRYPTED = "password-protected: remove the password and add it again"


def read_xls(data: bytes, limits: Limits) -> SourceText:
    """Read a workbook of Excel 5 to 2003, or a chart of Microsoft Graph; of a hidden sheet there is an empty page."""
    collector = PageCollector(limits)
    with opened(data, program="Excel", suffix=".xlsx") as ole:
        stream = workbook_stream(ole)
        if is_graph(stream):
            page = PageText()
            page.write_lines(graph_lines(stream))
            collector.add(page.text, None, page.marks)
            return collector.source(type="xls", reason=_EMPTY, **stated_properties(ole))
        book, objects = _workbook(stream), sheet_objects(stream)
        for number, sheet in enumerate(book.sheets()):
            if sheet.visibility:
                collector.leave_unread(f"sheet {sheet.name} is hidden: left out")
                collector.add("")
                continue
            over = objects[number] if number < len(objects) else SheetObjects()
            page = _sheet_text(book, sheet, over, collector)
            collector.add(page.text, sheet.name, page.marks)
        for name in chart_sheets(stream):
            collector.leave_unread(f"sheet {name} is a chart: it was not read")
        return collector.source(type="xls", reason=_EMPTY, **stated_properties(ole))


def placed_xls_rows(data: bytes, number: int) -> Iterator[list[str]]:
    """Return the rows of a sheet as :func:`read_xls` reads them, with cells that know their places.

    :param number: of the sheet, from 1, hidden ones included.
    :raises IndexError: there is no such sheet.
    """
    with opened(data, program="Excel", suffix=".xlsx") as ole:
        book = _workbook(workbook_stream(ole))
        yield from _Rows(book, book.sheets()[number - 1]).rows()


def workbook_stream(ole: BoundedOle) -> bytes:
    """Return the workbook's records; xlrd would follow damaged chains of sectors without an end."""
    return next((ole.openstream(name).read() for name in ("Workbook", "Book") if ole.exists(name)), b"")


def _workbook(stream: bytes) -> "Book":
    import xlrd

    try:
        with open(os.devnull, "w") as nowhere:
            return xlrd.open_workbook(file_contents=stream, formatting_info=True, ragged_rows=True, logfile=nowhere)
    except xlrd.XLRDError as error:
        if "encrypted" in str(error):
            raise UnreadableFileError(ENCRYPTED) from error
        raise ValueError(str(error)) from error
    except (AssertionError, AttributeError, UnicodeError, ArithmeticError) as error:
        raise ValueError(str(error)) from error  # what the library meets in damaged data


def _sheet_text(book: "Book", sheet: "Sheet", over: SheetObjects, collector: PageCollector) -> PageText:
    page, rows = PageText(), _Rows(book, sheet)
    for line in sheet_lines(rows.rows(), about=sheet.name):
        page.write_lines([line], gap=1)
        collector.check(len(page))
    for what in left_out_lines(rows.left_out):
        collector.leave_unread(f"sheet {sheet.name}: {what}")
    page.write_lines(_notes(sheet))
    page.write_lines(map(TextLine, over.lines))
    if over.pictures:
        collector.leave_unread(f"sheet {sheet.name}: what is in a picture was not read ({over.pictures:,} of them)")
    return page


def _notes(sheet: "Sheet") -> Iterator[TextLine]:
    for (row, column), note in sorted(sheet.cell_note_map.items()):
        author = one_line(note.author)
        text = one_line(note.text).removeprefix(f"{author}:").strip()
        by = f" by {author}" if author else ""
        if text:
            yield TextLine(f"Comment{by} on cell {get_column_letter(column + 1)}{row + 1}: {text}", MarkKind.NOTE)


class _Rows:
    """The rows of a sheet as its reader sees them: nothing that is hidden or struck out."""

    def __init__(self, book: "Book", sheet: "Sheet") -> None:
        self.left_out: Counter[str] = Counter()
        self._book, self._sheet = book, sheet
        self._epoch = CALENDAR_MAC_1904 if book.datemode else CALENDAR_WINDOWS_1900
        self._hidden = [at for at, column in sheet.colinfo_map.items() if column.hidden and not column.outline_level]

    def rows(self) -> Iterator[list[str]]:
        merging = Merging(
            [Merged(left + 1, top + 1, right, bottom) for top, bottom, left, right in self._sheet.merged_cells]
        )
        for number in range(self._sheet.nrows):
            cells = self._sheet.row(number)
            row = [self._placed(cell, number, column) for column, cell in enumerate(cells)]
            merging.fill(number + 1, row)
            stated = self._sheet.rowinfo_map.get(number)
            if stated is not None and stated.hidden and not stated.outline_level:
                self.left_out["a hidden row: left out"] += any(row)
            else:
                yield self._without_hidden(row)

    def _without_hidden(self, row: list[str]) -> list[str]:
        for at in self._hidden:
            if at < len(row):
                self.left_out["a cell of a hidden column: left out"] += bool(row[at]) and not isinstance(
                    row[at], Repeated
                )
                row[at] = ""
        return row

    def _placed(self, cell: "Cell", row: int, column: int) -> str:
        text = self._text(cell, row, column)
        return PlacedText(text, row + 1, column + 1) if text else text

    def _text(self, cell: "Cell", row: int, column: int) -> str:
        if cell.value == "" or cell.ctype == _BLANK:
            return ""
        style = self._book.xf_list[cell.xf_index]
        if self._book.font_list[style.font_index].struck_out:
            self.left_out["a struck-out cell: left out"] += 1
            return ""
        code = self._book.format_map[style.format_key].format_str
        return shown_value(self._value(cell, row, column, code), code)

    def _value(self, cell: "Cell", row: int, column: int, code: str) -> Any:
        from xlrd import error_text_from_code

        if cell.ctype == _TEXT:
            return self._unstruck(cell.value, row, column)
        if cell.ctype == _BOOLEAN:
            return bool(cell.value)
        if cell.ctype == _ERROR:
            return error_text_from_code.get(cell.value, "")
        if not is_date_format(code):
            return cell.value
        try:
            return from_excel(cell.value, self._epoch, timedelta=is_timedelta_format(code))
        except (OverflowError, ValueError):  # no day of the calendar
            return cell.value

    def _unstruck(self, text: str, row: int, column: int) -> str:
        """Return a text without what a line goes through."""
        runs = self._sheet.rich_text_runlist_map.get((row, column))
        if not runs:
            return text
        starts = [(0, None), *runs, (len(text), None)]
        kept = "".join(
            text[start:end] for (start, font), (end, _) in pairwise(starts) if font is None or not self._is_struck(font)
        )
        self.left_out["struck-out text in a cell: left out"] += kept != text
        return kept.strip()

    def _is_struck(self, font: int) -> bool:
        return bool(self._book.font_list[font].struck_out)
