# ruff: noqa: RUF001 - marks of many scripts are what this is about
"""Tables of a PDF page without lines around their cells: what stands in the same columns over several lines."""

import re
from bisect import bisect_right
from collections.abc import Sequence

from needlepoint.files.pdf.cells import Carried, Cell, Table, carried_on, headed, with_group_labels
from needlepoint.files.pdf.columns import Columns, crossed, merged_columns, places
from needlepoint.files.pdf.drawings import Box
from needlepoint.files.pdf.lines import Line, Piece, lines_of
from needlepoint.files.pdf.pairs import pairs_at
from needlepoint.files.pdf.spacing import spaced_rows
from needlepoint.files.tables import is_number

_LEADERS = re.compile(r"(?:\.\s?){4,}|_{4,}|-{6,}|={4,}")
_MARKER = re.compile(
    r"(?:[•●○◦▪■□‣⁃∙·*\u2013\u2014-]\s?)+|\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)]?\)?|\d{1,3}(?:\.\d{1,3})+\.?"
)
_SIGNED = re.compile(r"(?:by|name|title|its|date|signature)\s*:|/s/|_{4,}", re.IGNORECASE)
_SAME_PLACE = 3.0  # points
_ALIGNED = 0.75  # of the cells
_MANY_ROWS = 5
_FEWEST_FIGURES = 6
_LONGEST_LABEL = 40  # characters
_MOST_TITLES = 3
_LOOKED_AHEAD = 8  # lines
LONGEST_NOTE = 4
"""The most lines of a note or a subheading within a table, below which its columns keep their names."""
_HEAD = 12  # lines that tell whether a table has headings


def tables_in(lines: Sequence[Line], rules: Sequence[Box] = (), carried: Carried | None = None) -> list[Line | Table]:
    """Find the tables without lines around their cells among the lines of a part of a page.

    :param rules: lines that are drawn across the page.
    :param carried: a table that may go on with the first of the lines, or below a note or a subheading.
    """
    found: list[Line | Table] = []
    at, tries, tried_to, above = 0, 0, 0, 0
    while at < len(lines):
        # lines that keep to the same columns and have no headings: titles may stand above those, but not many
        tries = tries + 1 if at < tried_to else 0
        if tries > _MOST_TITLES:
            found += lines[at:tried_to]
            at, tries = tried_to, 0
            continue
        first = at - _heads_above(found, lines[at])
        table, used = pairs_at(lines, at)
        if table is not None:
            found.append(table)
            at += used
            continue
        table, used = _unruled(lines, first, at, rules=rules, carried=carried if at - above <= LONGEST_NOTE else None)
        if table is None:
            tried_to = max(tried_to, at + used - 1)
            found.append(lines[at])
            at += 1
        else:
            del found[len(found) - (at - first) :]
            found.append(table)
            at += used
            carried, above = carried_on(table, carried), at  # below a note or a subheading it may go on
    return found


def _heads_above(found: Sequence[Line | Table], line: Line) -> int:
    """Return how many of the lines right above are the first lines of headings that wrap: they stand over a later column."""
    count = 0
    below = line
    for above in reversed(found):
        if len(line.pieces) < 2 or not isinstance(above, Line) or len(above.pieces) > 1 or count == 2:
            break
        if above.left < line.pieces[0].right or below.top - above.bottom > 0.4 * above.height:
            break
        count, below = count + 1, above
    return count


def tables_of_figures(pieces: Sequence[Piece], rules: Sequence[Box]) -> list[tuple[Table, set[int]]]:
    """Return the tables of figures that may reach across the columns of a page, and which words are in them (by id)."""
    if sum(is_number(piece.text) for piece in pieces) < _FEWEST_FIGURES:
        return []
    found = []
    for table in tables_in(lines_of(pieces), rules):
        if isinstance(table, Table) and len(table.edges) > 2 and _is_of_figures(table):
            found.append(
                (table, {id(word) for row in table.rows for cell in row for line in cell.lines for word in line.words})
            )
    return found


def _is_of_figures(table: Table) -> bool:
    texts = [cell.text for row in table.rows[table.headings :] for cell in row if cell.lines]
    return 2 * sum(map(is_number, texts)) >= len(texts) and max(map(len, texts)) <= _LONGEST_LABEL


def _unruled(
    lines: Sequence[Line], first: int, at: int, *, rules: Sequence[Box], carried: Carried | None
) -> tuple[Table | None, int]:
    """Return the table that begins at a line, if any, and how many lines from there on keep to its columns.

    :param first: where lines of its headings begin above that line.
    """
    pieces = lines[at].pieces
    if len(pieces) < 2:
        return None, 0
    if carried is None:
        near = lines[at : at + _LOOKED_AHEAD]
        if sum(len(line.pieces) > 1 for line in near) < 3 or any(is_number(piece.text) for piece in pieces):
            return None, 0
    columns = [(piece.left, piece.right) for piece in pieces]
    end, columns = _extent(lines, at, columns)
    run = list(lines[at:end])
    while len(run) > 1 and len(run[-1].pieces) < 2 and not _is_wrap(run[-2:], columns):
        run.pop()
    full = [line for line in run if len(line.pieces) > 1]
    used = len(run)
    if carried is None and len(full) < 3:
        return None, 0
    if _is_list(full) or _is_contents(full):
        return None, used
    columns = _with_headings_beside(full, _body_columns(full, columns))
    if not is_aligned(full, columns):
        return None, used
    run = [*lines[first:at], *run]
    if carried is None and not headed(_with_labels(_rows(run[:_HEAD], columns)), rules)[1]:
        return None, used
    rows = _rows(run, columns)
    if carried is None and not _has_figures(rows) and not spaced_rows(run):
        return None, used
    box = (run[0].left, run[0].top, max(line.right for line in run), run[-1].bottom)
    rows, count = headed(_with_labels(rows), rules) if len(full) > 2 else (rows, 0)
    if count:
        rows = [*rows[:count], *with_group_labels(rows[count:], rules)]
    table = Table(rows, count, [left for left, _ in columns], box)
    return (table, used) if carried_on(table, carried) else (None, 0)


def _extent(lines: Sequence[Line], at: int, columns: Columns) -> tuple[int, Columns]:
    """Return where the lines end that keep to the same columns, and the columns."""
    end = at + 1
    while end < len(lines):
        line = lines[end]
        if line.top - lines[end - 1].bottom > (3.5 if end == at + 1 else 2.5) * line.height:
            break
        merged = merged_columns(columns, [(piece.left, piece.right) for piece in line.pieces])
        if len(merged) < 2 or (len(merged) < len(columns) and end - at > 2):
            break
        if len(line.pieces) == 1 and crossed(columns, line) > 1:
            break
        columns = merged
        end += 1
    return end, columns


def _body_columns(full: Sequence[Line], columns: Columns) -> Columns:
    """Return the columns of the lines that fill most of them: a heading over several stands between two."""
    most = max((len(line.pieces) for line in full), default=0)
    body = [line for line in full if len(line.pieces) >= 0.7 * most]
    found = merged_columns([], [(piece.left, piece.right) for line in body for piece in line.pieces])
    return found if len(body) > 2 and len(found) > 1 else columns


def _with_headings_beside(full: Sequence[Line], columns: Columns) -> Columns:
    """Join a column of nothing but a heading with the one beside it that has none: its values are set to another side."""
    if len(full) < _MANY_ROWS or len(full[0].pieces) >= len(columns):
        return columns
    heads = {at for piece in full[0].pieces for at in places(columns, piece.left, piece.right)}
    body = {at for line in full[1:] for piece in line.pieces for at in places(columns, piece.left, piece.right)}
    joined: Columns = []
    at = 0
    while at < len(columns):
        pair = {at, at + 1}
        if len(pair & heads) == 1 and len(pair & body) == 1 and pair <= heads | body:
            joined.append((columns[at][0], columns[at + 1][1]))
            at += 2
        else:
            joined.append(columns[at])
            at += 1
    return joined


def _is_wrap(lines: Sequence[Line], columns: Columns) -> bool:
    """Tell the last line of a cell that wraps from what follows the table."""
    if len(lines) < 2 or lines[1].top - lines[0].bottom > 0.5 * lines[1].height:
        return False
    is_inner = lines[1].left > columns[0][1]
    return is_inner or (lines[1].text[:1].islower() and crossed(columns, lines[1]) == 1)


def _is_list(full: Sequence[Line]) -> bool:
    """Tell numbers and what they count, or blocks of signatures, from a table."""
    if any(_SIGNED.match(piece.text) for line in full for piece in line.pieces):
        return True
    marked = sum(len(line.pieces) == 2 and _MARKER.fullmatch(line.pieces[0].text) is not None for line in full)
    return 2 * marked > len(full)


def _has_figures(rows: Sequence[Sequence[Cell]]) -> bool:
    """Tell whether figures stand in the rows below the first, or there are so many rows that no figures are needed."""
    below = [[cell.text for cell in row if cell.lines] for row in rows[1:] if sum(bool(cell.lines) for cell in row) > 1]
    figures = sum(any(is_number(text) and not text.endswith(".") for text in row) for row in below)
    if len(below) < 2 or any(text.endswith(":") for row in below for text in row[:1]):
        return False
    return 2 * figures >= len(below) or (
        len(below) >= _MANY_ROWS and sum(len(row) > 1 for row in below) >= 0.8 * len(below)
    )


def is_aligned(full: Sequence[Line], columns: Columns) -> bool:
    """Tell columns, whose cells begin, end or are centred at one place, from wide spaces in running text."""
    starts = [left - 1.0 for left, _ in columns]
    cells: dict[int, list[Piece]] = {}
    for line in full:
        for piece in line.pieces:
            cells.setdefault(bisect_right(starts, piece.left), []).append(piece)
    aligned = sum(map(_aligned, cells.values()))
    return aligned >= _ALIGNED * sum(map(len, cells.values()))


def _aligned(cells: Sequence[Piece]) -> int:
    """Return how many of the cells of a column begin, end or are centred at one place."""
    most = 0
    for sides in ([p.left for p in cells], [p.right for p in cells], [p.left + p.right for p in cells]):
        if most < len(cells):
            most = max(most, _same(sides))
    return most


def _same(places: Sequence[float]) -> int:
    """Return how many of the places are, but for a point or two, the same."""
    ordered = sorted(places)
    return max([bisect_right(ordered, place + _SAME_PLACE) - at for at, place in enumerate(ordered)])


def _is_contents(full: Sequence[Line]) -> bool:
    """Tell a table of contents: its lines end in page numbers."""
    return 2 * sum(_LEADERS.search(line.text) is not None for line in full) > len(full)


def _rows(run: Sequence[Line], columns: Columns) -> list[list[Cell]]:
    """Put the pieces into their columns; a line that only goes on with cells of the row above is joined to it."""
    edges = [left for left, _ in columns]
    rows: list[list[Cell]] = []
    bottom = 0.0
    first_lines = {id(row[0]) for row in spaced_rows(run)}
    for line in run:
        placed: dict[int, list[Piece]] = {}
        for piece in line.pieces:
            placed.setdefault(max(bisect_right(edges, piece.left + 1.0) - 1, 0), []).append(piece)
        goes_on = _goes_on(placed, rows[-1], line.top - bottom, line.height) if rows else False
        if rows and (id(line) not in first_lines if first_lines else goes_on):
            row = rows[-1]
        else:
            row = [Cell() for _ in edges]
            rows.append(row)
        for column, pieces in placed.items():
            right = max([piece.right for piece in pieces])
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
