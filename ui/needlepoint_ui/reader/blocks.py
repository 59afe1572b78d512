"""The blocks of a stretch of text as the reader shows them: headings, paragraphs, list items, named values, table rows, notes.

A document's text states no structure, but the ways in which files are read leave traces: a blank line is a gap between blocks,
a row of a table is ``Heading: value; Heading: value.``, a note begins with its kind.
"""
# ruff: noqa: RUF001 - bullets and dashes of many kinds are what this is about

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from needlepoint.text.lines import Block, blocks

_ITEM = re.compile(
    r"[•●○◦▪■□‣⁃∙·☐☒☑*–—-]\s+\S|\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)]\s+\S|\((?:\d{1,3}|[a-z]|[ivx]{1,5})\)\s*\S"
    r"|\d{1,3}(?:\.\d{1,3}){1,5}\.?\s+[A-Z“(\"]"
)
_NUMBERED = re.compile(r"(?:\d{1,3}(?:\.\d{1,3}){0,5}\.?|[A-Z]\.|[IVX]{1,5}\.)\s+[A-Z“(\"]")
_NAMED = re.compile(r"([^\n:;.!?]{1,60}):[ \t]+(?=\S)")
_CELL = re.compile(r"; (?=[^:;\n]{1,120}: )")
_NOTE = re.compile(r"(?:Comment|Note|Footnote|Endnote)\b[^:\n]{0,120}:\s|\[\d{1,3}\]\s")
_LONGEST_HEADING, _MOST_COLUMNS = 90, 24
_AT_TOP = 3  # blocks of a page, one of which may be its title

Piece = tuple[int, str]
"""Where a text begins, and the text."""


@dataclass(frozen=True, slots=True)
class TextBlock:
    """A block of text.

    :param kind: ``heading``, ``text``, ``item`` or ``note``.
    :param start: first character, counted in the stretch.
    """

    kind: str
    start: int
    text: str


@dataclass(frozen=True, slots=True)
class TableBlock:
    """Rows that belong together.

    :param start: first character of the first row, counted in the stretch; ``end`` is one past the last row's.
    :param headings: of the columns; none for names with their values.
    :param rows: cells in the order of the columns; None where a row has none.
    """

    start: int
    end: int
    headings: tuple[str, ...]
    rows: tuple[tuple[Piece | None, ...], ...]


Shown = TextBlock | TableBlock


def shown_blocks(text: str, *, title: str = "") -> list[Shown]:
    """Return the blocks of a stretch of text in order; together they hold every character but white space.

    :param title: of the page that begins with the text; where its first block says the same, that is a heading.
    """
    return list(_joined(text, _Outline(text, title).blocks()))


@dataclass(frozen=True, slots=True)
class _Line:
    """A block as it stands, with how it is set off."""

    start: int
    end: int
    kind: str
    is_close: bool  # right below the one before it


class _Outline:
    """Tells what the blocks of a text are."""

    def __init__(self, text: str, title: str) -> None:
        self._text, self._title = text, title
        self._places = [place for found in blocks(text) for place in self._divided(found)]

    def blocks(self) -> Iterator[_Line]:
        """Yield the blocks in order."""
        for at, (start, end) in enumerate(self._places):
            yield _Line(start, end, self._kind(at), is_close=not self._is_apart(at))

    def _divided(self, found: Block) -> Iterator[tuple[int, int]]:
        """Divide a block of several lines that each name a value."""
        lines = self._text[found.start : found.end].split("\n")
        if len(lines) > 1 and not all(map(_NAMED.match, lines)):
            lines = [self._text[found.start : found.end]]
        start = found.start
        for line in lines:
            yield start, start + len(line)
            start += len(line) + 1

    def _words(self, at: int) -> str:
        return self._text[slice(*self._places[at])] if at < len(self._places) else ""

    def _kind(self, at: int) -> str:
        text = self._words(at)
        if "\n" not in text and _fields(text):
            return "row"
        if _NOTE.match(text):
            return "note"
        if self._is_heading(at):
            return "heading"
        if "\n" not in text and _NAMED.match(text):
            return "named"
        return "item" if _ITEM.match(text) else "text"

    def _is_heading(self, at: int) -> bool:
        text, following = self._words(at), self._words(at + 1)
        if at < _AT_TOP and text == self._title:
            return True
        if not _may_be_heading(text) or not following or _may_be_heading(following):
            return False
        return bool(_NUMBERED.match(text)) or (self._is_apart(at) and self._is_apart(at + 1))

    def _is_apart(self, at: int) -> bool:
        """Tell whether a blank line stands before a block."""
        if at == 0:
            return True
        between = self._text[self._places[at - 1][1] : self._places[at][0]]
        return between.count("\n") > 1 or "\f" in between


def _may_be_heading(text: str) -> bool:
    return (
        len(text) <= _LONGEST_HEADING
        and "\n" not in text
        and text[0].isalnum()
        and not text[0].islower()
        and text[-1] not in ".!?;:,…。"
        and any(map(str.isalpha, text))
        and not _NAMED.match(text)
    )


def _joined(text: str, lines: Iterator[_Line]) -> Iterator[Shown]:
    """Join rows to tables."""
    held: list[_Line] = []
    for line in lines:
        if held and not (line.kind == held[0].kind and line.is_close):
            yield from _table(text, held)
            held = []
        if line.kind in ("row", "named"):
            held.append(line)
        else:
            yield TextBlock(line.kind, line.start, text[line.start : line.end])
    yield from _table(text, held)


def _table(text: str, lines: Sequence[_Line]) -> Iterator[Shown]:
    if not lines:
        return
    start, end = lines[0].start, lines[-1].end
    if lines[0].kind == "named":
        if len(lines) > 1:
            yield TableBlock(start, end, (), tuple(_named(text, line) for line in lines))
            return
    else:
        rows = [_fields(text[line.start : line.end]) for line in lines]
        headings = tuple(dict.fromkeys(name for row in rows for name, _ in row))
        if len(headings) <= _MOST_COLUMNS and _is_one_table(rows):
            yield TableBlock(start, end, headings, tuple(_in_columns(headings, lines, rows)))
            return
    for line in lines:
        yield TextBlock("text", line.start, text[line.start : line.end])


def _named(text: str, line: _Line) -> tuple[Piece | None, ...]:
    name, _, value = text[line.start : line.end].partition(":")
    start = line.end - len(value.lstrip())
    return (line.start, name), (start, text[start : line.end])


def _fields(row: str) -> list[tuple[str, Piece]]:
    """Return the names and values of a row; none where it is not of names and values throughout."""
    found, start = [], 0
    for end in [*(match.start() for match in _CELL.finditer(row)), len(row)]:
        name, colon, _ = row[start:end].partition(": ")
        if not colon or not name or len(name) > 2 * 60:
            return []
        place = start + len(name) + 2
        stop = end - 1 if end == len(row) and row.endswith(".") else end
        found.append((name, (place, row[place:stop])))
        start = end + 2
    return found if len(found) > 1 else []


def _is_one_table(rows: Sequence[Sequence[tuple[str, Piece]]]) -> bool:
    first = {name for name, _ in rows[0]}
    return all(2 * len(first & {name for name, _ in row}) >= min(len(first), len(row)) for row in rows) and all(
        len({name for name, _ in row}) == len(row) for row in rows
    )


def _in_columns(
    headings: Sequence[str], lines: Sequence[_Line], rows: Sequence[Sequence[tuple[str, Piece]]]
) -> Iterator[tuple[Piece | None, ...]]:
    for line, row in zip(lines, rows, strict=True):
        own = {name: (line.start + start, words) for name, (start, words) in row}
        yield tuple(own.get(name) for name in headings)
