"""The charts of old Office files, read from their records: titles, series, and the values that were kept with them."""

import math
import struct
from collections import defaultdict
from collections.abc import Iterator

from openpyxl.styles.numbers import builtin_format_code

from needlepoint.files.office.charts import Points, Series, series_lines
from needlepoint.files.office.number_formats import shown_number
from needlepoint.files.office.old.biff import FORMAT, long_string, number_at, short_string
from needlepoint.files.pages import TextLine, one_line

_BEGIN, _END, _TEXT, _SERIES_TEXT, _OBJECT_LINK = 0x1033, 0x1034, 0x1025, 0x100D, 0x1027
_SERIES, _PARENT, _REFERENCE, _CACHE = 0x1003, 0x104A, 0x1051, 0x1065
_NUMBER, _LABEL, _GRAPH_NUMBER = 0x0203, 0x0204, 0x0003
_ORIENTATION, _ROWS, _COLUMNS = 0x1055, 0x1053, 0x1054
_OF_CHART = 1  # a text that is the title of its chart, not of an axis
_MOST_LINES, _LONGEST_LIST = 4_000, 2_000  # rows of a sheet of Graph; bytes of a list of them
_VALUES, _CATEGORIES = 1, 2  # what a list of kept values is, and what a reference is to


class ChartRecords:
    """Collects what a chart shows from its records."""

    def __init__(self) -> None:
        self._title, self._axes = "", list[str]()
        self._text, self._before, self._blocks = "", 0, list[int]()
        self._names: list[str] = []
        self._added: set[int] = set()  # series that are trends or error bars of others
        self._formats: dict[int, str] = {}
        self._format_of: dict[int, int] = {}  # of a series' values
        self._kept: dict[int, dict[int, Points]] = {_VALUES: defaultdict(dict), _CATEGORIES: defaultdict(dict)}
        self._list = 0

    def take(self, kind: int, data: bytes) -> None:
        """Take a record."""
        if kind == _BEGIN:
            self._blocks.append(self._before)
        elif kind == _END and self._blocks:
            self._blocks.pop()
        elif kind == _SERIES_TEXT and self._blocks[-1:] == [_TEXT]:
            self._text = one_line(short_string(data[2:]))
        elif kind == _OBJECT_LINK and self._text:
            self._link(number_at(data, 0))
        elif kind == FORMAT:
            self._formats[number_at(data, 0)] = long_string(data[2:])
        else:
            self._take_series(kind, data)
        self._before = kind

    def titles(self) -> list[str]:
        """Return a line with the titles of the chart and its axes; none where it has none."""
        named = ", ".join(self._axes)
        if not self._title:
            return [f"Chart of {named}"] if named else []
        return [f"Chart: {self._title}{f' ({named})' if named else ''}"]

    def lines(self, about: str = "") -> list[TextLine]:
        """Return the title, and a line for each category with the values of all series.

        :param about: what the chart stands under.
        """
        return series_lines(self._title, self._series(), about)

    def _link(self, place: int) -> None:
        if place == _OF_CHART:
            self._title = self._text
        else:
            self._axes.append(self._text)
        self._text = ""

    def _take_series(self, kind: int, data: bytes) -> None:
        if kind == _SERIES:
            self._names.append("")
        elif kind == _SERIES_TEXT and self._blocks[-1:] == [_SERIES] and self._names:
            self._names[-1] = one_line(short_string(data[2:]))
        elif kind == _PARENT and self._blocks[-1:] == [_SERIES]:
            self._added.add(len(self._names) - 1)
        elif kind == _REFERENCE and self._blocks[-1:] == [_SERIES] and data[:1] == bytes([_VALUES]):
            self._format_of[len(self._names) - 1] = number_at(data, 4)
        elif kind == _CACHE:
            self._list = number_at(data, 0)
        elif kind in (_NUMBER, _LABEL) and self._list in self._kept and len(data) >= 6:
            self._keep(kind, data)

    def _keep(self, kind: int, data: bytes) -> None:
        place, series = struct.unpack_from("<HH", data)
        if kind == _LABEL:
            shown = one_line(long_string(data[6:]))
        else:
            is_value = self._list == _VALUES
            shown = self._shown(data[6:14], self._format_of.get(series, 0) if is_value else number_at(data, 4))
        self._kept[self._list][series][place] = shown

    def _shown(self, number: bytes, code: int) -> str:
        if len(number) != 8:
            return ""
        (value,) = struct.unpack("<d", number)
        stated = self._formats.get(code) or builtin_format_code(code) or "General"
        return shown_number(value, stated) if math.isfinite(value) else ""

    def _series(self) -> Iterator[Series]:
        for at, name in enumerate(self._names):
            if at not in self._added:
                yield name, self._kept[_CATEGORIES].get(at, {}), self._kept[_VALUES].get(at, {})


class GraphRecords(ChartRecords):
    """Collects what a chart of Microsoft Graph shows: its values are those of a sheet of its own (MS-OGRAPH 2.4)."""

    def __init__(self) -> None:
        super().__init__()
        self._cells: dict[tuple[int, int], str] = {}
        self._is_in_rows = True
        self._drawn: dict[int, set[int]] = {}  # the rows and columns that are drawn, where the file tells

    def take(self, kind: int, data: bytes) -> None:
        """Take a record."""
        if kind in (_GRAPH_NUMBER, _LABEL) and len(data) > 7:
            row, column, code = struct.unpack_from("<HHxH", data)
            shown = one_line(short_string(data[7:])) if kind == _LABEL else self._shown(data[7:15], code)
            self._cells[row, column] = shown
        elif kind == _ORIENTATION:
            self._is_in_rows = data[:1] != b"\0"
        elif kind in (_ROWS, _COLUMNS):
            self._drawn[kind] = _within(data)
        else:
            super().take(kind, data)

    def _series(self) -> Iterator[Series]:
        """Return the series: each is a row, or a column, behind the first, which has the categories."""
        lines: dict[int, Points] = defaultdict(dict)
        for (row, column), shown in self._cells.items():
            if row in self._drawn.get(_ROWS, {row}) and column in self._drawn.get(_COLUMNS, {column}):
                at, place = (row, column) if self._is_in_rows else (column, row)
                lines[at][place] = shown
        categories = lines.pop(0, {})
        categories.pop(0, None)
        for _, line in sorted(lines.items()):
            yield line.pop(0, ""), categories, line


def _within(data: bytes) -> set[int]:
    """Return the numbers between every other two of a list, and 0, which has the headings."""
    bounds = [number_at(data, at) for at in range(0, min(len(data), _LONGEST_LIST), 2)]
    pairs = zip(bounds[::2], bounds[1::2], strict=False)
    return {0}.union(*(range(first, min(last, _MOST_LINES)) for first, last in pairs))
