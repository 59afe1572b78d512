"""From words to pieces of lines, and from pieces to the lines of a part of a page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from operator import attrgetter

from needlepoint.files.pdf.page import Word
from needlepoint.files.pdf.words import raised_text

WIDE_GAP = 0.55  # of the letters' height: words further apart may belong to two columns
_TYPED_GAP = 2.5  # letters, in typewriter type
_SHORT = 12  # characters of a raised or lowered piece


class Piece:
    """Words of one line with no wide gap between them, in points from the page's upper left corner.

    A page has hundreds of them and makes each several times, so this is no dataclass: those take twice as long to make.

    :param height: of most of its letters' boxes.
    :param middle: half-way between top and bottom.
    :param text: its words with a space between two.
    :param length: characters of its text.
    """

    __slots__ = ("bottom", "height", "left", "length", "middle", "right", "text", "top", "words")

    def __init__(self, words: list[Word], left: float, top: float, right: float, bottom: float) -> None:
        self.words = words
        self.left, self.top, self.right, self.bottom = left, top, right, bottom
        self.height = bottom - top
        self.middle = (top + bottom) / 2
        self.text = words[0].text if len(words) == 1 else " ".join([word.text for word in words])
        self.length = len(self.text)

    def rewrite(self, text: str) -> None:
        """Write its only word, a raised figure, as it is to be read."""
        self.words[0].text, self.words[0].is_raised = text, True
        self.text = text


@dataclass(slots=True)
class Line:
    """The pieces that stand beside each other in one part of a page, from left to right.

    :param height: of most of its letters' boxes.
    :param drawn_above: a line drawn with hyphens between it and the line of text above it.
    """

    pieces: list[Piece]
    left: float
    top: float
    right: float
    bottom: float
    height: float = field(init=False)
    drawn_above: "Line | None" = field(init=False, default=None)
    _text: str = field(init=False, default="")

    def __post_init__(self) -> None:
        self.height = self.bottom - self.top

    @property
    def words(self) -> list[Word]:
        """The words of all its pieces."""
        return [word for piece in self.pieces for word in piece.words]

    @property
    def text(self) -> str:
        """Its words with a space between two."""
        if not self._text:
            self._text = " ".join([piece.text for piece in self.pieces])
        return self._text

    @property
    def first_word(self) -> float:
        """Width of its first word."""
        word = self.pieces[0].words[0]
        return word.right - word.left

    @property
    def is_cut(self) -> bool:
        """Whether a hyphen stood at its end, which PDFium took out."""
        return self.pieces[-1].words[-1].is_cut


def pieces_of(words: Iterable[Word], pitch: float = 0.0) -> list[Piece]:
    """Join the words that PDFium has on one line, as far as the gaps between them are those of running text.

    :param pitch: the width of a letter, in points, in typewriter type: there, two spaces may stand between sentences.
    """
    widest = _TYPED_GAP * pitch
    pieces: list[Piece] = []
    current: list[Word] = []
    last: Word | None = None
    for word in words:
        if last is not None:
            gap = word.left - last.right
            height = last.bottom - last.top
            if word.line != last.line or gap > (widest or WIDE_GAP * height) or gap < -height:
                pieces.append(_piece(current))
                current = []
        current.append(word)
        last = word
    if current:
        pieces.append(_piece(current))
    return pieces


def _piece(words: list[Word]) -> Piece:
    first, last = words[0], words[-1]
    usual = first if abs(first.bottom - first.top - last.bottom + last.top) < 0.1 else max(words, key=_length)
    return Piece(words, first.left, usual.top, last.right, usual.bottom)


def _length(word: Word) -> int:
    return 0 if word.is_raised else len(word.text)


def lines_of(pieces: Iterable[Piece]) -> list[Line]:
    """Put pieces that stand beside each other on one line, and the lines in order from top to bottom."""
    groups: list[list[Piece]] = []
    for piece in sorted(pieces, key=attrgetter("middle")):
        if groups and _overlap(groups[-1][0], piece) > 0.5:
            groups[-1].append(piece)
        elif len(groups) > 1 and _overlap(groups[-2][0], piece) > 0.6:
            groups[-2].append(piece)
        else:
            groups.append([piece])
    return [_line(group) for group in _with_raised(groups)]


def _overlap(first: Piece, second: Piece) -> float:
    """Return how much of the lower one's height two pieces share."""
    shared = min(first.bottom, second.bottom) - max(first.top, second.top)
    return shared / max(min(first.bottom - first.top, second.bottom - second.top), 0.1)


def _with_raised(groups: list[list[Piece]]) -> list[list[Piece]]:
    """Put a line of nothing but small raised or lowered pieces onto the line that it touches."""
    kept: list[list[Piece]] = []
    for at, group in enumerate(groups):
        if all(piece.length <= _SHORT for piece in group):
            beside = [groups[near] for near in (at - 1, at + 1) if 0 <= near < len(groups)]
            hosts = [each for each in beside if all(_is_attached(piece, each) for piece in group)]
            if hosts:
                hosts[0].extend(group)
                continue
        kept.append(group)
    return kept


def _is_attached(piece: Piece, group: Sequence[Piece]) -> bool:
    return any(
        piece.height < 0.85 * host.height
        and _overlap(host, piece) > 0.35
        and -0.3 * host.height < max(piece.left - host.right, host.left - piece.right) < 0.5 * host.height
        for host in group
    )


def _line(group: list[Piece]) -> Line:
    usual = group[0]
    if len(group) > 1:
        group.sort(key=attrgetter("left"))
        usual = max(group, key=attrgetter("length"))
        _raise(group, usual)
    return Line(group, group[0].left, usual.top, max([piece.right for piece in group]), usual.bottom)


def _raise(group: Sequence[Piece], usual: Piece) -> None:
    """Write the small raised figures of a line as such: the mark of a footnote is no part of the amount before it."""
    tallest, lowest = 0.87 * usual.height, usual.bottom - 0.12 * usual.height
    for at, piece in enumerate(group):
        if piece.height >= tallest or piece.bottom >= lowest or len(piece.words) > 1:
            continue
        word = piece.words[0]
        if not word.text.isdigit() or len(word.text) > 3:
            continue
        before = group[at - 1] if at else None
        if before is None and group[1].left - piece.right < 0.3 * usual.height:
            piece.rewrite(f"[{word.text}]")
        elif before is not None and piece.left - before.right <= 0.3 * usual.height:
            piece.rewrite(raised_text(before.words[-1].text, word.text))
