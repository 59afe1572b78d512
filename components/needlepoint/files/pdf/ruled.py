"""Tables of a PDF page with lines drawn around their cells."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence

from needlepoint.files.pdf.cells import Cell, Table, headed
from needlepoint.files.pdf.drawings import Box, Drawings
from needlepoint.files.pdf.lines import Line, lines_of, pieces_of
from needlepoint.files.pdf.page import Word
from needlepoint.files.tables import is_number

_NEAR = 3.0  # points: lines so close to each other are one
_FAR_ABOVE = 40.0
_MOST_RULES = 600
_MOST_CELL_WORDS = 150


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
    rows, count = headed(rows)
    if not count and (names := _names_above(words, edges, (left, top, right, bottom))):
        rows, count, top = [names, *rows], 1, min(line.top for cell in names for line in cell.lines)
        taken |= {id(word) for cell in names for line in cell.lines for word in line.words}
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


def _names_above(words: Sequence[Word], edges: Sequence[float], box: Box) -> list[Cell] | None:
    """Return the headings that stand above the lines of a table, each over its column; nothing where there are none."""
    left, top, right, _ = box
    above = [
        word for word in words if top - _FAR_ABOVE < word.top and word.bottom < top + _NEAR and word.style.angle == 0
    ]
    lines = lines_of(pieces_of(word for word in above if left - _NEAR < word.left and word.right < right + _NEAR))
    cells = [Cell() for _ in edges]
    below = top + _NEAR
    for line in reversed(lines):
        if below - line.bottom > (2.2 if below > top else 0.8) * line.height or (
            below > top and len(line.pieces) != len(edges)
        ):
            break
        for piece in line.pieces:
            column = max(bisect_right(edges, (piece.left + piece.right) / 2) - 1, 0)
            if column + 1 < len(edges) and piece.right > edges[column + 1]:
                return None
            cells[column].lines.insert(0, Line([piece], piece.left, line.top, piece.right, line.bottom))
        below = line.top
    return cells if all(cell.lines for cell in cells) else None


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
