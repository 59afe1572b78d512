"""Rows of tables as lines of text that can be understood alone."""

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, takewhile
from typing import NamedTuple

from needlepoint.files.pages import one_line

_NUMBER = re.compile(r"[\s$€£¥%+\-(]*\d[\d.,\s]*+(?:[%)€$£¥]|bn|[kKmM])?\s*$")
_LONGEST_HEADING = 60
_MOST_COLUMNS = 1000
_ROWS_AHEAD = 6


class Cell(NamedTuple):
    """A cell that may span several columns and rows."""

    text: str
    columns: int = 1
    rows: int = 1


def grid(rows: Sequence[Sequence[Cell]]) -> list[list[str]]:
    """Return the cells in their columns.

    What spans rows is repeated in each, so that every row can be understood alone; what spans columns is repeated in the
    first row only, where it names them.
    """
    filled: list[list[str]] = []
    hanging: dict[int, tuple[int, str]] = {}
    for number, row in enumerate(rows):
        line: list[str] = []
        for cell in row:
            _take_hanging(line, hanging)
            columns = min(max(cell.columns, 1), _MOST_COLUMNS - len(line))
            if columns < 1:
                break
            if cell.rows > 1:
                hanging[len(line)] = (cell.rows - 1, cell.text)
            line += [cell.text] + [cell.text if number == 0 else ""] * (columns - 1)
        _take_hanging(line, hanging)
        filled.append(line)
    return filled


def _take_hanging(line: list[str], hanging: dict[int, tuple[int, str]]) -> None:
    """Put the cells that reach down from the rows above at the end of the line, where they stand there."""
    while len(line) in hanging:
        position = len(line)
        rows, text = hanging.pop(position)
        if rows > 1:
            hanging[position] = (rows - 1, text)
        line.append(text)


def row_line(headings: Sequence[str], cells: Sequence[str]) -> str:
    """Return ``Heading: value; Heading: value.`` of the cells that are filled; an unnamed one stands for itself.

    :param headings: names of the columns; fewer than cells, or empty ones, are allowed.
    """
    parts = []
    for position, cell in enumerate(cells):
        if not cell:
            continue
        heading = headings[position] if position < len(headings) else ""
        parts.append(f"{heading.rstrip(':')}: {cell}" if heading and heading != cell else cell)
    line = "; ".join(parts)
    return line if not line or line.endswith((".", "!", "?", ":")) else f"{line}."


def described_rows(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Return a line for each row of a sheet, with the headings of its table before the values.

    Above the headings may stand titles and notes, which are lines of their own; after an empty row a further table with
    headings of its own may begin.

    :param rows: cells as text, empty rows included; only a few are held at a time.
    """
    source, ahead = iter(rows), deque[Sequence[str]]()
    headings: Sequence[str] = []
    may_begin = True
    while True:
        ahead.extend(islice(source, _ROWS_AHEAD - len(ahead)))
        if not ahead:
            return
        row = ahead.popleft()
        filled = sum(map(bool, row))
        if filled < 2:
            may_begin = may_begin or not filled
            yield from [row_line([], row)] if filled else []
            continue
        below = list(takewhile(any, ahead))
        if may_begin and looks_like_headings(row, below) and (not headings or _has_numbers(below)):
            headings = row
        else:
            yield row_line(headings, row) if headings else _plain_row(row)
        may_begin = False


def looks_like_headings(row: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Tell a row of column names: short, distinct, no numbers, above rows of values; only the first may be empty.

    Two columns could also be names and values from the first row on: there, figures must follow.
    """
    filled = [cell for cell in row if cell]
    if (
        len(filled) < 2
        or not below
        or any(cell and at and not (row[at : at + 1] or [""])[0] for at, cell in enumerate(below[0]))
    ):
        return False
    names = [cell for position, cell in enumerate(filled) if position == 0 or cell != filled[position - 1]]
    if len(set(names)) < len(names) or any(len(cell) > _LONGEST_HEADING or is_number(cell) for cell in filled):
        return False
    return len(names) > 2 or not row[0] or all(is_number(each[-1]) for each in map(_filled, below))


def _filled(row: Sequence[str]) -> list[str]:
    return [cell for cell in row if cell]


def _has_numbers(rows: Sequence[Sequence[str]]) -> bool:
    return any(is_number(cell) for row in rows for cell in row if cell)


def is_number(cell: str) -> bool:
    """Tell whether a cell is a number, an amount or a share rather than words; a year may name a column."""
    return _NUMBER.match(cell) is not None and not re.fullmatch(r"(?:19|20)\d\d", cell)


def table_lines(rows: Sequence[Sequence[str]], *, has_headings: bool | None = None) -> list[str]:
    """Return a line for each row of a table found in running text.

    A table of two columns without headings is taken as names and values. Headings, where there are any, stand before each
    value, so that a passage with one row tells what its values are.

    :param rows: cells as text.
    :param has_headings: whether the file itself marks the first row as headings; nothing is known by default.
    """
    cleaned = [[one_line(cell) for cell in row] for row in rows]
    kept = [row for row in cleaned if any(row)]
    if not kept:
        return []
    if max(len([cell for cell in row if cell]) for row in kept) == 1:
        return [next(cell for cell in row if cell) for row in kept]
    if has_headings is None:
        has_headings = len(kept) > 2 and looks_like_headings(kept[0], kept[1:_ROWS_AHEAD])
    if has_headings and len(kept) > 1:
        return [row_line(kept[0], row) for row in kept[1:]]
    return [_plain_row(row) for row in kept]


def _plain_row(row: Sequence[str]) -> str:
    filled = [cell for at, cell in enumerate(row) if cell and (at == 0 or cell != row[at - 1])]
    if len(filled) == 2 and len(filled[0]) <= _LONGEST_HEADING:
        return row_line([""], [f"{filled[0].rstrip(':')}: {filled[1]}"])
    return row_line([], filled)
