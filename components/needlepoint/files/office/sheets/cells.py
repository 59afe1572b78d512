"""The cells of a worksheet as its reader sees them: merged labels in every row, nothing that is hidden or struck out."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from openpyxl.utils import range_boundaries
from openpyxl.utils.datetime import from_excel
from openpyxl.worksheet._reader import FORMULA_TAG, INLINE_STRING, WorkSheetParser

from needlepoint.files.office.sheets.merging import Merged, Merging
from needlepoint.files.placed_text import PlacedText
from needlepoint.files.tables import Repeated

_NAMESPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RUN, _TEXT = f"{_NAMESPACE}r", f"{_NAMESPACE}t"
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref\s*=\s*[\"']([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})[\"']")
_LONGEST_TAG = 200
_CHUNK = 1 << 20
_MOST_MERGED = 200_000
_MOST_SLOTS = 4_000_000  # places of rows; after these, no more columns than a few are read
_FEW_COLUMNS = 256
_MOST_COLUMNS = 16_384
_NAMED_CELLS = 3


class _Parser(WorkSheetParser):
    """Also has formulas without a stored result calculated, and notes which could not be."""

    def __init__(self, *args: Any, calculate: Callable[[str], Any], **options: Any) -> None:
        super().__init__(*args, **options)
        self.uncalculated: list[str] = []
        self.struck = 0
        self._calculate = calculate

    def parse_cell(self, element: Any) -> dict[str, Any]:
        """Read a cell."""
        cell: dict[str, Any] = super().parse_cell(element)
        if (inline := element.find(INLINE_STRING)) is not None and is_partly_struck(inline):
            cell["value"] = unstruck_text(inline)
            self.struck += 1
        if cell["value"] is None and element.find(FORMULA_TAG) is not None:
            place = element.get("r")
            cell["value"] = self._result(place, cell["style_id"]) if place else None
            if cell["value"] is None:
                self.uncalculated.append(place or "?")
        return cell

    def _result(self, place: str, style: int) -> Any:
        value = self._calculate(place)
        if isinstance(value, bool) or not isinstance(value, int | float) or style not in self.date_formats:
            return value
        try:
            return from_excel(value, self.epoch, timedelta=style in self.timedelta_formats)
        except (OverflowError, ValueError):  # no day of the calendar
            return value


def is_partly_struck(string: Any) -> bool:
    """Tell whether a line goes through a part of a string's text."""
    return any(_is_struck(run) for run in string.iterfind(_RUN))


def unstruck_text(string: Any) -> str | None:
    """Return a string's text without what a line goes through; nothing where none is left."""
    runs = [run for run in string.iterfind(_RUN) if not _is_struck(run)]
    return "".join(text.text or "" for run in runs for text in run.iterfind(_TEXT)).strip() or None


def _is_struck(run: Any) -> bool:
    struck = run.find(f"{_NAMESPACE}rPr/{_NAMESPACE}strike")
    return struck is not None and struck.get("val", "1") not in ("0", "false")


def left_out_lines(left_out: Mapping[str, int]) -> Iterator[str]:
    """Return a line for each kind of what was left out, with how often."""
    return (f"{what} ({count:,} times)" if count > 1 else what for what, count in left_out.items() if count)


class SheetCells:
    """Gives the rows of a sheet.

    :param sheet: openpyxl's, opened read-only.
    :param shown: gives a value's text by its number format.
    :param calculate: gives the result of a formula that has none stored, by its place such as ``B5``; none where not known.
    """

    def __init__(self, sheet: Any, shown: Callable[[Any, str], str], calculate: Callable[[str], Any]) -> None:
        self.left_out: Counter[str] = Counter()
        self._sheet = sheet
        self._workbook = sheet.parent
        self._shown = shown
        self._calculate = calculate
        self._styles: dict[int, tuple[str, bool]] = {}
        self._uncalculated: list[str] = []

    def rows(self) -> Iterator[list[str]]:
        """Return the rows as text; rows that the file leaves out are one empty row."""
        merging = Merging(self._merged())
        with self._sheet._get_source() as source:
            parser = _Parser(
                source,
                self._sheet._shared_strings,
                data_only=True,
                calculate=self._calculate,
                epoch=self._workbook.epoch,
                date_formats=self._workbook._date_formats,
                timedelta_formats=self._workbook._timedelta_formats,
            )
            self._uncalculated = parser.uncalculated
            last, room = 0, _MOST_SLOTS
            for number, cells in parser.parse():
                if number > last + 1:
                    yield []
                last = number
                row = self._row(cells, _MOST_COLUMNS if room > 0 else _FEW_COLUMNS)
                room -= len(row)
                merging.fill(number, row)
                if self._is_hidden(parser, number):
                    self.left_out["a hidden row: left out"] += any(row)
                else:
                    yield self._without_hidden(row, parser)
                parser.row_dimensions.clear()
            self.left_out["struck-out text in a cell: left out"] += parser.struck

    def unread(self) -> Iterator[str]:
        """Return what of the rows read was left out."""
        yield from left_out_lines(self.left_out)
        if self._uncalculated:
            names = ", ".join(self._uncalculated[:_NAMED_CELLS]) + (
                " …" if len(self._uncalculated) > _NAMED_CELLS else ""
            )
            count = len(self._uncalculated)
            yield f"{count:,} formulas without a stored result ({names}): open it in Excel, save it, add it again"

    def _row(self, cells: list[dict[str, Any]], most: int) -> list[str]:
        filled = [(cell["column"], self._placed(cell)) for cell in cells if cell["value"] is not None]
        width = max((at for at, text in filled if text and at <= most), default=0)
        row = [""] * width
        for at, text in filled:
            if 0 < at <= width:
                row[at - 1] = text
            elif at > most and text:
                self.left_out[f"a cell beyond column {most:,}: left out"] += 1
        return row

    def _placed(self, cell: dict[str, Any]) -> str:
        text = self._text(cell)
        return PlacedText(text, cell["row"], cell["column"]) if text else text

    def _text(self, cell: dict[str, Any]) -> str:
        code, is_struck = self._style(cell["style_id"])
        if is_struck:
            self.left_out["a struck-out cell: left out"] += 1
            return ""
        return self._shown(cell["value"], code)

    def _style(self, number: int) -> tuple[str, bool]:
        """Return number format and whether the font is struck out."""
        if number not in self._styles:
            from openpyxl.cell.read_only import ReadOnlyCell

            cell = ReadOnlyCell(self._sheet, 1, 1, None, style_id=number)
            try:
                self._styles[number] = (cell.number_format, bool(cell.font.strike))
            except IndexError:  # a style that the file lacks
                self._styles[number] = ("General", False)
        return self._styles[number]

    def _is_hidden(self, parser: Any, number: int) -> bool:
        """Tell whether a row is hidden; what is folded under an outline's button is not."""
        stated = parser.row_dimensions.get(str(number), {})
        return stated.get("hidden") in ("1", "true") and (stated.get("outlineLevel") or "0") == "0"

    def _without_hidden(self, row: list[str], parser: Any) -> list[str]:
        for stated in parser.column_dimensions.values():
            if stated.get("hidden") in ("1", "true") and (stated.get("outlineLevel") or "0") == "0":
                for at in range(int(stated["min"]) - 1, min(int(stated.get("max", stated["min"])), len(row))):
                    if row[at] and not isinstance(row[at], Repeated):
                        self.left_out["a cell of a hidden column: left out"] += 1
                    row[at] = ""
        return row

    def _merged(self) -> list[Merged]:
        found: list[Merged] = []
        with self._sheet._get_source() as source:
            tail = b""
            while (chunk := source.read(_CHUNK)) and len(found) < _MOST_MERGED:
                text = tail + chunk
                end = 0
                for match in _MERGED.finditer(text):
                    found.append(Merged(*range_boundaries(match.group(1).decode())))
                    end = match.end()
                tail = text[max(end, len(text) - _LONGEST_TAG) :]
        return found
