"""CSV and TSV: each row as one line that can be understood alone."""

import csv
import io
import re
import threading
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import chain

from needlepoint.files.limits import Limits
from needlepoint.files.pages import PageCollector, PageText, one_line
from needlepoint.files.plain import decode_text
from needlepoint.files.source import SourceText
from needlepoint.files.tables import sheet_lines

_DELIMITERS = ",;\t|"
_SAMPLE_LINES = 50
_SEPARATOR = re.compile(r"\ufeff?sep=(.)\r?\n", re.IGNORECASE)
_LONGEST_SURE = 131_072  # characters: a row of several lines beyond it may be due to a quote that is never closed
_LARGEST_LIMIT = 2**31 - 1  # that csv takes on every system
_FIELD_LIMIT = threading.Lock()


def read_csv(data: bytes, limits: Limits) -> SourceText:
    """Read a table of values as one page; the delimiter is the one that cuts most lines alike."""
    collector = PageCollector(limits)
    page = PageText()
    try:
        with closing(csv_rows(data, limits)) as rows:
            for line in sheet_lines(rows):
                page.write_lines([line], gap=1)
                collector.check(len(page))
    except csv.Error:  # a cell beyond the limit: so is the text
        collector.check(len(data))
        raise
    collector.add(page.text, marks=page.marks)
    return collector.source(type="csv")


def csv_rows(data: bytes, limits: Limits) -> Generator[list[str]]:
    """Return the rows of a table of values, each cell on one line; close the iterator, since it holds a lock.

    :raises csv.Error: a cell is longer than a text may be.
    """
    text = decode_text(data).replace("\0", "")
    stated = _SEPARATOR.match(text)  # a line that only Excel reads
    text = text[stated.end() :] if stated else text
    with _cells_of(limits.max_characters):
        delimiter = stated.group(1) if stated else _delimiter(text)
        for row in _rows(text, delimiter):
            yield [one_line(cell) for cell in row]


@contextmanager
def _cells_of(characters: int) -> Iterator[None]:
    """Let cells be as long as a text may be.

    csv has one limit for the whole process: it is put back, so that nobody else finds it changed, and one file is read at a
    time, so that no other thread puts it back meanwhile.
    """
    with _FIELD_LIMIT:
        before = csv.field_size_limit()
        csv.field_size_limit(max(before, min(characters, _LARGEST_LIMIT)))
        try:
            yield
        finally:
            csv.field_size_limit(before)


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    lines = io.StringIO(text, newline="")
    taken: list[str] = []  # lines of the row that is being read

    def taking() -> Iterator[str]:
        for line in lines:
            taken.append(line)
            yield line

    try:
        for row in csv.reader(taking(), delimiter=delimiter):
            if len(taken) > 1 and sum(map(len, taken)) > _LONGEST_SURE and not _is_sound(taken, delimiter):
                break
            yield row
            taken.clear()
    except csv.Error:
        pass
    # a quote that is never closed swallows the rest: take the quotes in it for letters
    yield from csv.reader(chain(taken, lines), delimiter=delimiter, quoting=csv.QUOTE_NONE)


def _is_sound(row: Sequence[str], delimiter: str) -> bool:
    """Tell whether each quote of a row that opens a cell is closed, and at the cell's end."""
    try:
        return len(list(csv.reader(row, delimiter=delimiter, strict=True))) == 1
    except csv.Error:
        return False


def _delimiter(text: str) -> str:
    lines = [line for line in text[:200_000].splitlines()[:_SAMPLE_LINES] if line.strip()]

    def alike(delimiter: str) -> tuple[int, int]:
        counts = Counter(len(row) for row in _rows("\n".join(lines), delimiter))
        columns, often = max(
            ((each, often) for each, often in counts.items() if each > 1), key=lambda item: item[1], default=(0, 0)
        )
        return often, columns

    return max(_DELIMITERS, key=alike)
