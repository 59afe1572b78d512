"""Tables of a PDF page: their cells, and which of their rows name the columns."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from needlepoint.files.pdf.drawings import Box
from needlepoint.files.pdf.flow import Part, line_parts, without_hyphen
from needlepoint.files.pdf.lines import Line
from needlepoint.files.pdf.page import Look
from needlepoint.files.tables import is_number, looks_like_headings

_NEAR = 3.0  # points
_AHEAD = 6
_MOST_STACKED = 3
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
    def spans(self) -> list[tuple[float, float]]:
        """From where to where its columns reach."""
        rights = list(self.edges)
        for row in self.rows:
            for at, cell in enumerate(row):
                rights[at] = max([rights[at], *(line.right for line in cell.lines)])
        return list(zip(self.edges, rights, strict=True))

    @property
    def names(self) -> list[str]:
        """What its columns are called, stacked headings joined."""
        return [
            " ".join(dict.fromkeys(text for row in self.rows[: self.headings] if (text := row[at].text)))
            for at in range(len(self.edges))
        ]


def headed(rows: list[list[Cell]], rules: Sequence[Box] = (), *, marked: int = 0) -> tuple[list[list[Cell]], int]:
    """Return the rows, a heading that spans columns repeated over each, and how many of the first rows name the columns.

    :param rules: lines across the page: the first below some of the rows parts headings from values.
    :param marked: how many rows are known to name the columns; 0 where nothing tells.
    """
    if len(rows) < 2 or _are_pairs(rows):
        return rows, 0
    if count := marked or _standing_out(rows) or _above_rule(rows, rules):
        return [*_spread(rows[:count], [cell.text for cell in rows[count]]), *rows[count:]], count
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


def _standing_out(rows: Sequence[Sequence[Cell]]) -> int:
    """Return how many of the first rows are in bold or white letters, where the others are not; 0 where none is."""
    stand_out = [_stands_out(row) for row in rows]
    count = stand_out.index(False) if False in stand_out else 0
    is_named = all(any(row[at].lines for row in rows[:count]) for at in range(1, len(rows[0])))
    is_told = 0 < count <= _MOST_STACKED and is_named and 3 * sum(stand_out[count:]) <= len(rows) - count
    return count if is_told else 0


def _are_pairs(rows: Sequence[Sequence[Cell]]) -> bool:
    """Tell names and values by the letters: every name is in bold, no value is."""
    if len(rows[0]) != 2:
        return False
    names = [_stands_out(row[:1]) for row in rows if row[0].lines]
    values = [_stands_out(row[1:]) for row in rows if row[1].lines]
    return all(names) and not any(values)


def _stands_out(cells: Sequence[Cell]) -> bool:
    styles = [word.style for cell in cells for line in cell.lines for word in line.words]
    return bool(styles) and all(style.is_bold or style.look is Look.WHITE for style in styles)


def _above_rule(rows: Sequence[Sequence[Cell]], rules: Sequence[Box]) -> int:
    """Return how many rows stand above the first line that is drawn below one of the first; 0 where none is."""
    for count in range(1, min(_MOST_STACKED + 1, len(rows) - 1) + 1):
        above, below = _extent_of(rows[count - 1]), _extent_of(rows[count])
        if above is None or below is None:
            return 0
        names = [any(row[at].lines for row in rows[:count]) for at in range(len(rows[0]))]
        if _is_parted(above, below, rules):
            if all(_is_parted(*pair, rules) for pair in pairwise(_extents(rows[count : count + _AHEAD]))):
                return 0  # a line below every row parts no headings from values
            is_named = sum(names) > 1 and all(names[1:])
            return count if is_named and not any(is_number(c.text) for row in rows[:count] for c in row) else 0
    return 0


def _is_parted(above: Box, below: Box, rules: Sequence[Box]) -> bool:
    """Tell whether a line is drawn between two rows."""
    return any(
        above[3] - 3 < (rule[1] + rule[3]) / 2 < below[1] + 3 and rule[0] < above[2] and rule[2] > above[0]
        for rule in rules
    )


def _extents(rows: Sequence[Sequence[Cell]]) -> list[Box]:
    return [extent for row in rows if (extent := _extent_of(row)) is not None]


def with_group_labels(rows: list[list[Cell]], rules: Sequence[Box]) -> list[list[Cell]]:
    """Give the only label of several rows between two lines to each of them."""
    groups: list[list[list[Cell]]] = []
    for row in rows:
        above, below = (_extent_of(groups[-1][-1]) if groups else None), _extent_of(row)
        is_parted = above is None or below is None or any(above[3] - 3 < rule[1] < below[1] + 3 for rule in rules)
        if is_parted:
            groups.append([])
        groups[-1].append(row)
    for group in groups:
        labels = [row[0] for row in group if row[0].lines]
        if len(groups) > 1 and len(labels) == 1:
            for row in group:
                row[0] = labels[0]
    return rows


def _extent_of(row: Sequence[Cell]) -> Box | None:
    lines = [line for cell in row for line in cell.lines]
    if not lines:
        return None
    return (
        min(line.left for line in lines),
        min(line.top for line in lines),
        max(line.right for line in lines),
        max(line.bottom for line in lines),
    )


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
    """The headings of a table that goes on: on the next page, or below a note or a subheading.

    :param spans: from where to where each column reaches.
    """

    names: list[str]
    spans: list[tuple[float, float]]


def carried_on(table: Table, carried: Carried | None) -> Carried | None:
    """Return the headings that hold for a table's rows: its own, or those of the table that it is the rest of."""
    if table.headings:
        return Carried(table.names, table.spans)
    if carried is None:
        return None
    above = [_column_above(span, carried.spans) for span in table.spans]
    columns = [at for at in above if at is not None]
    if len(columns) < len(above) or columns != sorted(set(columns)):
        return None
    return Carried([carried.names[at] for at in columns], table.spans)


def _column_above(span: tuple[float, float], columns: Sequence[tuple[float, float]]) -> int | None:
    """Return the one column that a column is the rest of: it lies below it, or begins where it begins."""
    below = [at for at, other in enumerate(columns) if min(span[1], other[1]) > max(span[0], other[0])]
    found = below or [at for at, other in enumerate(columns) if abs(span[0] - other[0]) < _SAME_COLUMN]
    return found[0] if len(found) == 1 else None
