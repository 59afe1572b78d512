"""What lies over the cells of an old Excel sheet, which xlrd leaves out: text boxes, the titles of charts, pictures.

A workbook's stream is a list of records (MS-XLS 2.1.4): kind and size in two bytes each, then the data. A sheet's records stand
between ``BOF`` and ``EOF``, and so do those of each chart inside of it.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from needlepoint.files.pages import one_line

_BOF, _EOF, _BOUND_SHEET, _CONTINUE = 0x0809, 0x000A, 0x0085, 0x003C
_OBJECT, _TEXT_OBJECT = 0x005D, 0x01B6
_BEGIN, _END, _TEXT, _SERIES_TEXT, _OBJECT_LINK = 0x1033, 0x1034, 0x1025, 0x100D, 0x1027
_WORKSHEET, _CHART_SHEET, _VISIBLE = 0, 2, 0
_PICTURE, _COMMENT = 0x08, 0x19  # kinds of object
_OF_CHART = 1  # a text that is the title of its chart, not of an axis

Record = tuple[int, bytes]


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


def _bound_sheets(stream: bytes) -> Iterator[tuple[int, int, int, str]]:
    """Yield the place, the kind, the state and the name of each sheet."""
    for kind, data in _records(stream):
        if kind == _BOUND_SHEET and len(data) > 8:
            place, state, sheet_kind = struct.unpack_from("<IBB", data)
            yield place, sheet_kind, state & 3, _short_string(data[6:])


def _records(stream: bytes) -> Iterator[Record]:
    """Yield the records from the first, a ``BOF``, to its ``EOF``."""
    at = depth = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + size]
        at += 4 + size
        depth += (kind == _BOF) - (kind == _EOF)
        if depth <= 0:
            return


def _objects(stream: bytes) -> SheetObjects:
    found, kind_of_object, chart = SheetObjects(), 0, _Chart()
    records, depth = _records(stream), 0
    for kind, data in records:
        if kind == _BOF:
            depth, chart = depth + 1, _Chart()
        elif kind == _EOF:
            found.lines += chart.lines() if depth > 1 else []
            depth, chart = depth - 1, _Chart()
        elif kind == _OBJECT:
            kind_of_object = _number(data, 4)
            found.pictures += kind_of_object == _PICTURE
        elif kind == _TEXT_OBJECT and kind_of_object != _COMMENT:  # comments are the cells'
            text = one_line(_text_after(data, records))
            found.lines += [text] if text else []
        else:
            chart.take(kind, data)
    return found


class _Chart:
    """Collects the titles of a chart and of its axes from its records."""

    def __init__(self) -> None:
        self._title, self._axes = "", list[str]()
        self._text, self._before, self._blocks = "", 0, list[int]()

    def take(self, kind: int, data: bytes) -> None:
        if kind == _BEGIN:
            self._blocks.append(self._before)
        elif kind == _END and self._blocks:
            self._blocks.pop()
        elif kind == _SERIES_TEXT and self._blocks[-1:] == [_TEXT]:
            self._text = one_line(_short_string(data[2:]))
        elif kind == _OBJECT_LINK and self._text:
            if _number(data, 0) == _OF_CHART:
                self._title = self._text
            else:
                self._axes.append(self._text)
            self._text = ""
        self._before = kind

    def lines(self) -> list[str]:
        named = ", ".join(self._axes)
        if not self._title:
            return [f"Chart of {named}"] if named else []
        return [f"Chart: {self._title}{f' ({named})' if named else ''}"]


def _text_after(data: bytes, records: Iterator[Record]) -> str:
    """Return the text of an object, which is in the records that continue it."""
    missing, text = _number(data, 10), ""
    while missing > 0:
        kind, part = next(records, (0, b""))
        if kind != _CONTINUE or len(part) < 2:
            break
        width = 1 + (part[0] & 1)
        text += _decoded(part[1 : 1 + width * missing], width)
        missing -= (len(part) - 1) // width
    return text


def _short_string(data: bytes) -> str:
    """Return a string that begins with its number of characters and a flag, a byte each."""
    if len(data) < 2:
        return ""
    width = 1 + (data[1] & 1)
    return _decoded(data[2 : 2 + width * data[0]], width)


def _decoded(data: bytes, width: int) -> str:
    return data.decode("utf-16-le" if width == 2 else "latin-1", "replace")


def _number(data: bytes, at: int) -> int:
    """Return a number of two bytes; 0 where the record ends before it."""
    return int.from_bytes(data[at : at + 2], "little") if len(data) >= at + 2 else 0
