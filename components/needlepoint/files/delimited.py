"""CSV and TSV: each row as one line that can be understood alone."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from needlepoint.files.limits import Limits
from needlepoint.files.pages import PageCollector, one_line
from needlepoint.files.plain import decode_text
from needlepoint.files.source import SourceText
from needlepoint.files.tables import described_rows

_DELIMITERS = ",;\t|"
_SAMPLE_LINES = 50


def read_csv(data: bytes, limits: Limits) -> SourceText:
    """Read a table of values as one page; the delimiter is the one that cuts most lines alike."""
    text = decode_text(data).replace("\0", "")
    collector = PageCollector(limits)
    lines, length = [], 0
    cells = ([one_line(cell) for cell in row] for row in _rows(text, _delimiter(text)))
    for line in described_rows(cells):
        length += len(line) + 1
        collector.check(length)
        lines.append(line)
    collector.add("\n".join(lines))
    return collector.source(type="csv")


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    read = 0
    try:
        for row in reader:
            read = reader.line_num
            yield row
    except csv.Error:  # a quote that is never closed swallows the rest: take the quotes in it for letters
        rest = islice(io.StringIO(text, newline=None), read, None)
        yield from csv.reader(rest, delimiter=delimiter, quoting=csv.QUOTE_NONE)


def _delimiter(text: str) -> str:
    lines = [line for line in text[:200_000].splitlines()[:_SAMPLE_LINES] if line.strip()]

    def alike(delimiter: str) -> tuple[int, int]:
        counts = Counter(len(row) for row in _rows("\n".join(lines), delimiter))
        columns, often = max(
            ((each, often) for each, often in counts.items() if each > 1), key=lambda item: item[1], default=(0, 0)
        )
        return often, columns

    return max(_DELIMITERS, key=alike)
