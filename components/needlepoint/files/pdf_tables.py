# ruff: noqa: RUF001 - marks of many scripts are what this is about
"""Tables of a PDF page, ruled or not: cells by the lines drawn around them, else by the columns that they stand in."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from needlepoint.files.pdf_drawings import Box, Drawings
from needlepoint.files.pdf_flow import Part, line_parts, without_hyphen
from needlepoint.files.pdf_lines import Line, Piece, lines_of, pieces_of
from needlepoint.files.pdf_page import Word
from needlepoint.files.tables import is_number, looks_like_headings

_NEAR = 3.0  # points: lines so close to each other are one
_MOST_RULES = 600
_MOST_CELL_WORDS = 150
_LEADERS = re.compile(r"(?:\.\s?){4,}|_{4,}|-{6,}|={4,}")
_MARKER = re.compile(
    r"[•●○◦▪■□‣⁃∙·*\u2013\u2014-]|\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)]?\)?|\d{1,3}(?:\.\d{1,3})+\.?"
)
_SIGNED = re.compile(r"(?:by|name|title|its|date|signature)\s*:|/s/|_{4,}", re.IGNORECASE)
_ALIGNED = 0.75  # of the cells
_MANY_ROWS = 5
_FEWEST_FIGURES = 6
_LONGEST_LABEL = 40  # characters
_AHEAD = 6
_MOST_STACKED = 3
_HEAD = 12  # lines that tell whether a table has headings
_SAME_COLUMN = 25.0  # points between the left edges of a column on two pages: figures may be set to the right


@dataclass(slots=True)
class Cell:
    """Lines of a cell, from top to bottom."""

    lines: list[Line] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Its text on one line."""
        return " ".join([line.text for line in self.lines])

    @property
    def parts(self) -> list[Part]:
        """Its text, and the words that it is of."""
        parts: list[Part] = []
        for line in self.lines:
            own = line_parts(line)
            if parts:
                before = parts[-1][1]
                text, between = without_hyphen(parts[-1][0], before is not None and before.is_cut, own[0][0], None)
                parts[-1] = (text, before)
                parts.append((between, None))
            parts += own
        return parts


@dataclass(slots=True)
class Table:
    """A table as far as it stands on one page.

    :param rows: cells by column.
    :param headings: how many of the rows name the columns.
    :param edges: left edges of its columns.
    """

    rows: list[list[Cell]]
    headings: int
    edges: list[float]
    box: Box

    @property
    def names(self) -> list[str]:
        """What its columns are called, stacked headings joined."""
        return [
            " ".join(dict.fromkeys(text for row in self.rows[: self.headings] if (text := row[at].text)))
            for at in range(len(self.edges))
        ]


def ruled_tables(words: Sequence[Word], drawn: Drawings) -> list[tuple[Table, set[int]]]:
    """Return the tables with lines between their cells, and which words are in them (by id)."""
    if len(drawn.down) < 2 or len(drawn.across) < 2 or len(drawn.down) + len(drawn.across) > _MOST_RULES:
        return []
    found = []
    for across, down in _grids(drawn):
        table = _ruled(words, across, down)
        if table is not None:
            found.append(table)
    return found


def _grids(drawn: Drawings) -> Iterator[tuple[list[Box], list[Box]]]:
    """Return lines that touch each other, those across and those down."""
    rules = [*((box, True) for box in drawn.across), *((box, False) for box in drawn.down)]
    groups: list[tuple[Box, list[tuple[Box, bool]]]] = []
    for rule in rules:
        box, members = rule[0], [rule]
        kept = []
        for other, theirs in groups:
            if _touches(box, other):
                box, members = _around(box, other), members + theirs
            else:
                kept.append((other, theirs))
        groups = [*kept, (box, members)]
    for _, members in groups:
        across, down = (
            [box for box, is_across in members if is_across],
            [box for box, is_across in members if not is_across],
        )
        if across and down:
            yield across, down


def _touches(box: Box, other: Box) -> bool:
    return (
        box[0] < other[2] + _NEAR
        and other[0] < box[2] + _NEAR
        and box[1] < other[3] + _NEAR
        and other[1] < box[3] + _NEAR
    )


def _around(box: Box, other: Box) -> Box:
    return (min(box[0], other[0]), min(box[1], other[1]), max(box[2], other[2]), max(box[3], other[3]))


def _ruled(words: Sequence[Word], across: list[Box], down: list[Box]) -> tuple[Table, set[int]] | None:
    left, right = min(box[0] for box in across + down), max(box[2] for box in across + down)
    top, bottom = min(box[1] for box in across + down), max(box[3] for box in across + down)
    xs = _merged([left, right, *((box[0] + box[2]) / 2 for box in down)])
    ys = _merged([top, bottom, *((box[1] + box[3]) / 2 for box in across)])
    if len(xs) < 3 or len(ys) < 3:
        return None
    inside: dict[tuple[int, int], list[Word]] = {}
    taken: set[int] = set()
    for word in words:
        x, y = (word.left + word.right) / 2, (word.top + word.bottom) / 2
        if left < x < right and top < y < bottom and word.style.angle == 0:
            place = (bisect_right(ys, y) - 1, bisect_right(xs, x) - 1)
            inside.setdefault(_owner(place, xs, ys, across=across, down=down), []).append(word)
            taken.add(id(word))
    if len(inside) < 4 or max(map(len, inside.values())) > _MOST_CELL_WORDS:
        return None
    rows = [
        [Cell(lines_of(pieces_of(inside.get((row, column), ())))) for column in range(len(xs) - 1)]
        for row in range(len(ys) - 1)
    ]
    rows = [row for row in _spanned(rows, xs, ys, down=down, across=across) if any(cell.lines for cell in row)]
    rows, edges = _without_empty(rows, xs[:-1])
    if len(rows) < 2 or len(edges) < 2 or _is_open(rows):
        return None
    rows = [part for row in rows for part in _by_line(row)]
    rows, count = _headed(rows)
    return Table(rows, count, edges, (left, top, right, bottom)), taken


def _is_open(rows: Sequence[Sequence[Cell]]) -> bool:
    """Tell a table with lines between some of its columns only: its cells are columns themselves."""
    wide = {id(cell) for row in rows for cell in row if any(len(line.pieces) > 2 for line in cell.lines)}
    return len(wide) > 1


def _by_line(row: list[Cell]) -> list[list[Cell]]:
    """Part a row whose cells hold a line each of several rows: there is no line between every two."""
    counts = Counter(len(cell.lines) for cell in row)
    count = max((n for n in counts if n > 1), key=counts.__getitem__, default=1)
    leading = [cell for cell in row if len(cell.lines) == count]
    figures = sum(all(is_number(line.text) for line in cell.lines) for cell in leading)
    if count == 1 or figures < 2 or any(len(cell.lines) > count for cell in row):
        return [row]
    middles = [(line.top + line.bottom) / 2 for line in leading[0].lines]
    parts = [[Cell() for _ in row] for _ in middles]
    for column, cell in enumerate(row):
        for line in cell.lines:
            nearest = min(range(count), key=lambda at: abs(middles[at] - (line.top + line.bottom) / 2))
            parts[nearest][column].lines.append(line)
    return parts


def _merged(places: list[float]) -> list[float]:
    merged: list[float] = []
    for place in sorted(places):
        if not merged or place - merged[-1] > _NEAR:
            merged.append(place)
    return merged


def _owner(
    place: tuple[int, int], xs: list[float], ys: list[float], *, across: list[Box], down: list[Box]
) -> tuple[int, int]:
    """Return the first cell of those that no line parts from this one, to the left and upwards."""
    row, column = place
    while column > 0 and not _has_line(down, xs[column], (ys[row] + ys[row + 1]) / 2, is_down=True):
        column -= 1
    while row > 0 and not _has_line(across, ys[row], (xs[column] + xs[column + 1]) / 2, is_down=False):
        row -= 1
    return row, column


def _has_line(rules: list[Box], at: float, beside: float, *, is_down: bool) -> bool:
    if is_down:
        return any(abs((box[0] + box[2]) / 2 - at) <= _NEAR and box[1] - 1 <= beside <= box[3] + 1 for box in rules)
    return any(abs((box[1] + box[3]) / 2 - at) <= _NEAR and box[0] - 1 <= beside <= box[2] + 1 for box in rules)


def _spanned(
    rows: list[list[Cell]], xs: list[float], ys: list[float], *, down: list[Box], across: list[Box]
) -> list[list[Cell]]:
    """Repeat a cell that spans rows in each of them, and one that spans columns where it names them."""
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            if cell.lines:
                continue
            owner = _owner((row, column), xs, ys, across=across, down=down)
            if owner != (row, column):
                cells[column] = rows[owner[0]][owner[1]]
    return rows


def _without_empty(rows: list[list[Cell]], edges: list[float]) -> tuple[list[list[Cell]], list[float]]:
    kept = [at for at in range(len(edges)) if any(row[at].lines for row in rows)]
    return [[row[at] for at in kept] for row in rows], [edges[at] for at in kept]


def _headed(rows: list[list[Cell]]) -> tuple[list[list[Cell]], int]:
    """Return the rows, a heading that spans columns repeated over each, and how many of the first rows name the columns."""
    below = [[cell.text for cell in row] for row in rows[: _AHEAD + _MOST_STACKED]]
    for count in range(1, min(_MOST_STACKED, len(rows) - 1) + 1):
        heads = _spread(rows[:count], below[count])
        texts = [[cell.text for cell in row] for row in heads]
        names = [" ".join(dict.fromkeys(text for row in texts if (text := row[at]))) for at in range(len(rows[0]))]
        if any(is_number(text) for row in texts for text in row if text):
            break
        if looks_like_headings(names, below[count : count + _AHEAD]):
            return [*heads, *rows[count:]], count
    return rows, 0


def _spread(heads: list[list[Cell]], values: Sequence[str]) -> list[list[Cell]]:
    """Repeat a heading above others over each of them that heads figures: the one whose middle is nearest."""
    spread = [list(row) for row in heads]
    lowest = heads[-1]
    for row in spread[:-1]:
        over = [(at, cell) for at, cell in enumerate(row) if cell.lines and lowest[at].lines]
        if any(abs(cell.lines[0].left - lowest[at].lines[0].left) < _NEAR for at, cell in over):
            continue  # the first line of a name that wraps
        for at, cell in enumerate(lowest):
            if over and cell.lines and not row[at].lines and is_number(values[at]):
                row[at] = min(over, key=lambda each: abs(_middle(each[1]) - _middle(cell)))[1]
    return spread


def _middle(cell: Cell) -> float:
    return (cell.lines[0].left + cell.lines[0].right) / 2


@dataclass(frozen=True, slots=True)
class Carried:
    """The headings of a table that goes on from the page before."""

    names: list[str]
    edges: list[float]


def tables_in(lines: Sequence[Line], carried: Carried | None = None) -> Iterator[Line | Table]:
    """Find the tables without lines around their cells among the lines of a part of a page.

    :param carried: a table that may go on with the first of the lines.
    """
    at = 0
    while at < len(lines):
        table, used = _unruled(lines, at, carried if at == 0 else None)
        if table is None:
            yield lines[at]
            at += 1
        else:
            yield table
            at += used


def tables_of_figures(pieces: Sequence[Piece]) -> list[tuple[Table, set[int]]]:
    """Return the tables of figures that may reach across the columns of a page, and which words are in them (by id)."""
    if sum(is_number(piece.text) for piece in pieces) < _FEWEST_FIGURES:
        return []
    found = []
    for table in tables_in(lines_of(pieces)):
        if isinstance(table, Table) and len(table.edges) > 2 and _is_of_figures(table):
            found.append(
                (table, {id(word) for row in table.rows for cell in row for line in cell.lines for word in line.words})
            )
    return found


def _is_of_figures(table: Table) -> bool:
    texts = [cell.text for row in table.rows[table.headings :] for cell in row if cell.lines]
    return 2 * sum(map(is_number, texts)) >= len(texts) and max(map(len, texts)) <= _LONGEST_LABEL


def _unruled(lines: Sequence[Line], at: int, carried: Carried | None) -> tuple[Table | None, int]:
    pieces = lines[at].pieces
    if len(pieces) < 2 or (
        carried is None and (at + 2 >= len(lines) or any(is_number(piece.text) for piece in pieces))
    ):
        return None, 0
    columns = [(piece.left, piece.right) for piece in pieces]
    end, columns = _extent(lines, at, columns)
    run = list(lines[at:end])
    while len(run) > 1 and len(run[-1].pieces) < 2 and not _is_wrap(run[-2:], columns):
        run.pop()
    full = [line for line in run if len(line.pieces) > 1]
    columns = _body_columns(full, columns)
    if carried is None and (len(full) < 3 or not _headed(_with_labels(_rows(run[:_HEAD], columns)))[1]):
        return None, 0
    if carried is None and not _has_figures(_rows(run, columns)):
        return None, 0
    if _is_list(full) or _is_contents(full) or not _is_aligned(full, columns):
        return None, 0
    rows = _rows(run, columns)
    box = (run[0].left, run[0].top, max(line.right for line in run), run[-1].bottom)
    rows, count = _headed(_with_labels(rows)) if len(full) > 2 else (rows, 0)
    table = Table(rows, count, [left for left, _ in columns], box)
    return (table, len(run)) if carried_on(table, carried) else (None, 0)


def _extent(
    lines: Sequence[Line], at: int, columns: list[tuple[float, float]]
) -> tuple[int, list[tuple[float, float]]]:
    """Return where the lines end that keep to the same columns, and the columns."""
    end = at + 1
    while end < len(lines):
        line = lines[end]
        if line.top - lines[end - 1].bottom > 2.5 * line.height:
            break
        merged = _merged_columns(columns, [(piece.left, piece.right) for piece in line.pieces])
        if len(merged) < 2 or (len(merged) < len(columns) and end - at > 2):
            break
        if len(line.pieces) == 1 and _crossed(columns, line) > 1:
            break
        columns = merged
        end += 1
    return end, columns


def _body_columns(full: Sequence[Line], columns: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the columns of the lines that fill most of them: a heading over several stands between two."""
    most = max((len(line.pieces) for line in full), default=0)
    body = [line for line in full if len(line.pieces) >= 0.7 * most]
    found: list[tuple[float, float]] = []
    for line in body:
        found = _merged_columns(found, [(piece.left, piece.right) for piece in line.pieces])
    return found if len(body) > 2 and len(found) > 1 else columns


def _merged_columns(columns: list[tuple[float, float]], added: list[tuple[float, float]]) -> list[tuple[float, float]]:
    merged: list[tuple[float, float]] = []
    for left, right in sorted([*columns, *added]):
        if merged and left < merged[-1][1] + 1.0:
            merged[-1] = (merged[-1][0], max(merged[-1][1], right))
        else:
            merged.append((left, right))
    return merged


def _crossed(columns: list[tuple[float, float]], line: Line) -> int:
    return sum(left < line.right and line.left < right for left, right in columns)


def _is_wrap(lines: Sequence[Line], columns: list[tuple[float, float]]) -> bool:
    return len(lines) == 2 and lines[1].left > columns[0][1] and lines[1].top - lines[0].bottom < 0.5 * lines[1].height


def _is_list(full: Sequence[Line]) -> bool:
    """Tell numbers and what they count, or blocks of signatures, from a table."""
    if any(_SIGNED.match(piece.text) for line in full for piece in line.pieces):
        return True
    marked = sum(len(line.pieces) == 2 and _MARKER.fullmatch(line.pieces[0].text) is not None for line in full)
    return 2 * marked > len(full)


def _has_figures(rows: Sequence[Sequence[Cell]]) -> bool:
    """Tell whether figures stand in the rows below the first, or there are so many rows that no figures are needed."""
    below = [[cell.text for cell in row if cell.lines] for row in rows[1:]]
    figures = sum(any(map(is_number, row)) for row in below)
    return 2 * figures >= len(below) or (
        len(below) >= _MANY_ROWS and sum(len(row) > 1 for row in below) >= 0.8 * len(below)
    )


def _is_aligned(full: Sequence[Line], columns: Sequence[tuple[float, float]]) -> bool:
    """Tell columns, whose cells begin, end or are centred at one place, from wide spaces in running text."""
    starts = [left - 1.0 for left, _ in columns]
    cells: dict[int, list[Piece]] = {}
    for line in full:
        for piece in line.pieces:
            cells.setdefault(bisect_right(starts, piece.left), []).append(piece)
    aligned = sum(
        max(_same([p.left for p in c]), _same([p.right for p in c]), _same([p.left + p.right for p in c]))
        for c in cells.values()
    )
    return aligned >= _ALIGNED * sum(map(len, cells.values()))


def _same(places: Sequence[float]) -> int:
    """Return how many of the places are, but for a point or two, the same."""
    ordered = sorted(places)
    return max(bisect_right(ordered, place + _NEAR) - at for at, place in enumerate(ordered))


def _is_contents(full: Sequence[Line]) -> bool:
    """Tell a table of contents: its lines end in page numbers."""
    return 2 * sum(_LEADERS.search(line.text) is not None for line in full) > len(full)


def _rows(run: Sequence[Line], columns: list[tuple[float, float]]) -> list[list[Cell]]:
    """Put the pieces into their columns; a line that only goes on with cells of the row above is joined to it."""
    edges = [left for left, _ in columns]
    rows: list[list[Cell]] = []
    bottom = 0.0
    for line in run:
        placed: dict[int, list[Piece]] = {}
        for piece in line.pieces:
            placed.setdefault(max(bisect_right(edges, piece.left + 1.0) - 1, 0), []).append(piece)
        if rows and _goes_on(placed, rows[-1], line.top - bottom, line.height):
            row = rows[-1]
        else:
            row = [Cell() for _ in edges]
            rows.append(row)
        for column, pieces in placed.items():
            right = max(piece.right for piece in pieces)
            row[column].lines.append(Line(pieces, pieces[0].left, line.top, right, line.bottom))
        bottom = line.bottom
    return rows


def _with_labels(rows: list[list[Cell]]) -> list[list[Cell]]:
    """Give a label that is centred beside several rows, or stands beside the first of them, to each."""
    kept: list[list[Cell]] = []
    for at, row in enumerate(rows):
        if [cell is row[0] for cell in row if cell.lines] == [True]:
            beside = [other for other in (kept[-1:] + rows[at + 1 : at + 2]) if not other[0].lines]
            for other in beside:
                other[0] = row[0]
            if beside:
                continue
        kept.append(row)
    return kept


def _goes_on(placed: dict[int, list[Piece]], row: Sequence[Cell], gap: float, height: float) -> bool:
    if gap > 0.45 * height or any(is_number(piece.text) for pieces in placed.values() for piece in pieces):
        return False
    if 0 not in placed:
        return all(row[column].lines for column in placed)
    return len(placed) == 1 and placed[0][0].text[:1].islower() and bool(row[0].lines)


def carried_on(table: Table, carried: Carried | None) -> Carried | None:
    """Return the headings that hold for a table's rows: its own, or those of the table that it is the rest of."""
    if table.headings:
        return Carried(table.names, table.edges)
    if carried is None or len(table.edges) != len(carried.edges):
        return None
    is_same = all(abs(own - other) < _SAME_COLUMN for own, other in zip(table.edges, carried.edges, strict=True))
    return Carried(carried.names, table.edges) if is_same else None
