"""The cells of a sheet with their places: in the sheet, and in the text that was made of it."""

import csv
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from zipfile import BadZipFile

from needlepoint.errors import UnreadableFileError
from needlepoint.files.delimited import csv_rows
from needlepoint.files.limits import Limits
from needlepoint.files.office.old.sheets import placed_xls_rows
from needlepoint.files.office.sheets.binary import placed_xlsb_rows
from needlepoint.files.office.sheets.reading import placed_rows
from needlepoint.files.pages import TextLine
from needlepoint.files.placed_text import PlacedText
from needlepoint.files.tables import sheet_lines

SHEET_TYPES = frozenset({"xlsx", "xls", "xlsb", "csv"})
"""The formats whose cells can be placed."""
_PLACED = {"xlsx": placed_rows, "xls": placed_xls_rows, "xlsb": placed_xlsb_rows}
_LARGEST, _LONGEST = 10_000_000, 1_000_000  # bytes of a file, and characters of a page, whose cells are placed


@dataclass(slots=True)
class PlacedCell:
    """A cell of a sheet.

    :param column: from 1.
    :param start: where its text stands in the sheet's page; None for a heading, which stands in each row of its own.
    """

    column: int
    text: str
    start: int | None = None


@dataclass(slots=True)
class PlacedRow:
    """A row of a sheet with its filled cells.

    :param number: from 1, as the sheet's program counts.
    :param start: first character of its line in the sheet's page; None for rows without a line, such as headings.
    """

    number: int
    cells: list[PlacedCell] = field(default_factory=list)
    start: int | None = None
    end: int | None = None


def placed_cells(path: Path, type: str, number: int, text: str, limits: Limits) -> list[PlacedRow]:
    """Return the rows of a sheet.

    :param type: one of :data:`SHEET_TYPES`.
    :param number: of the page, which is that of the sheet, from 1.
    :param text: of the page, as it was read when the file was added.
    :raises UnreadableFileError: the file is too large for this, or what is read of it now is another text.
    """
    if len(text) > _LONGEST or path.stat().st_size > _LARGEST:
        raise UnreadableFileError("too large to be shown as a grid: its rows are shown as text")
    data = path.read_bytes()
    try:
        with closing(_rows_of(data, type, number, limits)) as rows:
            found = _Placing(rows).placed()
    except (BadZipFile, KeyError, IndexError, ValueError, csv.Error) as error:
        raise UnreadableFileError("its cells cannot be read again: its rows are shown as text") from error
    if any(text[start : start + len(cell.text)] != cell.text for cell, start in _places_of(found)):
        raise UnreadableFileError("it was read by another version: index it again to see its cells")
    return found


def _places_of(rows: Iterable[PlacedRow]) -> Iterator[tuple[PlacedCell, int]]:
    return ((cell, cell.start) for row in rows for cell in row.cells if cell.start is not None)


def _rows_of(data: bytes, type: str, number: int, limits: Limits) -> Generator[list[str]]:
    if type in _PLACED:
        yield from _PLACED[type](data, number)
        return
    with closing(csv_rows(data, limits)) as rows:
        for at, row in enumerate(rows, start=1):
            yield [PlacedText(cell, at, column) if cell else cell for column, cell in enumerate(row, start=1)]


class _Placing:
    """Follows the rows into the lines that are made of them."""

    def __init__(self, rows: Iterable[list[str]]) -> None:
        self._given = rows
        self._rows: dict[int, PlacedRow] = {}
        self._cells: dict[tuple[int, int], PlacedCell] = {}

    def placed(self) -> list[PlacedRow]:
        """Return the rows that hold anything, in order."""
        start = 0
        for line in sheet_lines(self._noted()):
            self._place(line, start)
            start += len(line.text) + 1
        return [self._rows[number] for number in sorted(self._rows)]

    def _noted(self) -> Iterator[list[str]]:
        for row in self._given:
            for cell in row:
                if isinstance(cell, PlacedText) and (cell.row, cell.column) not in self._cells:
                    placed = self._cells[cell.row, cell.column] = PlacedCell(cell.column, str(cell))
                    self._rows.setdefault(cell.row, PlacedRow(cell.row)).cells.append(placed)
            yield row

    def _place(self, line: TextLine, start: int) -> None:
        number = max((part.row for part in line.parts if isinstance(part, PlacedText)), default=0)
        if not number:
            return
        row = self._rows[number]
        row.start, row.end = start, start + len(line.text)
        for part, after in pairwise([*line.parts, ""]):
            is_heading = after == ": "
            if isinstance(part, PlacedText) and part.row == number and not (is_heading and len(line.parts) > 4):
                self._cells[number, part.column].start = start
            start += len(part)
