"""Tables of OpenDocument: rows with what the file repeats written out, within bounds."""

from collections.abc import Callable, Iterator
from typing import Any

from needlepoint.files.opendocument.package import OFFICE, TABLE, whole
from needlepoint.files.pages import one_line
from needlepoint.files.tables import Cell

_GROUPS = frozenset({f"{TABLE}{name}" for name in ("table-rows", "table-row-group", "table-header-rows")})
_MOST_COLUMNS = 16_384
_MOST_SLOTS = 4_000_000  # places of rows; after these, no more columns than a few are read
_FEW_COLUMNS = 256
_MOST_REPEATED = 100_000  # rows that stand for several
_MOST_EMPTY = 1000  # rows that one stands for
_VALUES = ("string-value", "date-value", "time-value", "boolean-value", "value")


def table_rows(table: Any) -> Iterator[tuple[Any, bool]]:
    """Return the rows of a table, and whether each is folded under a button of an outline."""
    yield from _rows(table, is_folded=False, depth=0)


def _rows(parent: Any, *, is_folded: bool, depth: int) -> Iterator[tuple[Any, bool]]:
    for child in parent:
        if child.tag == f"{TABLE}table-row":
            yield child, is_folded
        elif child.tag in _GROUPS and depth < 20:
            folds = child.tag == f"{TABLE}table-row-group" and child.get(f"{TABLE}display") == "false"
            yield from _rows(child, is_folded=is_folded or folds, depth=depth + 1)


def is_hidden(element: Any) -> bool:
    """Tell whether a row or a column is hidden."""
    return element.get(f"{TABLE}visibility") in ("collapse", "filter")


def rows_of(table: Any, text: Callable[[Any], str]) -> Iterator[tuple[Any, list[Cell]]]:
    """Return each row that is shown, its element and its cells; a row that the file repeats comes as often, within bounds.

    :param text: gives the text of a cell.
    """
    slots, repeats = _MOST_SLOTS, _MOST_REPEATED
    for row, is_folded in table_rows(table):
        if is_hidden(row) and not is_folded:
            continue
        cells = row_cells(row, text, _MOST_COLUMNS if slots > 0 else _FEW_COLUMNS)
        most = repeats + 1 if any(cell.text for cell in cells) else _MOST_EMPTY
        times = min(whole(row.get(f"{TABLE}number-rows-repeated")), repeats + 1, most)
        repeats -= times - 1
        slots -= len(cells) * times
        for _ in range(times):
            yield row, cells


def row_cells(row: Any, text: Callable[[Any], str], most: int) -> list[Cell]:
    """Return the cells of a row up to the last one with text; those that another one covers are none.

    :param most: how many columns.
    """
    cells: list[Cell] = []
    empty = columns = 0
    for element in row:
        if element.tag != f"{TABLE}table-cell":
            continue
        repeats = whole(element.get(f"{TABLE}number-columns-repeated"))
        shown = _value(element) if not len(element) else text(element)
        across, down = (whole(element.get(f"{TABLE}number-{each}-spanned")) for each in ("columns", "rows"))
        if not shown and across == down == 1:
            empty += repeats
            continue
        if columns + empty >= most:
            break
        cells += [Cell("")] * empty
        times = min(repeats, max(1, most - columns - empty))
        cells += [Cell(shown, across, down)] * times
        columns, empty = columns + empty + times * across, 0
    return cells


def _value(cell: Any) -> str:
    """Return the value of a cell whose text the file leaves out."""
    return next((one_line(stated) for name in _VALUES if (stated := cell.get(f"{OFFICE}{name}"))), "")


def heading_count_of(table: Any) -> int:
    """Return how many rows of headings the file marks."""
    return sum(len(head.findall(f"{TABLE}table-row")) for head in table.findall(f"{TABLE}table-header-rows"))


def table_about(table: Any) -> str:
    """Return the title and the description that a table states."""
    return one_line(" ".join(table.findtext(f"{TABLE}{name}") or "" for name in ("title", "desc")))
