"""Tables in typewriter type: columns kept apart with spaces, headings underlined with hyphens, dots that lead to values.

A line of hyphens below the headings tells the columns. Where there is none, headings are told by what they say.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from needlepoint.files.pdf.cells import Cell, Table, headed
from needlepoint.files.pdf.columns import Columns, merged_columns, places
from needlepoint.files.pdf.lines import Piece
from needlepoint.files.pdf.page import Word
from needlepoint.files.pdf.typed_rows import SIGNED, TypedRows
from needlepoint.files.pdf.typewriter import Span, TypedLine, typed_lines
from needlepoint.files.pdf.unruled import is_aligned
from needlepoint.files.tables import is_number

_MARKER = re.compile(r"\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)]\)?|[-*o\u2022]|\d{1,3}(?:\.\d{1,3})+\.?")
_PAGE_NUMBER = re.compile(r"[A-Z]?-?\d{1,3}|[ivxlc]{1,6}")
_FULL_WIDTH = 24  # letters: a line drawn across a table
_MOST_HEADS = 6  # lines
_MOST_TITLES = 3
_LONGEST_HEAD = 60  # letters
_PROSE = 50  # letters
_FEWEST_ROWS = 2
_FEWEST_WORDED = 3  # rows of a table without figures


def typed_tables(words: Sequence[Word], pitch: float) -> list[tuple[Table, set[int]]]:
    """Return the tables of a page in typewriter type, and which words are in them (by id).

    :param pitch: the width of a letter, in points; 0 in other type.
    """
    if not pitch:
        return []
    lines = typed_lines([word for word in words if word.style.angle == 0], pitch)
    return list(_Finder(lines, pitch).tables())


class _Finder:
    """Goes through the lines of a page from the top down."""

    def __init__(self, lines: Sequence[TypedLine], pitch: float) -> None:
        self._lines, self._pitch = lines, pitch
        self._free = 0  # the first line that is in no table yet
        self._tries, self._tried_to = 0, 0  # lines that keep to the same columns and have no headings

    def tables(self) -> Iterator[tuple[Table, set[int]]]:
        at = 0
        while at < len(self._lines):
            found = self._with_rule(at)
            if found is None and not self._lines[at].is_rule and self._is_to_be_tried(at):
                found = self._without_rule(at)
            if found is None:
                at += 1
                continue
            table, first, end = found
            yield table, {id(word) for line in self._lines[first:end] for word in line.words}
            at = self._free = end

    def _is_to_be_tried(self, at: int) -> bool:
        """Tell whether a table may begin on a line: titles may stand above its headings, but not many."""
        self._tries = self._tries + 1 if at < self._tried_to else 0
        return self._tries <= _MOST_TITLES

    def _with_rule(self, at: int) -> tuple[Table, int, int] | None:
        """Return the table whose headings begin on a line, above the last of the lines drawn below some of them."""
        for below in range(min(at + _MOST_HEADS, len(self._lines) - 1), at - 1, -1):
            if self._lines[below].is_rule and (below == at or self._first_heading(below) <= at):
                found = self._below_rule(below)
                if found is not None:
                    return found
        return None

    def _below_rule(self, at: int) -> tuple[Table, int, int] | None:
        """Return the table whose headings stand above a drawn line, and on which lines it is."""
        end = at
        while end < len(self._lines) and self._lines[end].is_rule:
            end += 1
        rules = max((line.rules for line in self._lines[at:end]), key=len)
        is_whole = len(rules) == 1 and rules[0][1] - rules[0][0] > _FULL_WIDTH * self._pitch
        if end == len(self._lines) or (len(rules) < 2 and not is_whole):
            return None
        first = self._first_heading(at)
        heads = self._lines[first:at]
        columns = _columns(self._lines[first : end + 8]) if is_whole else [*rules]
        if not _are_headings(heads) or len(columns) < 2:
            return None
        if (is_whole and all(len(line.cells) < 2 for line in heads)) or (not heads and at):
            return None
        body = TypedRows(self._lines, end, columns=columns, pitch=self._pitch)
        if not _are_rows(body, fewest=_FEWEST_ROWS if is_whole else 1):
            return None
        names = self._headings(first, at, body)
        return _table([*names, *body.cells()], len(names), body.columns), first, body.end

    def _first_heading(self, at: int) -> int:
        """Return on which line the headings above a drawn line begin."""
        rules = self._lines[at].rules
        first = at
        while first > self._free and at - first < _MOST_HEADS and not self._lines[first].space:
            above = self._lines[first - 1]
            is_prose = any(cell.length > _LONGEST_HEAD for cell in above.cells)
            if is_prose or (above.is_rule and self._is_top(above.rules, rules)):
                break
            first -= 1
        while first < at and self._is_title(first, at):
            first += 1
        return first

    def _is_top(self, above: Sequence[Span], rules: Sequence[Span]) -> bool:
        """Tell the line drawn above the headings from one below the name of a group of columns."""
        left = rules[0][0] - (2 * self._pitch if len(rules) > 1 else 0)
        return above[0][0] <= left and above[-1][1] >= rules[-1][1] - 1

    def _is_title(self, first: int, at: int) -> bool:
        """Tell a table's title from the first line of its headings: it stands over no column, or over all."""
        line = self._lines[first]
        if line.is_rule:
            return True
        if len(line.cells) > 1:
            return False
        if first + 1 == at:
            return True
        below, cell = self._lines[first + 1], line.cells[0]
        if below.rules and not _covers(below.rules, cell):
            return True
        if below.rules:
            return False
        under = [each for each in below.cells if each.left < cell.right and cell.left < each.right]
        if len(under) == 1:
            return not _begin_or_end_alike(cell, under[0], self._pitch)
        middle = (under[0].left + under[-1].right) / 2 if under else 0.0
        return not under or under[0] is below.cells[0] or abs(middle - (cell.left + cell.right) / 2) > 2 * self._pitch

    def _headings(self, first: int, at: int, body: TypedRows) -> list[list[Cell]]:
        """Return the cells of the headings, one over several columns in each of them."""
        columns = _widened(body)
        return [
            _heading_row(self._lines[number], self._lines[number + 1].rules if number + 1 < at else (), columns)
            for number in range(first, at)
            if not self._lines[number].is_rule
        ]

    def _is_within_text(self, at: int) -> bool:
        """Tell a line with wide spaces from the first of a table: right above it or below stands a line of running text."""
        above = self._lines[at - 1] if at > self._free and not self._lines[at].space else None
        return above is not None and above.length > _PROSE

    def _goes_on_as_text(self, end: int) -> bool:
        below = self._lines[end] if end < len(self._lines) else None
        return below is not None and not below.space and below.length > _PROSE

    def _without_rule(self, at: int) -> tuple[Table, int, int] | None:
        """Return the table that begins on a line without a drawn line below its headings, and on which lines it is."""
        if not _may_begin(self._lines[at]) or self._is_within_text(at):
            return None
        columns = _columns(self._lines[at : at + 12])
        if len(columns) < 2:
            return None
        body = TypedRows(self._lines, at, columns=columns, pitch=self._pitch, has_headings=True)
        self._tried_to = max(self._tried_to, body.end - 1)
        full = [line for line in self._lines[at : body.end] if len(line.cells) > 1]
        if len(body.full) < _FEWEST_ROWS or not _keeps_to(full, columns) or self._goes_on_as_text(body.end):
            return None
        has_leaders = 2 * sum(line.has_leaders for line in full) > len(full)
        if has_leaders and _is_contents(full):
            return _listed(self._lines[at : body.end]), at, body.end
        rows, count = headed(body.cells())
        figures = sum(any(is_number(line.text) for c, ls in row.items() if c for line in ls) for row in body.full)
        is_told = figures >= (len(body.full) if has_leaders else max(len(body.full), 3))
        if not (count and len(body.full) > count + (0 if figures else 1)) and not is_told:
            return None
        return _table(rows, count, body.columns), at, body.end


def _may_begin(line: TypedLine) -> bool:
    """Tell a line that may be the first of a table: no item of a list, no signature."""
    if len(line.cells) < 2 or any(SIGNED.match(cell.text) for cell in line.cells):
        return False
    return len(line.cells) > 2 or _MARKER.fullmatch(line.cells[0].text) is None


def _columns(lines: Sequence[TypedLine]) -> Columns:
    """Return the columns of the first lines of these that keep to the same ones."""
    columns: Columns = []
    for line in lines:
        if len(line.cells) < 2:
            if line.space > 1 and columns:
                break
            continue
        merged = merged_columns(columns, [(cell.left, cell.right) for cell in line.cells])
        if columns and len(merged) < min(len(columns), len(line.cells)):
            break
        columns = merged
    return columns


def _are_headings(lines: Sequence[TypedLine]) -> bool:
    cells = [cell.text for line in lines for cell in line.cells]
    return not any(SIGNED.match(text) or is_number(text) for text in cells)


def _are_rows(body: TypedRows, *, fewest: int) -> bool:
    """Tell rows of a table from names below two signatures."""
    rows = body.full
    if len(body.columns) > 2:
        return len(rows) >= fewest
    has_figures = any(re.search(r"\d", line.text) for row in rows for lines in row.values() for line in lines)
    return len(rows) >= (fewest if has_figures else _FEWEST_WORDED)


def _covers(rules: Sequence[Span], cell: Piece) -> bool:
    return any(left < cell.right and cell.left < right for left, right in rules)


def _begin_or_end_alike(cell: Piece, below: Piece, pitch: float) -> bool:
    """Tell whether two cells begin, end or are centred at one place."""
    sides = (
        cell.left - below.left,
        cell.right - below.right,
        (cell.left + cell.right - below.left - below.right) / 2,
    )
    return min(map(abs, sides)) < 1.1 * pitch


def _widened(body: TypedRows) -> Columns:
    """Return the columns as far as their values reach."""
    columns = list(body.columns)
    for row in body.full:
        for column, lines in row.items():
            left, right = columns[column]
            columns[column] = (
                min([left, *(line.left for line in lines)]),
                max([right, *(line.right for line in lines)]),
            )
    return columns


def _heading_row(line: TypedLine, rules: Sequence[Span], columns: Columns) -> list[Cell]:
    """Return the headings on a line, one over several columns in each of them.

    :param rules: what is drawn right below the line.
    """
    row = [Cell() for _ in columns]
    for piece in line.cells:
        cell = Cell([line.part([piece])])
        for column in places(columns, *_extent(piece, rules)) or [_nearest(columns, piece)]:
            row[column] = Cell(row[column].lines + cell.lines) if row[column].lines else cell
    return row


def _extent(piece: Piece, rules: Sequence[Span]) -> tuple[float, float]:
    """Return how far a heading reaches: as far as the line drawn below it."""
    left, right = piece.left, piece.right
    for begin, end in rules:
        if begin < piece.right and piece.left < end:
            left, right = min(left, begin), max(right, end)
    return left + 0.5, right - 0.5


def _nearest(columns: Columns, piece: Piece) -> int:
    distances = [max(left - piece.right, piece.left - right) for left, right in columns]
    return min(range(len(distances)), key=distances.__getitem__)


def _keeps_to(full: Sequence[TypedLine], columns: Columns) -> bool:
    return is_aligned([line.part(line.cells) for line in full], columns)


def _is_contents(full: Sequence[TypedLine]) -> bool:
    """Tell a table of contents: what the dots lead to are the numbers of pages, in order."""
    numbers = [line.cells[-1].text for line in full if line.has_leaders]
    if not all(map(_PAGE_NUMBER.fullmatch, numbers)):
        return False
    pages = [int(number) for number in numbers if number.isdigit()]
    return all(first <= second for first, second in pairwise(pages))


def _listed(lines: Sequence[TypedLine]) -> Table:
    """Return lines that stay as they are, each for itself."""
    rows = [[Cell([line.part(line.cells)])] for line in lines if line.cells]
    return _table(rows, 0, [(rows[0][0].lines[0].left, 0.0)])


def _table(rows: list[list[Cell]], headings: int, columns: Columns) -> Table:
    lines = [line for row in rows for cell in row for line in cell.lines]
    box = (
        min(line.left for line in lines),
        min(line.top for line in lines),
        max(line.right for line in lines),
        max(line.bottom for line in lines),
    )
    return Table(rows, headings, [left for left, _ in columns], box)
