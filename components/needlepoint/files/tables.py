"""Tables of every format as lines of text: each row with the headings of its columns, so that it can be understood alone."""

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice, takewhile
from typing import NamedTuple

from needlepoint.files.pages import TextLine, one_line
from needlepoint.text.marks import MarkKind

_NUMBER = re.compile(r"[\s$€£¥%+\-(]*\d[\d.,\s]*+(?:[%)€$£¥]|bn|[kKmM])?\s*$")
_NAMES_A_COLUMN = re.compile(r"(?:19|20)\d\d|\d{1,2}[./-]\d{1,2}[./-](?:\d\d)?\d\d|\d{4}-\d\d-\d\d")
_LONGEST_HEADING = 60
_LONGEST_REPEATED = 120  # characters of a heading or a merged label that are written in every row
_LONGEST_ABOUT = 300
_MOST_COLUMNS = 1000
_MOST_REPEATED = 500_000  # cells of a table that merged ones may fill
_ROWS_AHEAD = 6
_MOST_HEADING_ROWS = 4


class OneLine(str):
    """The text of a cell that is on one line already; a format may derive its own, to know the cell again in a line's parts."""

    __slots__ = ()


class Repeated(OneLine):
    """The text of a cell that spans columns, in a column that is not its first: it names the column, and is no value in it."""

    __slots__ = ()


class Cell(NamedTuple):
    """A cell that may span several columns and rows."""

    text: str
    columns: int = 1
    rows: int = 1


def grid(rows: Iterable[Sequence[Cell]]) -> list[list[str]]:
    """Return the cells in their columns.

    What spans rows is repeated in each, so that every row can be understood alone; what spans columns is :class:`Repeated`.
    """
    return list(grid_rows(rows))


def grid_rows(rows: Iterable[Sequence[Cell]]) -> Iterator[list[str]]:
    """Return row after row of what :func:`grid` returns."""
    hanging: dict[int, tuple[int, str]] = {}
    room = _MOST_REPEATED
    for row in rows:
        line: list[str] = []
        for cell in row:
            room -= _take_hanging(line, hanging)
            columns = min(max(cell.columns, 1), _MOST_COLUMNS - len(line), max(room, 1))
            if columns < 1:
                break
            texts = [cell.text, *[Repeated(repeated(cell.text))] * (columns - 1)]
            if cell.rows > 1 and room > 0:
                hanging |= {len(line) + at: (cell.rows - 1, text) for at, text in enumerate(texts)}
            room -= columns - 1
            line += texts
        room -= _take_hanging(line, hanging)
        if room < 0:
            hanging.clear()
        yield line


def _take_hanging(line: list[str], hanging: dict[int, tuple[int, str]]) -> int:
    """Put the cells that reach down from the rows above at the end of the line, where they stand there; return how many."""
    before = len(line)
    while len(line) in hanging:
        position = len(line)
        rows, text = hanging.pop(position)
        text = text if isinstance(text, Repeated) else repeated(text)
        if rows > 1:
            hanging[position] = (rows - 1, text)
        line.append(text)
    return len(line) - before


def repeated(text: str) -> str:
    """Return as much of a heading or a label as is written in every row that it stands for."""
    if len(text) <= _LONGEST_REPEATED:
        return text
    return text[: _LONGEST_REPEATED + 1].rpartition(" ")[0] or text[:_LONGEST_REPEATED]


def row_line(headings: Sequence[str], cells: Sequence[str]) -> str:
    """Return ``Heading: value; Heading: value.`` of the cells that are filled; an unnamed one stands for itself.

    :param headings: names of the columns; fewer than cells, or empty ones, are allowed.
    """
    return "".join(_row_parts(headings, cells))


def _row_parts(headings: Sequence[str], cells: Sequence[str]) -> list[str]:
    parts: list[str] = []
    for position, cell in enumerate(cells):
        if not cell or isinstance(cell, Repeated):
            continue
        heading = headings[position] if position < len(headings) else ""
        parts += ["; "] if parts else []
        parts += [*_named(heading), cell] if heading and heading != cell else [cell]
    return _ended(parts)


def _named(name: str) -> list[str]:
    return [name[:-1].rstrip(":") if name.endswith(":") else name, ": "]


def _ended(parts: list[str]) -> list[str]:
    return parts if not parts or parts[-1].endswith((".", "!", "?", ":")) else [*parts, "."]


def _line(parts: list[str], kind: MarkKind | None = None, about: str = "") -> TextLine:
    return TextLine("".join(parts), kind, about, tuple(parts))


def sheet_lines(rows: Iterable[Sequence[str]], *, about: str = "") -> Iterator[TextLine]:
    """Return a line for each row of a sheet, with the headings of its table before the values.

    Above the headings may stand titles and notes, which are lines of their own; after an empty row a further table with
    headings of its own may begin. A row of one cell between the others names those below it.

    :param rows: cells as text on one line, empty rows included; only a few are held at a time.
    :param about: what the whole sheet is about.
    """
    return _Lines(rows, about).lines()


def table_lines(
    rows: Sequence[Sequence[str]],
    *,
    headings: int | None = None,
    about: str = "",
    has_labels: bool = False,
    names: Sequence[str] = (),
) -> list[TextLine]:
    """Return a line for each row of a table found in running text.

    A table of two columns without headings is taken as names and values. Headings, where there are any, stand before each
    value, so that a row tells what its values are.

    :param rows: cells as text.
    :param headings: how many rows of headings the file itself marks; nothing is known by default.
    :param about: its caption, the heading that it stands under.
    :param has_labels: whether the file marks the first column as names of the rows.
    :param names: of the columns, where they do not stand in the rows: the table goes on from the page before.
    """
    cleaned = [[cell if isinstance(cell, OneLine) else one_line(cell) for cell in row] for row in rows]
    kept = [row for row in cleaned if any(row)]
    if not kept:
        return []
    if max(map(_filled_count, kept)) == 1:
        return [_line([next(cell for cell in row if cell)]) for row in kept]
    if names:
        return list(_Lines(kept, about, names, may_begin=False).lines())
    titles = list(takewhile(_is_title, kept))
    rows = kept[len(titles) :]
    headings = None if headings is None else max(headings - len(titles), 0)
    found = heading_count(rows) if headings is None and not has_labels else _with_stacked(rows, headings or 0)
    found = found if found < len(rows) else 0
    shown = [_line(_ended([row[0]])) for row in titles]
    known = " ".join([about, *(repeated(row[0]) for row in titles)])
    return shown + list(_Lines(rows[found:], known, _joined(rows[:found]), may_begin=False).lines())


def _is_title(row: Sequence[str]) -> bool:
    """Tell a row at the top of a table that is one cell over its columns."""
    return len(row) > 1 and bool(row[0]) and all(not cell or isinstance(cell, Repeated) for cell in row[1:])


def heading_count(rows: Sequence[Sequence[str]]) -> int:
    """Return how many rows of headings a table in running text begins with, where the file does not say.

    :param rows: cells as text on one line; no row is empty.
    """
    is_table = len(rows) > 2 or (len(rows) == 2 and _filled_count(rows[0]) > 2 and _has_numbers(rows[1:]))
    return heading_rows(rows[0], rows[1:_ROWS_AHEAD]) if is_table else 0


class _Lines:
    """Turns rows into lines; knows the headings, the titles and the group under which a row stands."""

    def __init__(
        self, rows: Iterable[Sequence[str]], about: str, headings: Sequence[str] = (), *, may_begin: bool = True
    ) -> None:
        self._rows = iter(rows)
        self._ahead: deque[Sequence[str]] = deque()
        self._about = one_line(about)
        self._headings = headings
        self._is_free = may_begin  # whether tables may begin anywhere in these rows
        self._may_begin = may_begin
        self._titles: list[str] = []
        self._group = ""

    def lines(self) -> Iterator[TextLine]:
        while True:
            self._ahead.extend(islice(self._rows, _ROWS_AHEAD - len(self._ahead)))
            if not self._ahead:
                return
            row = self._ahead.popleft()
            filled = _filled_count(row)
            if not filled:
                self._begin_anew()
            elif filled == 1:
                yield self._single(row)
            elif not self._take_headings(row):
                yield self._record(row)

    def _begin_anew(self) -> None:
        if self._is_free and not self._may_begin:
            self._may_begin, self._titles, self._group = True, [], ""

    def _single(self, row: Sequence[str]) -> TextLine:
        """Return a title, a note, or the name of a group of rows."""
        text = next(cell for cell in row if cell)
        if self._is_label(row):
            if self._headings and not self._may_begin:
                self._group = repeated(text)
            else:
                self._titles.append(repeated(text))
            return _line(_ended([text]))
        return _line(_row_parts(self._headings, row), MarkKind.ROW, self._full_about())

    def _is_label(self, row: Sequence[str]) -> bool:
        """Tell whether the only cell of a row names what follows: under headings it may be a row that lacks values."""
        if not self._headings or self._may_begin or any(isinstance(cell, Repeated) for cell in row):
            return True
        return bool(row[0]) and (not self._headings[0] or row[0].endswith(":"))

    def _take_headings(self, row: Sequence[str]) -> bool:
        if not self._may_begin:
            return False
        self._may_begin = False
        below = list(takewhile(any, self._ahead))
        count = heading_rows(row, below)
        if not count or (self._headings and not _has_numbers(below)):
            return False
        self._headings = _joined([row, *(self._ahead.popleft() for _ in range(count - 1))])
        self._group = ""
        return True

    def _record(self, row: Sequence[str]) -> TextLine:
        if self._headings:
            return _line(_row_parts(self._headings, row), MarkKind.ROW, self._full_about())
        filled = _filled(row)
        if len(filled) == 2 and len(filled[0]) <= _LONGEST_HEADING:
            return _line(_ended([*_named(filled[0]), filled[1]]))
        return _line(_row_parts([], row), MarkKind.ROW, self._full_about())

    def _full_about(self) -> str:
        return " ".join(filter(None, [self._about, *self._titles[:3], self._group]))[:_LONGEST_ABOUT]


def heading_rows(row: Sequence[str], below: Sequence[Sequence[str]]) -> int:
    """Return how many rows of headings begin with this one: 0 where it is a row of values.

    :param below: the rows that follow, a few of them.
    """
    count = 1 + _stacked(row, below)
    names = _joined([row, *below[: count - 1]])
    return count if looks_like_headings(names, below[count - 1 :]) else 0


def _with_stacked(rows: Sequence[Sequence[str]], marked: int) -> int:
    """Return how many rows are headings where the file marks the first of them only."""
    return 1 + _stacked(rows[0], rows[1 : _ROWS_AHEAD + 1]) if marked == 1 else marked


def _stacked(row: Sequence[str], below: Sequence[Sequence[str]]) -> int:
    """Return how many rows of headings follow a row that names groups of columns."""
    count = 0
    while count < min(len(below) - 1, _MOST_HEADING_ROWS - 1) and _divides(below[count], row):
        row = below[count]
        count += 1
    return count


def _divides(row: Sequence[str], above: Sequence[str]) -> bool:
    """Tell whether a row names the columns of the groups that are named above it, and nothing below a column's own name.

    Where the file states no spans, a group's name has empty cells at its right, and the columns' names come again or are years.
    """
    if not _names_columns(row):
        return False
    states_spans = any(isinstance(cell, Repeated) for cell in above)
    is_group = [states_spans and isinstance(cell, Repeated) for cell in above[1:]] + [False]
    if not states_spans:
        is_group = [not cell and at + 1 < len(row) and bool(row[at + 1]) for at, cell in enumerate(above[1:])] + [False]
        names = _filled(row)
        if len(set(names)) == len(names) and not any(map(_NAMES_A_COLUMN.fullmatch, names)):
            return False
    own = [at for at, cell in enumerate(above) if cell and not isinstance(cell, Repeated) and not is_group[at]]
    return any(is_group) and all(at >= len(row) or row[at] in ("", above[at]) for at in own)


def _names_columns(row: Sequence[str]) -> bool:
    filled = _filled(row)
    return len(filled) > 1 and all(len(cell) <= _LONGEST_HEADING and not is_number(cell) for cell in filled)


def _joined(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the headings of the columns, those that stand above each other joined from the top down."""
    if len(rows) == 1:
        return [repeated(cell) for cell in rows[0]]
    spread = [_spread(row) for row in rows[:-1]] + [list(rows[-1])] if rows else []
    columns = max(map(len, spread), default=0)
    stacks = ([row[at] for row in spread if at < len(row) and row[at]] for at in range(columns))
    return [repeated(", ".join(dict.fromkeys(stack))) for stack in stacks]


def _spread(row: Sequence[str]) -> list[str]:
    """Return names of groups of columns in each of their columns; where the file states spans, they are there already."""
    if any(isinstance(cell, Repeated) for cell in row) or not row:
        return list(row)
    spread, name = [], ""
    for at, cell in enumerate(row):
        name = cell or (name if at > 1 else "")
        spread.append(name)
    return spread


def looks_like_headings(row: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Tell a row of column names: short, distinct, no numbers, above rows of values; only the first may be empty.

    Two columns could also be names and values from the first row on: there, figures must follow.
    """
    filled = [cell for cell in row if cell]
    if len(filled) < 2 or not below or _has_nameless_values(row, below[0]):
        return False
    names = [cell for position, cell in enumerate(filled) if position == 0 or cell != filled[position - 1]]
    is_distinct = len(set(names)) == len(names) or (len(set(names)) > 2 and _has_numbers(below))
    if not is_distinct or any(len(cell) > 2 * _LONGEST_HEADING or is_number(cell) for cell in filled):
        return False
    values = [each for each in map(_filled, below) if len(each) > 1]
    return len(names) > 2 or not row[0] or (bool(values) and all(is_number(each[-1]) for each in values))


def _has_nameless_values(row: Sequence[str], below: Sequence[str]) -> bool:
    return any(cell and at and not (row[at : at + 1] or [""])[0] for at, cell in enumerate(below))


def _filled(row: Sequence[str]) -> list[str]:
    return [cell for cell in row if cell and not isinstance(cell, Repeated)]


def _filled_count(row: Sequence[str]) -> int:
    return sum(bool(cell) and not isinstance(cell, Repeated) for cell in row)


def _has_numbers(rows: Iterable[Sequence[str]]) -> bool:
    return any(is_number(cell) for cell in chain.from_iterable(rows) if cell)


def is_number(cell: str) -> bool:
    """Tell whether a cell is a number, an amount or a share rather than words; a year or a day may name a column."""
    return _NUMBER.match(cell) is not None and not _NAMES_A_COLUMN.fullmatch(cell)
