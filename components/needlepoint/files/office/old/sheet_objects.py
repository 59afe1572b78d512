"""What lies over the cells of an old Excel sheet, which xlrd leaves out: text boxes, the titles of charts, pictures."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from needlepoint.files.office.old.biff import BOF, EOF, Record, decoded, number_at, records_in, short_string
from needlepoint.files.office.old.chart_records import ChartRecords
from needlepoint.files.pages import one_line

_BOUND_SHEET, _CONTINUE, _WINDOW = 0x0085, 0x003C, 0x003D
_FRONT = 10  # where a window's record has the number of the sheet in front
_OBJECT, _TEXT_OBJECT = 0x005D, 0x01B6
_WORKSHEET, _CHART_SHEET, _VISIBLE = 0, 2, 0
_PICTURE, _COMMENT = 0x08, 0x19  # kinds of object
_OBJECT_PLACE = 9  # a part of its record


@dataclass(slots=True)
class SheetObjects:
    """What lies over one sheet.

    :param lines: the texts of boxes and the titles of charts, in order.
    :param pictures: how many pictures.
    """

    lines: list[str] = field(default_factory=list)
    pictures: int = 0


def sheet_objects(stream: bytes) -> list[SheetObjects]:
    """Return what lies over each worksheet, in the workbook's order, hidden ones included.

    :param stream: of a workbook of Excel 97 to 2003; of an older one, nothing is found.
    """
    sheets = [(place, kind) for place, kind, _, _ in _bound_sheets(stream)]
    places = sorted({place for place, _ in sheets})  # a damaged list may name one place many times
    ends = dict(zip(places, [*places[1:], len(stream)], strict=False))
    worksheets = [place for place, kind in sheets if kind == _WORKSHEET]
    found = {place: _objects(stream[place : ends[place]]) for place in set(worksheets)}
    return [found[place] for place in worksheets]


def chart_sheets(stream: bytes) -> list[str]:
    """Return the names of the sheets that are a chart, without the hidden ones."""
    found = _bound_sheets(stream)
    return [name for _, kind, state, name in found if kind == _CHART_SHEET and state == _VISIBLE]


def active_chart(stream: bytes) -> ChartRecords | None:
    """Return what the sheet shows that is in front, where that is a chart: then the workbook is embedded as one."""
    sheets, chart, front = list(_bound_sheets(stream)), ChartRecords(), 0
    for kind, data in records_in(stream):
        if kind == _WINDOW:
            front = number_at(data, _FRONT)
        chart.take(kind, data)  # forms of numbers
    if front >= len(sheets) or sheets[front][1] != _CHART_SHEET:
        return None
    for kind, data in records_in(stream[sheets[front][0] :]):
        chart.take(kind, data)
    return chart


def _bound_sheets(stream: bytes) -> Iterator[tuple[int, int, int, str]]:
    """Yield the place, the kind, the state and the name of each sheet."""
    for kind, data in records_in(stream):
        if kind == _BOUND_SHEET and len(data) > 8:
            place, state, sheet_kind = struct.unpack_from("<IBB", data)
            yield place, sheet_kind, state & 3, short_string(data[6:])


def _objects(stream: bytes) -> SheetObjects:
    found, kind_of_object, chart = SheetObjects(), 0, ChartRecords()
    records, depth = records_in(stream), 0
    for kind, data in records:
        if kind == BOF:
            depth, chart = depth + 1, ChartRecords()
        elif kind == EOF:
            found.lines += chart.titles() if depth > 1 else []
            depth, chart = depth - 1, ChartRecords()
        elif kind == _OBJECT:
            kind_of_object = number_at(data, 4)
            found.pictures += kind_of_object == _PICTURE and not _is_embedded(data)
        elif kind == _TEXT_OBJECT and kind_of_object != _COMMENT:  # comments are the cells'
            text = one_line(_text_after(data, records))
            found.lines += [text] if text else []
        else:
            chart.take(kind, data)
    return found


def _is_embedded(data: bytes) -> bool:
    """Tell a picture that shows an object of another program, which is a file of its own, by the part that names it."""
    at = 0
    while at + 4 <= len(data):
        kind, size = struct.unpack_from("<HH", data, at)
        if kind == _OBJECT_PLACE:
            return True
        at += 4 + size
    return False


def _text_after(data: bytes, records: Iterator[Record]) -> str:
    """Return the text of an object, which is in the records that continue it."""
    missing, text = number_at(data, 10), ""
    while missing > 0:
        kind, part = next(records, (0, b""))
        if kind != _CONTINUE or len(part) < 2:
            break
        width = 1 + (part[0] & 1)
        text += decoded(part[1 : 1 + width * missing], width)
        missing -= (len(part) - 1) // width
    return text
