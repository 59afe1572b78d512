"""Charts of OpenDocument: their title, and the table that they are drawn from."""

from collections.abc import Callable, Iterator
from typing import Any

from needlepoint.files.limits import Limits
from needlepoint.files.opendocument.package import TABLE, OpenDocument
from needlepoint.files.opendocument.tables import heading_count_of, rows_of
from needlepoint.files.pages import PageCollector, PageText, TextLine, one_line
from needlepoint.files.source import SourceText
from needlepoint.files.tables import grid, table_lines

_CHART = "{urn:oasis:names:tc:opendocument:xmlns:chart:1.0}"


def chart_title(document: Any) -> str:
    """Return the title of a chart; empty where it has none.

    :param document: the root of its content.
    """
    title = document.find(f".//{_CHART}chart/{_CHART}title")  # axes have titles of their own
    return "" if title is None else one_line("".join(title.itertext()))


def chart_tables(document: Any, about: str, text: Callable[[Any], str]) -> Iterator[list[TextLine]]:
    """Return the rows of each table that a chart is drawn from, or that an embedded sheet shows.

    :param about: what it stands under.
    :param text: gives the text of a cell.
    """
    for table in document.iter(f"{TABLE}table"):
        rows = grid(cells for _, cells in rows_of(table, text))
        yield table_lines(rows, headings=heading_count_of(table), about=about)


def read_odc(data: bytes, limits: Limits) -> SourceText:
    """Read a chart that is a file of its own, as LibreOffice embeds it in other programs' files."""
    document = OpenDocument(data, limits)
    collector, page = PageCollector(limits), PageText()
    title = chart_title(document.body("chart"))
    page.write(title)
    for lines in chart_tables(document.body("chart"), title, lambda cell: one_line(" ".join(cell.itertext()))):
        page.write_lines(lines, gap=1)
    collector.add(page.text, title, page.marks)
    return collector.source(type="odc", **document.properties(fallback=title or None))
