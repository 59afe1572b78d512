"""What a text consists of: paragraphs, rows of tables, charts and page breaks, with notes and comments beside them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from needlepoint.files.pages import TextLine
from needlepoint.files.tables import Cell, grid, table_lines

_SAME_EDGE = 30  # twips: edges of cells that stand below each other
_MOST_COLUMNS = 1000


@dataclass(slots=True)
class Paragraph:
    """A paragraph, or a comment.

    :param notes: on what is said in it.
    """

    text: str
    is_heading: bool = False
    is_comment: bool = False
    is_item: bool = False
    notes: "list[Note]" = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote or an endnote."""

    text: str
    is_footnote: bool = True


@dataclass(frozen=True, slots=True)
class PageBreak:
    """The end of a page that somebody set."""


@dataclass(frozen=True, slots=True)
class ChartLines:
    """What a chart shows: its title and a row for each category."""

    lines: tuple[TextLine, ...]


@dataclass(slots=True)
class RowShape:
    """How a row is laid out.

    :param edges: right edges of its cells, in twips.
    :param joined: whether each cell belongs to the one at its left.
    :param hangs: whether each cell belongs to the one above it.
    """

    edges: list[int] = field(default_factory=list)
    joined: list[bool] = field(default_factory=list)
    hangs: list[bool] = field(default_factory=list)
    is_heading: bool = False

    def add(self, edge: int, *, joins: bool, hangs: bool) -> None:
        """Add a cell."""
        if len(self.edges) < _MOST_COLUMNS:
            self.edges.append(edge)
            self.joined.append(joins)
            self.hangs.append(hangs)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table."""

    cells: tuple[str, ...]
    shape: RowShape
    notes: tuple[Note, ...] = ()
    comments: tuple[str, ...] = ()


Block = Paragraph | PageBreak | ChartLines | Row


def row_lines(rows: Sequence[Row], about: str) -> list[TextLine]:
    """Return the lines of a table's rows."""
    headings = next((at for at, row in enumerate(rows) if not row.shape.is_heading), 0)
    return table_lines(grid(_cells(rows)), headings=headings or None, about=about)


def _cells(rows: Sequence[Row]) -> list[list[Cell]]:
    """Return the cells with the columns that they span: as many as other rows have edges within theirs."""
    columns = _columns([edge for row in rows for edge in row.shape.edges])
    above: dict[int, str] = {}
    made = []
    for row in rows:
        line: list[Cell] = []
        now: dict[int, str] = {}
        at = 0
        for number, text in enumerate(row.cells):
            shape = row.shape
            end = columns.get(shape.edges[number], at + 1) if number < len(shape.edges) else at + 1
            width = max(1, end - at)
            if line and number < len(shape.joined) and shape.joined[number]:
                line[-1] = line[-1]._replace(columns=line[-1].columns + width)
            else:
                hangs = number < len(shape.hangs) and shape.hangs[number] and not text
                now[at] = above.get(at, "") if hangs else text
                line.append(Cell(now[at], width))
            at += width
        above = now
        made.append(line)
    return made


def _columns(edges: Sequence[int]) -> dict[int, int]:
    """Return the number of the column that ends at each edge, from 1; edges that nearly meet are one."""
    found: dict[int, int] = {}
    column, last = 0, None
    for edge in sorted(set(edges)):
        if last is None or edge - last > _SAME_EDGE:
            column, last = min(column + 1, _MOST_COLUMNS), edge
        found[edge] = column
    return found
