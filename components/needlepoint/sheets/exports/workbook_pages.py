"""The pages of a workbook: rows written one by one, each field as text that no spreadsheet computes."""

import math
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto
from itertools import islice
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink

from needlepoint.errors import SheetError
from needlepoint.sheets.exports.characters import as_workbook_value, for_xml
from needlepoint.sheets.exports.confidence import LIGHT, Confidence

LONGEST = 32_767  # UTF-16 units in a cell
MOST_ROWS = 1_048_576
_MOST_COLUMNS = 16_384
_MOST_LINKS = 65_000  # on a page; Excel refuses more than 65,530
_LONGEST_LINK = 2_000
_LINE_PT, _MOST_LINES = 14.5, 8
_PAPER = 300  # characters across a page
_TOO_LARGE = "the sheet is too large for a workbook: write CSV or JSON instead"
_NO_GROUND = PatternFill()


class Look(Enum):
    """How a field is shown."""

    PLAIN = auto()
    STRONG = auto()
    SMALL = auto()
    UNBROKEN = auto()
    HEADING = auto()
    NUMBER = auto()
    SCORE = auto()
    VERY_LIKELY = auto()
    POSSIBLE = auto()
    UNSURE = auto()
    QUIET = auto()
    ALARM = auto()
    FAINT = auto()
    RIGHT = auto()
    RIGHTLY_EMPTY = auto()
    WRONG = auto()
    CORRECTED = auto()


_COLOURS = {
    Look.QUIET: LIGHT.quiet, Look.ALARM: LIGHT.alarm, Look.FAINT: LIGHT.faint, Look.RIGHTLY_EMPTY: LIGHT.quiet,
    Look.WRONG: LIGHT.alarm, Look.CORRECTED: LIGHT.accent,
}  # fmt: skip
_SMALL = {Look.SMALL, Look.UNBROKEN, Look.NUMBER, Look.SCORE}


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a row.

    :param value: a number of ours, or text; text stays text whatever it begins with.
    :param target: ``#'Page'!A1``, or an address.
    :param tip: what is shown when the pointer is on the link.
    :param note: a cell comment.
    """

    value: str | int | float
    look: Look = Look.PLAIN
    target: str = ""
    tip: str = ""
    note: str = ""


class Page:
    """A page of a workbook to which rows are appended.

    :param widths: of the columns, in characters.
    :param headed: whether the first row and the first column stay in view.
    :raises SheetError: there are more columns than a page can hold.
    """

    def __init__(self, book: Workbook, name: str, widths: Sequence[float], *, headed: bool = False) -> None:
        if len(widths) > _MOST_COLUMNS:
            raise SheetError(_TOO_LARGE)
        self._sheet: Any = book.create_sheet(name)
        self._looks = {look: _styled(self._sheet, look) for look in Look}
        self._widths = widths
        self._links = 0
        self.rows = 0
        for number, width in enumerate(widths, start=1):
            self._sheet.column_dimensions[get_column_letter(number)].width = width
        if headed:
            self._sheet.freeze_panes, self._sheet.print_title_rows = "B2", "1:1"
        _set_printing(self._sheet, math.ceil(sum(widths) / _PAPER))

    def append(self, fields: Sequence[Field]) -> None:
        """Write a row.

        :raises SheetError: the page is full.
        """
        if self.rows == MOST_ROWS:
            raise SheetError(_TOO_LARGE)
        self.rows += 1
        lines = max((_lines(field, width) for field, width in zip(fields, self._widths, strict=False)), default=1)
        if lines > 1:  # not every program finds the height itself
            self._sheet.row_dimensions[self.rows].height = min(lines, _MOST_LINES) * _LINE_PT
        self._sheet.append([self._cell(field, column) for column, field in enumerate(fields, start=1)])

    def filter(self) -> None:
        """Let people filter the rows that were written by their values."""
        self._sheet.auto_filter.ref = f"A1:{get_column_letter(len(self._widths))}{self.rows}"

    def _cell(self, field: Field, column: int) -> Cell:
        cell = Cell(self._sheet, row=self.rows, column=column, style_array=self._looks[field.look])
        if isinstance(field.value, str):
            cell.value = as_workbook_value(cut(field.value, LONGEST))
            cell.data_type = "s"  # never a formula or an error value
        else:
            cell.value = field.value
        if field.note:
            cell.comment = Comment(for_xml(field.note), "Needlepoint", height=90, width=320)
        if field.target and self._links < _MOST_LINKS and len(field.target) <= _LONGEST_LINK:
            self._links += 1
            cell.hyperlink = _link(field)
        return cell


def discard(book: Workbook) -> None:
    """End the pages of a workbook that cannot be finished, and remove their temporary files."""
    pages: list[Any] = list(book)
    for page in pages:
        with suppress(Exception):  # such as that the disk is full, which is known
            page.close()
        if page._writer is not None:
            with suppress(OSError, ValueError):
                page._writer.cleanup()


def _link(field: Field) -> Hyperlink:
    place = {"location": field.target[1:]} if field.target.startswith("#") else {"target": field.target}
    return Hyperlink(ref="A1", tooltip=for_xml(field.tip) or None, **place)


def _styled(sheet: Any, look: Look) -> Any:
    """Return the style of a look, registered in the workbook."""
    cell: Any = Cell(sheet, row=1, column=1)
    cell.font, cell.fill = _font(look), _ground(look)
    numeric = look in {Look.NUMBER, Look.SCORE}
    cell.alignment = Alignment(
        wrap_text=look is not Look.UNBROKEN, vertical="top", horizontal="right" if numeric else None
    )
    if look in {Look.RIGHT, Look.RIGHTLY_EMPTY, Look.WRONG, Look.CORRECTED}:
        edge = Side("medium", LIGHT.accent)
        cell.border = Border(left=edge, right=edge, top=edge, bottom=edge)
    if look in {Look.VERY_LIKELY, Look.POSSIBLE, Look.UNSURE, Look.HEADING}:
        edge = Side("thin", LIGHT.line)
        cell.border = Border(left=edge, right=edge, top=edge, bottom=edge)
    if look is Look.SCORE:
        cell.number_format = "0.00"
    if not numeric:
        cell.quotePrefix = True  # stays text when it is edited
    return cell._style


def _font(look: Look) -> Font:
    bold, is_wrong = look in {Look.HEADING, Look.STRONG, Look.RIGHT, Look.CORRECTED}, look is Look.WRONG
    colour = _COLOURS.get(look, LIGHT.ink)
    return Font("Calibri", 10 if look in _SMALL else 11, bold, look is Look.FAINT, color=colour, strike=is_wrong)


def _ground(look: Look) -> PatternFill:
    if look is Look.HEADING:
        return PatternFill("solid", LIGHT.band)
    if look is Look.RIGHT:
        return PatternFill("solid", LIGHT.ground(Confidence.VERY_LIKELY))
    if look in {Look.VERY_LIKELY, Look.POSSIBLE, Look.UNSURE}:
        return PatternFill("solid", LIGHT.ground(Confidence[look.name]))
    return _NO_GROUND


def _set_printing(sheet: Any, across: int) -> None:
    """Print on A4 landscape, on so many pages side by side."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9  # A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = across, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _lines(field: Field, width: float) -> int:
    """Return about how many lines a field takes; lines that are broken between words are not full."""
    if not isinstance(field.value, str) or field.look is Look.UNBROKEN:
        return 1
    lines = islice(field.value[:LONGEST].split("\n"), _MOST_LINES)
    return sum(max(1, math.ceil(1.1 * len(line) / width)) for line in lines)


def size(text: str) -> int:
    """Return how many UTF-16 units a text has; an emoji has two."""
    return len(text) + sum(character > "\uffff" for character in text) if not text.isascii() else len(text)


def cut(text: str, longest: int) -> str:
    """Return a text with at most so many UTF-16 units; one that was cut ends in an ellipsis."""
    if size(text) <= longest:
        return text
    kept = text[: longest - 1]
    while size(kept) > longest - 1:
        kept = kept[: -math.ceil((size(kept) - longest + 1) / 2)]
    return kept + "…"
