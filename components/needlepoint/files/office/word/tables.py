"""Tables of Word files: their rows with merged cells taken in."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Any

from needlepoint.files.office.word.numbering import W, is_on
from needlepoint.files.office.word.runs import PAGE, RENDERED
from needlepoint.files.pages import TextLine, one_line
from needlepoint.files.tables import Repeated, heading_count, repeated, table_lines

_MOST_COLUMNS = 1000
_MOST_REPEATED = 500_000  # cells of a table that merged ones may fill
_BREAKS = re.compile(f"[{PAGE}{RENDERED}]")
_SHORT_CELL = 300  # characters; a longer one in a table of one row is a column of the page


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row: its cells in their columns, what spans columns or rows repeated.

    :param is_heading: the file repeats it at the top of every page.
    :param begins_page: Word's layout had a page break in it.
    :param inner_tables: the tables that stand in its cells.
    """

    cells: list[str]
    is_heading: bool
    begins_page: bool
    inner_tables: list[Any]


def row_lines(rows: Sequence[TableRow], about: str) -> list[TextLine]:
    """Return the lines of a table or of a part of it that begins with its headings."""
    headings = next((at for at, row in enumerate(rows) if not row.is_heading), 0)
    return table_lines([row.cells for row in rows], headings=headings or None, about=about)


def heading_rows(rows: Sequence[TableRow]) -> list[TableRow]:
    """Return the first rows that are headings: as the file says, or as they look."""
    marked = list(takewhile(lambda row: row.is_heading, rows))
    filled = [row for row in rows if any(row.cells)]
    found = marked or filled[: heading_count([row.cells for row in filled]) if filled else 0]
    return [replace(row, is_heading=True, begins_page=False, inner_tables=[]) for row in found]


def table_rows(table: Any, text: Callable[[Any], str]) -> Iterator[TableRow]:
    """Return the rows that are shown.

    :param text: gives the text of a cell.
    """
    above: list[str] = []
    room = _MOST_REPEATED
    for row in _children(table, "tr"):
        properties = row.find(f"{W}trPr")
        if properties is not None and (is_on(properties.find(f"{W}hidden")) or properties.find(f"{W}del") is not None):
            continue
        cells = list(_children(row, "tc"))
        texts = [text(cell) for cell in cells]
        above = _filled(row, cells, texts, above, most=_MOST_COLUMNS if room > 0 else len(cells))
        room -= len(above) - len(cells)
        inner = [
            each for cell in cells for each in cell.iter(f"{W}tbl") if next(each.iterancestors(f"{W}tbl")) is table
        ]
        is_heading = properties is not None and is_on(properties.find(f"{W}tblHeader"))
        yield TableRow(above, is_heading, any(RENDERED in each for each in texts), inner)


def _filled(row: Any, cells: Sequence[Any], texts: Sequence[str], above: Sequence[str], *, most: int) -> list[str]:
    filled = [""] * min(_whole(row.find(f"{W}trPr/{W}gridBefore")), most)
    for cell, text in zip(cells, texts, strict=True):
        if len(filled) >= most:
            break
        own = one_line(_BREAKS.sub(" ", text))
        properties = cell.find(f"{W}tcPr")
        if properties is None:
            filled.append(own)
            continue
        if _continues(properties) and len(filled) < len(above):
            own = repeated(above[len(filled)])
        width = min(max(_whole(properties.find(f"{W}gridSpan")), 1), most - len(filled))
        filled += [own, *[Repeated(repeated(own))] * (width - 1)]
    return filled


def arranges_page(table: Any) -> bool:
    """Tell whether a table only arranges the page: one column, or one row of long texts or of tables."""
    rows = list(_children(table, "tr"))
    cells = [list(_children(row, "tc")) for row in rows]
    if all(len(row) < 2 for row in cells):
        return True
    if len(rows) > 1:
        return False
    return any(
        next(cell.iterdescendants(f"{W}tbl"), None) is not None
        or sum(len(each.text or "") for each in cell.iter(f"{W}t")) > _SHORT_CELL
        for cell in cells[0]
    )


def stated_about(table: Any) -> str:
    """Return the title and the description that a table's properties state."""
    stated = (table.find(f"{W}tblPr/{W}{name}") for name in ("tblCaption", "tblDescription"))
    return one_line(" ".join(each.get(f"{W}val") or "" for each in stated if each is not None))


def _continues(properties: Any) -> bool:
    merge = properties.find(f"{W}vMerge")
    return merge is not None and merge.get(f"{W}val") != "restart"


def _whole(element: Any | None) -> int:
    value = "" if element is None else element.get(f"{W}val") or ""
    return min(int(value), _MOST_COLUMNS) if re.fullmatch(r"[0-9]{1,6}", value) else 0


def _children(element: Any, name: str) -> Iterator[Any]:
    for child in element:
        if child.tag == f"{W}{name}":
            yield child
        elif child.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}customXml"):
            yield from _children(child, name)
