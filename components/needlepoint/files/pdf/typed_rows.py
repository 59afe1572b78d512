"""Rows of a table in typewriter type: which cells stand in which columns, and which lines go on with the row above."""

import re
from collections.abc import Sequence
from enum import Enum

from needlepoint.files.pdf.cells import Cell
from needlepoint.files.pdf.columns import Columns, places
from needlepoint.files.pdf.lines import Line, Piece
from needlepoint.files.pdf.typewriter import TypedLine

SIGNED = re.compile(r"(?:by|name|title|its|date|signature)\s*:|/s/|_{4,}", re.IGNORECASE)
"""What stands on the lines of signatures."""
_GOES_ON = re.compile(r"(?:,|\b(?:and|or|of|in|to|the|for|by|with|per))$")
_FIGURE = re.compile(r"[$(.-]{0,3}\d")
_MOST_SPACE = 3  # empty lines between headings and rows
_SPACE = 2  # empty lines between two rows
_SAME_CELL = 2.5  # letters between words of one cell

Row = dict[int, list[Line]]
"""The lines of its cells by column."""


class _Step(Enum):
    """What a line is to the rows above it."""

    ROW = "row"
    GOES_ON = "goes on"
    BEGINS = "begins"
    GROUP = "group"
    OUTSIDE = "outside"


class TypedRows:
    """Reads rows from line to line, until one is not of the table.

    :param columns: from where to where they reach; grows by a column of labels where one stands left of them.
    :param has_headings: the first line has headings, so it does not matter how far below others it stands.
    :param rows: what has been read.
    :param end: one past the last line of them.
    """

    def __init__(
        self, lines: Sequence[TypedLine], at: int, *, columns: Columns, pitch: float, has_headings: bool = False
    ) -> None:
        self._lines, self._pitch = lines, pitch
        self.columns = _with_labels(columns, lines[at : at + 20])
        self.rows: list[Row] = []
        self.end = at
        self._begun: Row = {}
        self._are_spaced = self._is_spaced(at)
        self._read(at, has_headings=has_headings)

    @property
    def full(self) -> list[Row]:
        """The rows with more than a label."""
        return [row for row in self.rows if len(row) > 1]

    def cells(self) -> list[list[Cell]]:
        """Return the cells of each row."""
        return [[Cell(row.get(column, [])) for column in range(len(self.columns))] for row in self.rows]

    def _is_spaced(self, at: int) -> bool:
        """Tell rows with an empty line before each from rows that follow each other."""
        full = [line for line in self._lines[at : at + 24] if len(line.cells) > 1]
        labelled = [line for line in full if self._place(line.cells[0]) == 0]
        return len(labelled) > 1 and sum(line.space > 0 for line in labelled) > 0.8 * len(labelled)

    def _read(self, at: int, *, has_headings: bool) -> None:
        begin = at + has_headings
        while at < len(self._lines):
            line = self._lines[at]
            if at >= begin and line.space > (_SPACE if self.rows else _MOST_SPACE):
                break
            if not line.is_rule and not self._take(line, at):
                break
            at += 1
            if line.is_rule and self._is_last(line, at):
                self.end = at
                break
            if not line.is_rule and not self._begun:
                self.end = at
        while self.end < len(self._lines) and self._lines[self.end].is_rule and self._lines[self.end].space < 2:
            self.end += 1

    def _is_last(self, rule: TypedLine, after: int) -> bool:
        """Tell the line drawn below a whole table, with an empty line after it."""
        is_whole = len(rule.rules) == 1 and rule.rules[0][0] <= self.columns[0][0] + self._pitch
        is_whole = is_whole and rule.rules[0][1] >= self.columns[-1][1] - self._pitch
        return is_whole and bool(self.rows) and after < len(self._lines) and self._lines[after].space > 0

    def _take(self, line: TypedLine, at: int) -> bool:
        placed = self._placed(line)
        if placed is None:
            return False
        step = self._step(line, placed, at)
        if step is _Step.OUTSIDE:
            return False
        if step is _Step.GOES_ON:
            _extend(self.rows[-1], placed)
        elif step is _Step.BEGINS:
            self._begun = placed
        else:
            _extend(placed, {})
            row, self._begun = self._begun, {}
            _extend(row, placed)
            self.rows.append(row)
        return True

    def _step(self, line: TypedLine, placed: Row, at: int) -> _Step:
        if self._begun and 0 not in placed:
            return _Step.ROW
        above = self.rows[-1] if self.rows else {}
        is_close = bool(above) and not line.space and not self._lines[at - 1].is_rule
        if len(placed) > 1 or 0 not in placed:
            if 0 not in placed and is_close and (self._are_spaced or not _has_figure(placed)):
                return _Step.GOES_ON
            return _Step.ROW if len(placed) > 1 else _Step.OUTSIDE
        return self._label_step(line.text, at, is_close=is_close)

    def _label_step(self, text: str, at: int, *, is_close: bool) -> _Step:
        """Tell the beginning or the rest of a label that wraps from one over several rows, and from what follows the table."""
        if is_close and (text[0].islower() or text[0] == "(" or self._are_spaced):
            return _Step.GOES_ON
        below = next((line for line in self._lines[at + 1 : at + 4] if not line.is_rule), None)
        placed = self._placed(below) if below is not None and below.space < 2 else None
        if below is None or placed is None or 0 not in placed:
            return _Step.OUTSIDE
        if not below.space and (below.text[0].islower() or _GOES_ON.search(text)):
            return _Step.BEGINS
        return _Step.GROUP if len(placed) > 1 or text.endswith(":") else _Step.OUTSIDE

    def _placed(self, line: TypedLine) -> Row | None:
        """Return the cells of a line by column; nothing where they do not keep to the columns."""
        row: Row = {}
        last: Piece | None = None
        column = -1
        for cell in line.cells:
            if SIGNED.match(cell.text):
                return None
            touched = places(self.columns, cell.left + 0.5, cell.right - 0.5)
            place = touched[0] if touched and not row else self._place(cell)
            if len(touched) > 1 and (row or len(line.cells) == 1 or touched[-1] >= self._place(line.cells[1])):
                return None
            if place < column or (place == column and last and cell.left - last.right > _SAME_CELL * self._pitch):
                return None
            beside = row[place][-1].pieces if place == column else []
            row[place] = [line.part([*beside, cell])]
            last, column = cell, place
        return row

    def _place(self, cell: Piece) -> int:
        """Return the column that a cell shares most with, else the nearest."""
        distances = [max(left - cell.right, cell.left - right) for left, right in self.columns]
        return min(range(len(distances)), key=distances.__getitem__)


def _with_labels(columns: Columns, lines: Sequence[TypedLine]) -> Columns:
    """Return the columns with one of labels, where cells of these lines stand left of them."""
    left = columns[0][0]
    labels = [line.cells[0] for line in lines if len(line.cells) > 1 and line.cells[0].right <= left]
    if not labels:
        return columns
    return [(min(cell.left for cell in labels), max(cell.right for cell in labels)), *columns]


def _extend(row: Row, added: Row) -> None:
    for column, lines in added.items():
        row[column] = [*row.get(column, []), *lines]


def _has_figure(row: Row) -> bool:
    return any(_FIGURE.match(line.text) for lines in row.values() for line in lines)
