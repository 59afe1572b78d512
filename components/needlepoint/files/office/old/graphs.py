"""Charts that are objects in old Office files: those of Microsoft Graph, and workbooks that show a chart."""

import struct

from needlepoint.files.office.objects import DAMAGES, OleObject
from needlepoint.files.office.old.biff import BOF, all_records, number_at
from needlepoint.files.office.old.chart_records import GraphRecords
from needlepoint.files.office.old.sheet_objects import active_chart
from needlepoint.files.pages import TextLine

_WORKBOOK = "Workbook"
_BEGINNING = struct.pack("<H", BOF)
_VERSION, _GRAPH = 4, 0x0680  # where the first record states by what it was written


def chart_lines_of(found: OleObject, about: str = "") -> list[TextLine]:
    """Return the lines of a chart; none where the object is none, or damaged: that is told where its file is looked for.

    :param about: what it stands under.
    """
    try:
        workbook = found.stream(_WORKBOOK) or b""
        if is_graph(workbook):
            return graph_lines(workbook, about)
        chart = active_chart(workbook)
        return [] if chart is None else chart.lines(about)
    except DAMAGES:
        return []


def is_graph_object(found: OleObject) -> bool:
    """Tell a chart of Microsoft Graph, which is read with the text and which no other program opens."""
    try:
        return is_graph(found.stream(_WORKBOOK) or b"")
    except DAMAGES:
        return False


def is_graph(workbook: bytes) -> bool:
    """Tell the stream of a chart of Microsoft Graph from a workbook's of Excel."""
    return workbook.startswith(_BEGINNING) and number_at(workbook, _VERSION) == _GRAPH


def graph_lines(workbook: bytes, about: str = "") -> list[TextLine]:
    """Return the lines of a chart of Microsoft Graph.

    :param workbook: its stream.
    """
    chart = GraphRecords()
    for kind, data in all_records(workbook):
        chart.take(kind, data)
    return chart.lines(about)
