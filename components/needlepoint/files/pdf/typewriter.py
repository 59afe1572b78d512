"""Lines of a PDF page in typewriter type: letters of one width, columns kept apart with spaces, lines drawn with hyphens."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from operator import itemgetter
from statistics import median

from needlepoint.files.pdf.leaders import between_leaders
from needlepoint.files.pdf.lines import Line, Piece, lines_of, pieces_of
from needlepoint.files.pdf.page import Word

_SAMPLE = 60  # words
_FEWEST_WORDS = 8
_SAME_WIDTH = 0.02  # of a letter's width
_MOSTLY = 0.85
_APART = 1.5  # letters' widths: two spaces, as after a sentence, or more
_SET_OFF = 2.5
_SENTENCE_ENDS = (".", "?", "!", ":", ";", '."', ".)")
_DRAWN = re.compile(r"[-=_+|]{2,}|[+|]|<(?:S|C)>")
_DRAWN_LONG = re.compile(r"[-=+|]{5,}")
_TAG = re.compile(r"</?(?:TABLE|CAPTION|FN|F\d{1,2}|S|C)>")
_JOINED_TO_NEXT = frozenset({"$", "£", "€", "US$", "("})
_JOINED_TO_LAST = frozenset({"%", ")", ")%"})

Span = tuple[float, float]


def pitch_of(words: Sequence[Word]) -> float:
    """Return the width of a letter, in points, where all letters have the same; 0 in other type."""
    widths = []
    for word in words[:: max(1, len(words) // (4 * _SAMPLE))]:
        if len(word.text) > 3 and word.text.isalpha() and word.text.isascii():
            widths.append((word.right - word.left) / len(word.text))
            if len(widths) == _SAMPLE:
                break
    if len(widths) < _FEWEST_WORDS:
        return 0.0
    usual = median(widths)
    same = sum(abs(width - usual) < _SAME_WIDTH * usual for width in widths)
    return usual if same >= _MOSTLY * len(widths) else 0.0


@dataclass(slots=True)
class TypedLine:
    """A line of typewriter type.

    :param cells: what stands apart by two spaces or more, without leaders.
    :param rules: from where to where it has lines drawn with hyphens.
    :param space: how many lines above it are empty.
    :param words: all of its words, as they were read.
    :param has_leaders: dots lead from a cell to the next.
    """

    cells: list[Piece]
    rules: list[Span]
    top: float
    bottom: float
    words: list[Word]
    has_leaders: bool = False
    space: int = field(default=99)

    @property
    def is_rule(self) -> bool:
        """Whether nothing but lines are drawn on it."""
        return not self.cells

    def part(self, cells: list[Piece]) -> Line:
        """Return some of its cells as a line."""
        return Line(cells, cells[0].left, self.top, cells[-1].right, self.bottom)

    @property
    def length(self) -> int:
        """How many letters its cells have."""
        return sum(cell.length for cell in self.cells)

    @property
    def text(self) -> str:
        """Its cells with a space between two."""
        return " ".join([cell.text for cell in self.cells])


def typed_lines(words: Iterable[Word], pitch: float) -> list[TypedLine]:
    """Return the lines of a page in typewriter type, from top to bottom.

    :param pitch: the width of a letter, in points.
    """
    lines = [typed for line in lines_of(pieces_of(words)) if (typed := _typed(line, pitch)) is not None]
    if len(lines) < 2:
        return lines
    steps = sorted(below.bottom - above.bottom for above, below in pairwise(lines))
    leading = max(steps[len(steps) // 4], 1.0)
    for above, below in pairwise(lines):
        below.space = max(round((below.bottom - above.bottom) / leading) - 1, 0)
    return lines


def without_drawn(lines: Sequence[Line]) -> list[Line]:
    """Return lines without what is drawn with hyphens or equals signs; the line below knows what stood above it."""
    kept: list[Line] = []
    drawn: Line | None = None
    for line in lines:
        pieces = [piece for piece in line.pieces if not _is_drawn(piece)]
        if pieces and len(pieces) < len(line.pieces):
            line = Line(pieces, pieces[0].left, line.top, pieces[-1].right, line.bottom)
        if pieces:
            line.drawn_above, drawn = drawn, None
            kept.append(line)
        else:
            drawn = line
    return kept


def _is_drawn(piece: Piece) -> bool:
    if piece.text[0] not in "-=+<":
        return False
    first, *others = [word for word in piece.words if word.text != "-"] or [piece.words[0]]
    return all(_DRAWN_LONG.fullmatch(word.text) or is_tag(word) for word in (first, *others))


def is_tag(word: Word) -> bool:
    """Tell the marks that EDGAR's filings have around their tables."""
    return word.text[0] == "<" and _TAG.fullmatch(word.text) is not None


def _typed(line: Line, pitch: float) -> TypedLine | None:
    words = line.words
    texts = [word.text for word in words]
    if all(map(_TAG.fullmatch, texts)) and not {"<S>", "<C>"} & set(texts):
        return None
    is_rule = all(_DRAWN.fullmatch(text) or (text == "-" and not at) for at, text in enumerate(texts))
    drawn = [is_rule or _DRAWN_LONG.fullmatch(text) is not None or text == "|" for text in texts]
    rules = [(w.left, w.right) for w, is_drawn in zip(words, drawn, strict=True) if is_drawn and len(w.text) > 1]
    groups: list[list[Word]] = []
    has_leaders = False
    for is_one_drawn, stretch in groupby(zip(words, drawn, strict=True), key=itemgetter(1)):
        if not is_one_drawn:
            stretches = between_leaders([word for word, _ in stretch])
            groups += [group for each in stretches for group in _apart(each, pitch)]
            has_leaders = has_leaders or len(stretches) > 1
    return TypedLine(_joined(groups, line), rules, line.top, line.bottom, words, has_leaders)


def _apart(words: Sequence[Word], pitch: float) -> list[list[Word]]:
    """Return the words of each cell."""
    groups = [[words[0]]]
    for before, word in pairwise(words):
        if _is_apart(before, word, pitch):
            groups.append([])
        groups[-1].append(word)
    return groups


def _is_apart(word: Word, after: Word, pitch: float) -> bool:
    gap = after.left - word.right
    return gap > (_SET_OFF if word.text.endswith(_SENTENCE_ENDS) else _APART) * pitch


def _joined(groups: Sequence[list[Word]], line: Line) -> list[Piece]:
    """Return the cells: a sign of a currency set to the left of its column stands with the amount."""
    cells: list[Piece] = []
    held: list[Word] = []
    for group in groups:
        text = group[0].text
        if len(group) == 1 and text in _JOINED_TO_NEXT:
            held = [*held, *group]
            continue
        if len(group) == 1 and text in _JOINED_TO_LAST and cells:
            before = cells.pop()
            group = [*before.words, *group]
        group = [*held, *group]
        cells.append(Piece(group, group[0].left, line.top, group[-1].right, line.bottom))
        held = []
    if held:
        cells.append(Piece(held, held[0].left, line.top, held[-1].right, line.bottom))
    return cells
