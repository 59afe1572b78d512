"""Rows of a PDF's tables as lines of text, made as in all other formats, with the words that they are of."""

from collections.abc import Sequence

from needlepoint.files.pdf.block import Block, BlockKind
from needlepoint.files.pdf.cells import Carried, Cell, Table
from needlepoint.files.pdf.flow import Part
from needlepoint.files.tables import OneLine, Repeated, table_lines
from needlepoint.text.marks import MarkKind


class _PlacedText(OneLine):
    """The text of a cell or of a heading, with the words that it is of."""

    parts: list[Part]


def row_blocks(table: Table, names: Carried | None) -> list[Block]:
    """Return a block for each row of a table.

    :param names: the headings that hold for it, where there are any.
    """
    blocks = _unused_headings(table)
    rows = [_placed_row(cells, is_named=names is not None) for cells in table.rows[table.headings :]]
    for line in table_lines(rows, headings=0, names=_placed_names(table, names)):
        parts = [part for text in line.parts for part in _parts(text)]
        kind = BlockKind.ROW if line.kind is MarkKind.ROW else BlockKind.ASIDE
        blocks.append(Block(kind, parts, gap="\n" if blocks else "\n\n", about=line.about, table=table))
    return blocks


def _placed(parts: list[Part]) -> _PlacedText:
    text = _PlacedText("".join([text for text, _ in parts]))
    text.parts = parts
    return text


def _parts(text: str) -> list[Part]:
    return text.parts if isinstance(text, _PlacedText) else [(text, None)]


def _placed_row(cells: Sequence[Cell], *, is_named: bool) -> list[str]:
    """Return the texts of a row; a cell over several columns holds for each that has a name, but a label is said once."""
    texts: list[str] = []
    for at, cell in enumerate(cells):
        is_over = at > 0 and bool(cell.lines) and cell is cells[at - 1]
        if is_over and (not is_named or cell is cells[0]):
            texts.append(Repeated(cell.text))
        else:
            texts.append(_placed(cell.parts) if cell.lines else "")
    return texts


def _placed_names(table: Table, names: Carried | None) -> list[str]:
    if names is None:
        return []
    if not table.headings:
        return list(names.names)
    return [_placed(_joined(_stack(table, at))) for at in range(len(table.edges))]


def _stack(table: Table, at: int) -> list[tuple[Cell, bool]]:
    """Return the headings over a column from the top down, and whether each stands over other columns, too."""
    stack: list[tuple[Cell, bool]] = []
    for row in table.rows[: table.headings]:
        cell = row[at]
        if cell.lines and all(cell is not other and cell.text != other.text for other, _ in stack):
            stack.append((cell, sum(other is cell for other in row) > 1))
    return stack


def _joined(stack: Sequence[tuple[Cell, bool]]) -> list[Part]:
    """Join headings: the name of a group of columns is set off by a comma, the lines of one name by a space."""
    parts: list[Part] = []
    for at, (cell, _) in enumerate(stack):
        if parts:
            is_group = stack[at - 1][1] and not parts[-1][0].endswith(",")
            parts.append((", " if is_group else " ", None))
        parts += cell.parts
    return parts


def _unused_headings(table: Table) -> list[Block]:
    """Return the headings as a line of their own, where one of them heads nothing and would be lost."""
    heads, values = table.rows[: table.headings], table.rows[table.headings :]
    if not any(row[at].lines and not any(v[at].lines for v in values) for row in heads for at in range(len(row))):
        return []
    parts: list[Part] = []
    seen: set[int] = set()
    for cell in (cell for row in heads for cell in row if cell.lines):
        if id(cell) not in seen:
            parts += [*([(" ", None)] if parts else []), *cell.parts]
        seen.add(id(cell))
    return [Block(BlockKind.ASIDE, parts, table=table)]
