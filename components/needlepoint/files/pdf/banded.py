"""Tables of a PDF page whose rows are parted by lines across, or lie on bands of colour, with no lines between the columns.

What stands between two lines is one row, however its cells wrap.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise, takewhile
from statistics import median
from typing import NamedTuple

from needlepoint.files.pdf.cells import Cell, Table, headed
from needlepoint.files.pdf.columns import Columns, merged_columns, places
from needlepoint.files.pdf.drawings import Box, Drawings
from needlepoint.files.pdf.lines import Line, Piece, lines_of, pieces_of
from needlepoint.files.pdf.page import Word
from needlepoint.files.tables import is_number

_NEAR = 3.0  # points: lines so close to each other are one
_NARROWEST = 100.0
_LOWEST, _HIGHEST = 6.0, 240.0
_MOST_RULES = 800
_MOST_LINES = 14  # of a cell
_USUAL_LINES = 4
_FULL = 0.7  # of the columns of the fullest rows
_LABELLED = re.compile(r"[^\W\d][^:]{1,30}:(?:\s|$)|/s/|_{4,}")

_Band = list[Piece]


class _Run(NamedTuple):
    """Bands that follow each other, and the lines of text above and below them, from the bands outwards."""

    bands: list[_Band]
    above: list[Line]
    below: list[Line]


def banded_tables(words: Sequence[Word], drawn: Drawings) -> list[tuple[Table, set[int]]]:
    """Return the tables with lines or bands of colour across their rows, and which words are in them (by id)."""
    if len(drawn.across) + len(drawn.filled) > _MOST_RULES:
        return []
    found: list[tuple[Table, set[int]]] = []
    taken: set[int] = set()
    for left, right, edges in _stacks(drawn):
        pieces = pieces_of(
            w for w in words if left < w.left + 1 and w.right - 1 < right and w.style.angle == 0 and id(w) not in taken
        )
        for run in _runs(_bands(pieces, edges), edges):
            if (table := _table(run, (left, right), drawn.filled)) is not None:
                ids = {id(w) for row in table.rows for cell in row for line in cell.lines for w in line.words}
                found.append((table, ids))
                taken |= ids
    return found


def _stacks(drawn: Drawings) -> Iterator[tuple[float, float, list[float]]]:
    """Return lines of one length that stand above each other: their ends, and how far down each is.

    Upper and lower edges of bands of colour are lines, too.
    """
    edges = [(left, right, (top + bottom) / 2) for left, top, right, bottom in drawn.across]
    edges += [
        (left, right, y)
        for left, top, right, bottom in drawn.filled
        if _LOWEST < bottom - top < _HIGHEST
        for y in (top, bottom)
    ]
    stacks: list[tuple[float, float, list[float]]] = []
    for left, right, y in _whole(edges):
        for other in stacks:
            if abs(left - other[0]) < _NEAR and abs(right - other[1]) < _NEAR:
                if y - other[2][-1] > _NEAR:
                    other[2].append(y)
                break
        else:
            stacks.append((left, right, [y]))
    yield from (stack for stack in stacks if len(stack[2]) > 2 and stack[1] - stack[0] > _NARROWEST)


def _whole(edges: Sequence[tuple[float, float, float]]) -> list[tuple[float, float, float]]:
    """Join the pieces of lines that are drawn cell by cell; return them from the top down."""
    levels: list[tuple[float, list[tuple[float, float]]]] = []
    for left, right, y in sorted(edges, key=lambda edge: edge[2]):
        if levels and y - levels[-1][0] < 1.0:
            levels[-1][1].append((left, right))
        else:
            levels.append((y, [(left, right)]))
    return [
        (left, right, y)
        for y, spans in levels
        for left, right in merged_columns([], [(a, b + _NEAR) for a, b in spans])
    ]


def _bands(pieces: Sequence[Piece], edges: Sequence[float]) -> list[_Band]:
    """Return what stands between each two lines, above the first and below the last."""
    bands: list[_Band] = [[] for _ in range(len(edges) + 1)]
    for piece in pieces:
        bands[bisect_right(edges, piece.middle)].append(piece)
    return bands


def _runs(bands: Sequence[_Band], edges: Sequence[float]) -> Iterator[_Run]:
    """Return the bands that follow each other and are low enough to be rows of one table."""
    run: list[_Band] = []
    for at, band in enumerate([*bands, []]):
        if band and 0 < at < len(edges) and len(lines_of(band)) <= _MOST_LINES and not _is_prose(band):
            run.append(band)
            continue
        if len(run) > 1:
            first = at - len(run)
            above = _from(reversed(lines_of(bands[first - 1])), edges[first - 1])
            yield _Run(run, above, _from(lines_of(band), edges[at - 1])[:1])
        run = []


def _from(lines: Iterable[Line], edge: float) -> list[Line]:
    """Return the lines that stand close to a drawn line, and close to each other, from there outwards."""
    near: list[Line] = []
    for line in lines:
        gap = max(line.top - edge, edge - line.bottom)
        if gap > (0.5 if near else 1.5) * line.height:
            break
        near.append(line)
        edge = line.top if line.top < edge else line.bottom
    return near


def _is_prose(band: _Band) -> bool:
    """Tell running text between two lines: several lines and one column."""
    return len(merged_columns([], [(p.left, p.right) for p in band])) < 2 and len(lines_of(band)) > 2


def _table(run: _Run, ends: tuple[float, float], filled: Sequence[Box]) -> Table | None:
    columns = _columns(run.bands)
    if len(columns) < 2:
        return None
    bands = _trimmed(run.bands, columns)
    if len(bands) < 2:
        return None
    shaded = [_is_shaded(band, ends, filled) for band in bands]
    is_headed = shaded[0] and not any(shaded[1:3])
    if bands[0] is run.bands[0] and not is_headed and (names := _beyond(run.above, columns)):
        bands.insert(0, names)
    if bands[-1] is run.bands[-1] and (last := _beyond(run.below, columns)):
        bands.append(last)
    rows = [_row(band, columns) for band in bands]
    full = [sum(bool(cell.lines) for cell in row) for row in rows]
    if sum(count > 1 for count in full) < max(3, 0.6 * len(rows)) or not _are_rows(rows):
        return None
    rows, count = headed(rows, marked=1 if is_headed and full[0] > 1 else 0)
    if not count and _is_contents(rows):
        return None
    top, bottom = min(piece.top for piece in bands[0]), max(piece.bottom for piece in bands[-1])
    return Table(rows, count, [left for left, _ in columns], (ends[0], top, ends[1], bottom))


def _trimmed(bands: Sequence[_Band], columns: Columns) -> list[_Band]:
    """Leave out the first and last bands that are no rows: a line of the page's head, a title."""
    full = [at for at, band in enumerate(bands) if sum(bool(cell.lines) for cell in _row(band, columns)) > 1]
    return list(bands[full[0] : full[-1] + 1]) if full else []


def _beyond(lines: Sequence[Line], columns: Columns) -> _Band:
    """Return the row that has no line on its far side: a piece in each of several columns, and what wraps in them."""
    if not lines or len(lines[0].pieces) < 2 or not _fits(lines[0], columns):
        return []
    return [piece for line in takewhile(lambda line: _fits(line, columns), lines) for piece in line.pieces]


def _fits(line: Line, columns: Columns) -> bool:
    """Tell whether each piece of a line stands in a column of its own."""
    touched = [places(columns, piece.left, piece.right) for piece in line.pieces]
    return all(len(each) == 1 for each in touched) and len({each[0] for each in touched}) == len(touched)


def _columns(run: Sequence[_Band]) -> Columns:
    """Return the columns of the bands that fill most of them: a name over several stands between two."""
    spans = [merged_columns([], [(piece.left, piece.right) for piece in band]) for band in run]
    most = max(map(len, spans))
    columns: Columns = []
    for span in spans:
        if len(span) >= _FULL * most:
            columns = merged_columns(columns, span)
    return columns


def _row(band: _Band, columns: Columns) -> list[Cell]:
    placed: list[list[Piece]] = [[] for _ in columns]
    for piece in band:
        touched = places(columns, piece.left, piece.right)
        nearest = min(range(len(columns)), key=lambda at: abs(columns[at][0] - piece.left))
        placed[touched[0] if touched else nearest].append(piece)
    return [Cell(lines_of(pieces)) for pieces in placed]


def _are_rows(rows: Sequence[Sequence[Cell]]) -> bool:
    """Tell rows whose cells may wrap from groups of rows between two lines, columns of running text, and forms."""
    cells = [cell for row in rows for cell in row if cell.lines]
    if max(len(cell.lines) for cell in cells) > _MOST_LINES or median(len(c.lines) for c in cells) > _USUAL_LINES:
        return False
    if 2 * sum(_LABELLED.match(cell.text) is not None for cell in cells) > len(cells):
        return False
    return sum(_is_group(row) for row in rows) <= 0.2 * len(rows)


def _is_contents(rows: Sequence[Sequence[Cell]]) -> bool:
    """Tell a table of contents: its last column is page numbers, in order."""
    numbers = [int(row[-1].text) for row in rows if row[-1].text.isascii() and row[-1].text.isdigit()]
    in_order = sum(first <= second for first, second in pairwise(numbers))
    return len(numbers) > 3 and 4 * len(numbers) > 3 * len(rows) and 5 * in_order >= 4 * (len(numbers) - 1)


def _is_group(row: Sequence[Cell]) -> bool:
    """Tell several rows between two lines: their cells have as many lines as there are rows, and hold a figure on each."""
    counts = [len(cell.lines) for cell in row if cell.lines]
    if len(counts) < 2 or max(counts) < 2:
        return False
    return any(len(cell.lines) > 1 and all(is_number(line.text) for line in cell.lines) for cell in row[1:])


def _is_shaded(band: _Band, ends: tuple[float, float], filled: Sequence[Box]) -> bool:
    left, right = ends
    covered = 0.0
    for x1, y1, x2, y2 in filled:
        if y2 - y1 < _HIGHEST and all(y1 - 1 < piece.middle < y2 + 1 for piece in band):
            covered += max(min(x2, right) - max(x1, left), 0.0)
    return covered > 0.9 * (right - left)
