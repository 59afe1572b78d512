"""What is read of a PDF page: its words, how they are drawn, and what is drawn besides them."""

from dataclasses import dataclass, field
from enum import Enum

from needlepoint.files.pdf.drawings import Drawings

_WHITE = 245
_LIGHT = 150
_PALE = 100


class Look(Enum):
    """How a text object is drawn, as far as it matters to who reads it."""

    PLAIN = "plain"
    INVISIBLE = "invisible"
    WHITE = "white"
    LIGHT = "light"


def look_of(darkest: int, alpha: int) -> Look:
    """Return how text in a colour looks.

    :param darkest: the least of its red, green and blue, from 0 to 255.
    :param alpha: from 0 for what lets everything through to 255.
    """
    if alpha == 0:
        return Look.INVISIBLE
    if darkest >= _WHITE:
        return Look.WHITE
    return Look.LIGHT if darkest >= _LIGHT or alpha < _PALE else Look.PLAIN


@dataclass(frozen=True, slots=True)
class Style:
    """What the words of one text object share.

    :param angle: of its writing, in whole degrees clockwise as shown; 0 is from left to right.
    :param is_bold: its letters are bold.
    """

    look: Look = Look.PLAIN
    angle: int = 0
    is_bold: bool = False


PLAIN = Style()


@dataclass(slots=True)
class Word:
    """What stands between two spaces, in points from the upper left corner of the page as it is shown.

    :param text: mended: ligatures apart, accents on their letters.
    :param start: of its characters in PDFium's text of the page.
    :param end: one past the last of them.
    :param line: which of PDFium's lines it is from.
    :param is_cut: a hyphen at the line end followed, which PDFium took out.
    :param is_raised: it is an exponent or a footnote's mark.
    """

    text: str
    start: int
    end: int
    left: float
    top: float
    right: float
    bottom: float
    line: int
    style: Style
    is_cut: bool = False
    is_raised: bool = False

    @property
    def height(self) -> float:
        """Of its letters' boxes, which follows the font size."""
        return self.bottom - self.top


@dataclass(slots=True)
class PageWords:
    """All that is read of a page.

    :param words: in PDFium's order, all that PDFium finds: hidden ones, too.
    :param drawings: lines, filled areas and pictures.
    :param nameless: how many characters have a code, but no letter.
    :param upright: the words that are written from left to right.
    """

    width: float
    height: float
    words: list[Word] = field(default_factory=list)
    drawings: Drawings = field(default_factory=Drawings)
    nameless: int = 0
    upright: list[Word] = field(init=False)

    def __post_init__(self) -> None:
        self.upright = [word for word in self.words if word.style.angle == 0]
