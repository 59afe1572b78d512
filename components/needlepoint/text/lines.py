# ruff: noqa: RUF001 - marks of many scripts are what this is about
"""Which line breaks end a block (a paragraph, a heading, a list item, a table row) and which only wrap a line.

PDF and mail break lines where the paper ends, office files and web pages where the paragraph ends, and nothing marks
the difference. A break counts as a wrap if the line is about as wide as its neighbours, or if the next line continues
in lower case.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

_BREAK = re.compile(r"[\n\r\f\v\x85\u2028\u2029]\s*")
_MANY_BREAKS = re.compile(r"\n[^\S\n]*\n|\r[^\S\r\n]*\r|\u2029")
_BULLET = re.compile(r"[•●○◦▪■□➢➤✓·‣⁃*+#>|=–—-]\s*\S|[o§]\s+\S")
_ENUMERATOR = re.compile(
    r"\(?(?:\d{1,3}(?:\.\d{1,3}){0,6}|[A-Za-z]|[ivxlcIVXLC]{1,6})[.)]\s|\((?:\d{1,3}|[A-Za-z]|[ivxlcIVXLC]{1,6})\)"
    r"|\d{1,3}(?:\.\d{1,3}){1,6}\s|\[\d{1,3}\]"
)
_GOES_ON = re.compile(
    r"(?:,|-|\b(?:(?i:and|or|of|the|to|in|on|at|by|for|from|with|as|that|which|under|between|into|than|if|shall|will|may|and/or"
    r"|sections?|articles?|clauses?|exhibits?|schedules?|paragraphs?|its|their|any|such)|a|an|is|are|was|were|be|been|has|have|had"
    r"|not|this|these|no|his|her|our|your|each|all|other|Mr\.|Mrs\.|Ms\.|Dr\.|No\.|Nos\.|Inc\.|Sec\.|Art\.))$"
)
_DIGITS, _LETTERS = re.compile(r"\d+"), re.compile(r"[A-Za-z]+")
_FIELD = re.compile(r"[^:;]{1,60}:\s")

_NARROWEST, _WIDEST = 30, 250  # characters of a wrapped line of print
_FULL = 0.8  # of the usual width; in proportional type, lines of one width differ by a fifth in characters
_FULL_IN_CAPITALS = 0.6  # capitals are wider, so fewer fit in a line
_LAST_WORD = 16  # characters at a line's end that show whether it stops in mid-sentence
_HEADING_CHARACTERS = 100


class Kind(Enum):
    """What a block is, judged by its outline."""

    TEXT = "text"
    HEADING = "heading"
    ROW = "row"


@dataclass(frozen=True, slots=True)
class Block:
    """``text[start:end]``, without white space around it; no sentence crosses its bounds."""

    start: int
    end: int
    kind: Kind


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    gap: str  # the white space after it


def blocks(text: str) -> Iterator[Block]:
    """Cut a text at the line breaks that end a block.

    :param text: any text; pages are divided by form feeds.
    :returns: the blocks in order; together they hold every character that is not white space.
    """
    lines = list(_lines(text))
    widths = _page_widths(lines)
    first = 0
    for index, line in enumerate(lines):
        following = lines[index + 1] if index + 1 < len(lines) else None
        if following is None or not _wraps(text, line, following, widths[index]):
            yield _block(text, lines[first : index + 1])
            first = index + 1


def _lines(text: str) -> Iterator[_Line]:
    start = len(text) - len(text.lstrip())
    for match in _BREAK.finditer(text, start):
        content = text[start : match.start()].rstrip()
        if content:
            yield _Line(start, start + len(content), text[start + len(content) : match.end()])
        start = match.end()
    content = text[start:].rstrip()
    if content:
        yield _Line(start, start + len(content), "")


def _page_widths(lines: list[_Line]) -> list[int]:
    """Return for every line the usual width of a full line on its page: the 80th percentile of the page's line widths."""
    widths: list[int] = []
    page: list[int] = []
    for line in lines:
        page.append(line.end - line.start)
        if "\f" in line.gap or not line.gap:
            widths += [_upper_fifth(page)] * len(page)
            page = []
    return widths + [_upper_fifth(page)] * len(page)


def _upper_fifth(lengths: list[int]) -> int:
    return sorted(lengths)[len(lengths) * 4 // 5] if lengths else 0


def _wraps(text: str, line: _Line, following: _Line, width: int) -> bool:
    """Tell whether a sentence may continue from one line to the next."""
    crosses_page = "\f" in line.gap
    if not crosses_page and _MANY_BREAKS.search(line.gap):
        return False
    above, below = text[line.start : line.end], text[following.start : following.end]
    if _is_row(above) or _is_row(below) or _BULLET.match(below) or above[-1] == ":":
        return False
    if mark := _ENUMERATOR.match(below):
        if _are_items(above, mark.group()):
            return False
        return (above[-1].islower() or bool(_GOES_ON.search(above, len(above) - _LAST_WORD))) and _is_full(
            above, below, width
        )
    goes_on = _goes_on(above, below)
    if crosses_page:
        return goes_on
    return (goes_on and below[0].islower()) or (_is_full(above, below, width) and not _changes_case(above, below))


def _are_items(above: str, mark: str) -> bool:
    """Tell two items of one list, each on a line of its own: their marks have the same form, such as ``3.`` or ``(b)``."""
    other = _ENUMERATOR.match(above)
    return other is not None and _form(other.group()) == _form(mark)


def _form(mark: str) -> str:
    return _LETTERS.sub("a", _DIGITS.sub("1", mark.strip()))


def _goes_on(above: str, below: str) -> bool:
    if above[-1] in ".!?;…。！？" and not _GOES_ON.search(above, len(above) - _LAST_WORD):
        return False
    return bool(_GOES_ON.search(above, len(above) - _LAST_WORD)) or (
        below[0].islower() and (" " in above or len(above) > _NARROWEST)
    )


def _is_full(above: str, below: str, width: int) -> bool:
    """Tell whether the next line's first word would not have fitted in this line."""
    if not _NARROWEST <= width <= _WIDEST or len(above) > _WIDEST:
        return False
    full = _FULL_IN_CAPITALS if above.isupper() else _FULL
    return len(above) + 1 + len(below.split(None, 1)[0]) >= full * width


def _changes_case(above: str, below: str) -> bool:
    """Tell whether a heading in capitals ends here: ``ARTICLE I`` over ``This Agreement``."""
    return above.isupper() and not below.isupper() and not _GOES_ON.search(above, len(above) - _LAST_WORD)


def _is_row(line: str) -> bool:
    """Tell whether a line is a table row: ``Header: value; Header: value.``, ``| a | b |`` or cells between tabs."""
    if "\t" in line or line[0] == "|":
        return True
    if "; " not in line or ": " not in line:
        return False
    cells = line.split("; ")
    named = sum(_FIELD.match(cell) is not None for cell in cells)
    return named > 1 and 2 * named >= len(cells)


def _block(text: str, lines: list[_Line]) -> Block:
    start, end = lines[0].start, lines[-1].end
    kind = Kind.TEXT
    if len(lines) == 1 and _is_row(text[start:end]):
        kind = Kind.ROW
    elif _is_heading(text[start:end]):
        kind = Kind.HEADING
    return Block(start, end, kind)


def _is_heading(block: str) -> bool:
    """Tell whether a short block is a heading of what follows."""
    if len(block) > _HEADING_CHARACTERS or block[0].islower():
        return False
    if block[0] in "=#" or _ENUMERATOR.fullmatch(block + " "):
        return True
    return block[-1] not in ".!?;,…。！？" and not _BULLET.match(block) and any(map(str.isalpha, block))
