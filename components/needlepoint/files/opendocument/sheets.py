"""ODS: one page a sheet, each row as a line that can be understood alone."""

from collections import Counter, deque
from collections.abc import Iterator, Sequence
from typing import Any

from openpyxl.utils import get_column_letter

from needlepoint.files.limits import Limits
from needlepoint.files.opendocument.blocks import Block, Blocks
from needlepoint.files.opendocument.inline import comment_text
from needlepoint.files.opendocument.package import OFFICE, TABLE, OpenDocument, whole
from needlepoint.files.opendocument.styles import Styles
from needlepoint.files.opendocument.tables import is_hidden, rows_of, table_rows
from needlepoint.files.pages import PageCollector, PageText, TextLine, one_line
from needlepoint.files.source import SourceText
from needlepoint.files.tables import Cell, Repeated, grid_rows, sheet_lines
from needlepoint.text.marks import MarkKind

_GROUP = f"{TABLE}table-column-group"
_LAST_COLUMN = 16_384
_EMPTY = "no filled cells: nothing to index"


def read_ods(data: bytes, limits: Limits) -> SourceText:
    """Read a spreadsheet; of a hidden sheet there is an empty page."""
    document = OpenDocument(data, limits)
    collector = PageCollector(limits)
    styles = Styles([document.styles("automatic-styles"), document.styles("styles")])
    for table in document.body("spreadsheet").findall(f"{TABLE}table"):
        name = one_line(table.get(f"{TABLE}name") or "")
        if not styles.is_shown("table", table.get(f"{TABLE}style-name")):
            collector.leave_unread(f"sheet {name} is hidden: left out")
            collector.add("")
            continue
        page = _Sheet(table, name, Blocks(document, styles, collector.leave_unread), collector).read()
        collector.add(page.text, name, page.marks)
    return collector.source(type="ods", reason=_EMPTY, **document.properties())


class _Sheet:
    """One sheet and its text."""

    def __init__(self, table: Any, name: str, blocks: Blocks, collector: PageCollector) -> None:
        self._table, self._name, self._blocks, self._collector = table, name, blocks, collector
        self._hidden = _hidden_columns(table)
        self._left_out: Counter[str] = Counter()

    def read(self) -> PageText:
        """Read the rows, then what is noted on them and drawn over them."""
        page = PageText()
        for line in sheet_lines(self._rows(), about=self._name):
            page.write_lines([line], gap=1)
            self._collector.check(len(page))
        page.write_lines(self._notes())
        for block in (*self._blocks.beside, *self._drawn()):
            page.write_lines(block.lines) if block.lines else page.write(block.text)
            self._collector.check(len(page))
        self._tell()
        return page

    def _drawn(self) -> Iterator[Block]:
        for shapes in self._table.findall(f"{TABLE}shapes"):
            yield from self._blocks.read(shapes)

    def _tell(self) -> None:
        rows = [row for row, is_folded in table_rows(self._table) if is_hidden(row) and not is_folded]
        self._left_out["a hidden row: left out"] += sum(bool("".join(row.itertext()).strip()) for row in rows)
        for what, count in self._left_out.items():
            times = f" ({count:,} times)" if count > 1 else ""
            if count:
                self._collector.leave_unread(f"sheet {self._name}: {what}{times}")

    def _rows(self) -> Iterator[Sequence[str]]:
        """Return the rows as text; merged cells alone make none."""
        has_own: deque[bool] = deque()

        def cells() -> Iterator[list[Cell]]:
            for _, row in rows_of(self._table, lambda cell: one_line(self._blocks.cell_text(cell))):
                has_own.append(any(cell.text for cell in row))
                yield row

        for line in grid_rows(cells()):
            yield self._without_hidden(line) if has_own.popleft() else []

    def _without_hidden(self, row: list[str]) -> list[str]:
        for left, right in self._hidden:
            for at in range(left, min(right, len(row))):
                if row[at] and not isinstance(row[at], Repeated):
                    self._left_out["a cell of a hidden column: left out"] += 1
                row[at] = ""
        return row

    def _notes(self) -> Iterator[TextLine]:
        number = 1
        for row, _ in table_rows(self._table):
            column = 1
            for cell in row:
                for annotation in cell.findall(f"{OFFICE}annotation"):
                    body = self._blocks.text_of(annotation)
                    place = f"cell {get_column_letter(min(column, _LAST_COLUMN))}{number}"
                    yield TextLine(comment_text(annotation, body, place), MarkKind.NOTE)
                column += whole(cell.get(f"{TABLE}number-columns-repeated"))
            number += whole(row.get(f"{TABLE}number-rows-repeated"))


def _hidden_columns(table: Any) -> list[tuple[int, int]]:
    """Return the ranges of hidden columns, from 0, the end not included."""
    found, at = [], 0
    for column in table.iter(f"{TABLE}table-column"):
        width = whole(column.get(f"{TABLE}number-columns-repeated"))
        is_folded = any(each.get(f"{TABLE}display") == "false" for each in column.iterancestors(_GROUP))
        if is_hidden(column) and not is_folded:
            found.append((at, at + width))
        at += width
    return found
