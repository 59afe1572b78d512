"""What a PDF page repeats around its text: running headers and footers, page and line numbers, stamps at the margin, watermarks.

A line at the upper or lower edge is furniture where a page nearby has the same one in the same place, digits aside. Only pages
up to two away are compared, so that one page can be looked at without reading a whole file.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import pairwise

from needlepoint.files.pdf.lines import Line, lines_of, pieces_of
from needlepoint.files.pdf.page import Look, PageWords, Word

NEAR = 2  # pages on either side that a page is compared with
_EDGE = 0.13  # of the page's height
_MOST_LINES = 6
_SAME_PLACE = 8.0  # points
_SAME_SLOT = 2.0
_OUTERMOST = 30.0
_SHORT = 40  # characters
_DIGITS = re.compile(r"\d+")
_ROMAN = re.compile(r"\W*[ivxlc]{1,7}\W*", re.IGNORECASE)
_PAGE_NUMBER = re.compile(
    r"[\W_]*(?:(?:page|p\.|seite|s\.|página|pagina)\s*)?(?:[A-Z]{0,2}-?\d{1,4}|\d{1,3}-\d{1,4}|[ivxlc]{1,7})(?:\s*(?:of|/|von|de|sur)\s*\d{1,4})?[\W_]*(?:page\W*)?",
    re.IGNORECASE,
)
_SIGNED = re.compile(r"(?:by|name|title|its|date)\s*:|/s/|_{4,}", re.IGNORECASE)
_FEWEST_LINE_NUMBERS = 8
_LARGE = 2.5  # times the usual height of letters


@dataclass(slots=True)
class Edge:
    """A line at an edge of a page.

    :param pattern: its text with ``#`` for each number.
    :param is_margin: it stands where pages have their margins, and not only above or below all other lines.
    """

    line: Line
    text: str
    pattern: str
    numbers: tuple[int, ...]
    is_margin: bool


class Likeness(IntEnum):
    """How like two lines at the same place of two pages are, digits aside."""

    NONE = 0
    VARIES = 1
    COUNTS = 2
    SAME = 3


@dataclass(slots=True)
class Edges:
    """The lines at the edges of a page, from the edge inwards."""

    top: list[Edge] = field(default_factory=list)
    bottom: list[Edge] = field(default_factory=list)
    number_column: tuple[tuple[int, int], ...] = ()


@dataclass(slots=True)
class Furniture:
    """The words of a page that are no part of its text.

    :param lines: from top to bottom, those at the margins and across the page last.
    """

    lines: list[list[Word]] = field(default_factory=list)
    words: set[int] = field(default_factory=set)

    def add(self, words: list[Word]) -> None:
        """Take a line of words."""
        self.lines.append(words)
        self.words.update(map(id, words))


def edges_of(page: PageWords) -> Edges:
    """Return the lines at the edges of a page that may be furniture."""
    upright = page.upright
    if not upright:
        return Edges()
    # a page of a web page printed may end anywhere: its number stands below its last line
    high, low = _EDGE * page.height, (1 - _EDGE) * page.height
    first = min([word.top for word in upright if word.bottom > high], default=high) + _OUTERMOST
    last = max([word.bottom for word in upright if word.top < low], default=low) - _OUTERMOST
    near_top = [word for word in upright if word.bottom < high or word.top < first]
    near_bottom = [word for word in upright if word.top > low or word.bottom > last]
    top = [_edge(line, line.bottom < high) for line in lines_of(pieces_of(near_top))[:_MOST_LINES]]
    bottom = [_edge(line, line.top > low) for line in reversed(lines_of(pieces_of(near_bottom))[-_MOST_LINES:])]
    return Edges(top, bottom, _number_column(page))


def _edge(line: Line, is_margin: bool) -> Edge:
    text = line.text
    pattern = "#" if _ROMAN.fullmatch(text) else _DIGITS.sub("#", text.casefold())
    return Edge(line, text, pattern, tuple(int(each[:9]) for each in _DIGITS.findall(text)), is_margin)


def _count(own: Sequence[Edge], others: Sequence[tuple[int, Sequence[Edge]]], *, has_counter: bool = False) -> int:
    """Return how many lines, from the edge inwards, are furniture.

    :param others: those of the pages near it, each with how many pages on it is.
    :param has_counter: the page's number stands at its other edge.
    """
    found = 0
    for rank, edge in enumerate(own):
        if _SIGNED.match(edge.text) or rank == len(own) - 1 == _MOST_LINES - 1:
            break
        likeness = [_likeness(edge, [(step, line) for line in lines[: rank + 3]]) for step, lines in others]
        if _is_furniture(own, rank, likeness, has_counter=has_counter):
            found = rank + 1
            has_counter = has_counter or Likeness.COUNTS in likeness
        elif rank > found:  # one line may stand between: a title that changes
            break
    while found and found < len(own) and not _is_apart(own, found):
        found -= 1  # the first line of a table's headings, which every page repeats
    return found


def _is_furniture(own: Sequence[Edge], rank: int, likeness: Sequence[Likeness], *, has_counter: bool) -> bool:
    """Tell furniture from a numbered heading or a table's row, such as "Schedule 1" and two pages on "Schedule 2".

    :param likeness: to the lines of each near page.
    :param has_counter: another line counts the pages already, so this one counts something else.
    """
    if Likeness.SAME in likeness:
        return True
    if Likeness.COUNTS in likeness and not (has_counter and any(map(str.isalpha, own[rank].text))):
        return True
    if len([each for each in likeness if each is not Likeness.NONE]) < 2:
        return False
    line, inner = own[rank].line, own[rank + 1].line if rank + 1 < len(own) else None
    return rank == 0 or (inner is not None and _gap(own[rank - 1].line, line) <= _gap(line, inner))


def _is_apart(own: Sequence[Edge], count: int) -> bool:
    """Tell whether the innermost of so many lines stands apart from the text."""
    line, inner = own[count - 1].line, own[count].line
    if _PAGE_NUMBER.fullmatch(own[count - 1].text) or any(
        len(edge.text) > _SHORT and len(edge.line.pieces) == 1 for edge in own[:count]
    ):
        return True
    return _gap(line, inner) > 0.4 * line.height or (count == 1 and abs(line.height - inner.height) > 1.0)


def _likeness(edge: Edge, others: Sequence[tuple[int, Edge]]) -> Likeness:
    """Return how like a line is to the most like of the lines of a near page.

    :param others: lines of the near page, each with how many pages on it is.
    """
    return max((_alike(edge, other, step) for step, other in others), default=Likeness.NONE)


def _alike(edge: Edge, other: Edge, step: int) -> Likeness:
    if other.pattern != edge.pattern:
        return Likeness.NONE
    counts = Likeness.COUNTS if _counts(edge, other, step) else Likeness.NONE
    if not edge.is_margin or not other.is_margin:
        return counts if len(edge.text) < _SHORT else Likeness.NONE
    if abs(edge.line.top - other.line.top) > _SAME_PLACE:
        return Likeness.NONE
    if edge.text == other.text or _ROMAN.fullmatch(edge.text):
        return Likeness.SAME
    if counts or sum(map(str.isalpha, edge.pattern)) <= 2:
        return counts
    return Likeness.VARIES


def _counts(edge: Edge, other: Edge, step: int) -> bool:
    """Tell page numbers, which grow with the pages, from other figures at the same place."""
    return any(theirs - own == step for own, theirs in zip(edge.numbers, other.numbers, strict=False))


def repeated(index: int, edges: "Mapping[int, Edges]") -> tuple[int, int]:
    """Return how many lines at the top and at the bottom of a page, from the edge inwards, stand on a page nearby, too.

    :param edges: those of the page and of the pages near it.
    """
    own = edges[index]
    near = [(step, edges[index + step]) for step in (-1, 1, -2, 2) if index + step in edges]
    tops, bottoms = [(step, other.top) for step, other in near], [(step, other.bottom) for step, other in near]
    top = _count(own.top, tops, has_counter=_is_counted(own.bottom, bottoms))
    if index == 0 and not all(_count(own.top, [(step, other.top)]) for step, other in near[:2] if near[1:]):
        top = 0  # the title, which the next page repeats: it names the document
    bottom = _count(own.bottom, bottoms, has_counter=_is_counted(own.top, tops))
    return top, bottom


def _is_counted(own: Sequence[Edge], others: Sequence[tuple[int, Sequence[Edge]]]) -> bool:
    """Tell whether one of the lines is the number of the page."""
    return any(
        _PAGE_NUMBER.fullmatch(edge.text)
        and any(_alike(edge, other, step) is Likeness.COUNTS for step, lines in others for other in lines)
        for edge in own
    )


def furniture_of(
    index: int,
    page: PageWords,
    edges: "Mapping[int, Edges]",
    repeats: "Mapping[int, tuple[int, int]]",
    body_height: float,
) -> Furniture:
    """Return what of a page is furniture.

    :param edges: those of the page and of the pages near it.
    :param repeats: how many lines of each are :func:`repeated`.
    :param body_height: the usual height of the page's letters; 0 where it has none.
    """
    found = Furniture()
    own = edges[index]
    top, bottom = repeats[index]
    top = max(top, _in_slots(index, own.top, edges, repeats, is_top=True), _numbered(own.top))
    bottom = max(bottom, _in_slots(index, own.bottom, edges, repeats, is_top=False), _numbered(own.bottom))
    for edge in [*own.top[:top], *reversed(own.bottom[:bottom])]:
        found.add(edge.line.words)
    for words in _astray(page, body_height):
        found.add(words)
    if own.number_column and _is_numbered(index, edges):
        found.add([word for word in page.words if _key(word) in own.number_column])
    return found


def _in_slots(
    index: int,
    own: Sequence[Edge],
    edges: "Mapping[int, Edges]",
    repeats: "Mapping[int, tuple[int, int]]",
    *,
    is_top: bool,
) -> int:
    """Return how many lines stand where pages nearby have a repeated line of the same height: a running title that changes."""
    slots = [
        edge.line
        for step in (-1, 1, -2, 2)
        if (near := edges.get(index + step))
        for edge in (near.top if is_top else near.bottom)[: repeats[index + step][0 if is_top else 1]]
    ]
    found = 0
    for rank, edge in enumerate(own):
        line = edge.line
        if not any(abs(line.top - s.top) < _SAME_SLOT and abs(line.height - s.height) < 0.6 for s in slots):
            break
        inner = own[rank + 1].line if rank + 1 < len(own) else None
        if edge.is_margin and (inner is None or _gap(line, inner) > 0.6 * line.height):
            found = rank + 1
    return found


def _numbered(own: Sequence[Edge]) -> int:
    """Return 1 where the outermost line is a page number that stands apart from the text."""
    if not own or not _PAGE_NUMBER.fullmatch(own[0].text):
        return 0
    return int(len(own) == 1 or _gap(own[0].line, own[1].line) > 0.9 * own[0].line.height)


def _gap(first: Line, second: Line) -> float:
    return max(first.top - second.bottom, second.top - first.bottom)


def _astray(page: PageWords, body_height: float) -> Iterable[list[Word]]:
    """Return what is written across the page, along its margins, or large and pale behind its text."""
    groups: dict[tuple[str, int], list[Word]] = {}
    light = Look.LIGHT
    for word in [word for word in page.words if word.style.angle or word.style.look is light]:
        angle = word.style.angle
        if angle % 90:
            groups.setdefault(("across", angle), []).append(word)
        elif angle in (90, 270) and not 0.09 * page.width < (word.left + word.right) / 2 < 0.91 * page.width:
            groups.setdefault(("margin", angle), []).append(word)
        elif body_height and word.style.look is light and word.height > _LARGE * body_height:
            groups.setdefault(("behind", angle), []).append(word)
    return groups.values()


def _number_column(page: PageWords) -> tuple[tuple[int, int], ...]:
    """Return number and height on the page of each line number, where the outermost column of words counts the lines."""
    numbers = [word for word in page.upright if word.left < 0.2 * page.width and word.text.isdigit()]
    if len(numbers) < _FEWEST_LINE_NUMBERS:
        return ()
    edge = Counter(round(word.right / 4) for word in numbers).most_common(1)[0][0]
    column = sorted((word for word in numbers if abs(word.right / 4 - edge) < 1.6), key=lambda word: word.top)
    if len(column) < _FEWEST_LINE_NUMBERS:
        return ()
    steps = Counter(int(below.text[:9]) - int(word.text[:9]) for word, below in pairwise(column))
    step, count = steps.most_common(1)[0]
    outermost = min(word.left for word in column)
    if step not in (1, 5) or count < 0.9 * (len(column) - 1) or any(word.left < outermost - 1 for word in page.upright):
        return ()
    return tuple(_key(word) for word in column)


def _key(word: Word) -> tuple[int, int]:
    return (int(word.text[:9]), round(word.top)) if word.text.isdigit() else (-1, -1)


def _is_numbered(index: int, edges: "Mapping[int, Edges]") -> bool:
    """Tell line numbers from the first column of a table: those stand at the same heights of other pages, too, or are many."""
    own = edges[index].number_column
    places = {place for _, place in own}
    for step in (-1, 1, -2, 2):
        other = edges.get(index + step)
        if other and len(places & {place for _, place in other.number_column}) >= 0.7 * len(places):
            return True
    return len(own) >= 20 and own[0][0] == 1
