"""A page as it is read alone, and one that is a picture with the words that OCR has read on it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from needlepoint.files.ocr.recognised import RecognisedPage
from needlepoint.files.pdf.annotations import Annotations
from needlepoint.files.pdf.drawings import Drawings
from needlepoint.files.pdf.page import PLAIN, PageWords, Word

_COVERED = 0.7  # of the page, by pictures: the few words on it are a stamp or a number
_FEW_WORDS = 15
_SOME_PICTURE = 0.02  # of the page
_MANY_SHAPES = 30  # filled ones: letters that are drawn as shapes
_FIRST_LINE = 1_000_000  # numbers of lines that OCR has read, which are none of PDFium's


@dataclass(slots=True)
class ReadPage:
    """A page as it was read, alone.

    :param page: its visible words, those of form fields included, in PDFium's order.
    :param struck: words with a line through them, which are not among them.
    :param is_damaged: PDFium cannot open it.
    :param is_unmapped: its fonts do not tell which letters they draw.
    :param has_picture: a picture takes up much of it.
    :param needs_ocr: it is a picture, as far as its words go.
    :param recognised: what OCR has read on it.
    :param reason: why OCR has not read it.
    """

    page: PageWords = field(default_factory=lambda: PageWords(0.0, 0.0))
    struck: list[Word] = field(default_factory=list)
    annotations: Annotations = field(default_factory=Annotations)
    is_damaged: bool = False
    is_unmapped: bool = False
    has_picture: bool = False
    needs_ocr: bool = False
    recognised: RecognisedPage | None = None
    reason: str = ""


def needs_ocr(shown: Sequence[Word], page: PageWords) -> bool:
    """Tell a page that is a picture: without visible words, or with a few of them over a picture that covers it."""
    area = max(page.width * page.height, 1.0)
    covered = sum(max(x2 - x1, 0.0) * max(y2 - y1, 0.0) for x1, y1, x2, y2 in page.drawings.pictures) / area
    if shown:
        return len(shown) <= _FEW_WORDS and covered >= _COVERED
    return covered > _SOME_PICTURE or len(page.drawings.filled) >= _MANY_SHAPES


def with_ocr(read: ReadPage, found: RecognisedPage | str) -> ReadPage:
    """Return a page with what OCR has read on it beside its own words.

    :param found: what was read, or why it was not.
    """
    if isinstance(found, str):
        return replace(read, reason=found)
    own = [] if found.turn else read.page.words
    words = [*own, *_outside(own, ocr_words(found))]
    drawn = read.page.drawings if read.is_unmapped and not found.turn else Drawings()
    return replace(read, page=PageWords(found.width, found.height, words, drawn), recognised=found, is_unmapped=False)


def ocr_words(found: RecognisedPage) -> Iterator[Word]:
    """Return the words that OCR has read as words of a page."""
    start = 0
    for word in found.words:
        end = start + len(word.text)
        sides = (word.left, word.top, word.right, word.bottom)
        yield Word(word.text, start, end, *sides, _FIRST_LINE + word.line, PLAIN)
        start = end + 1


def is_recognised(word: Word) -> bool:
    """Tell a word that OCR has read from one of the PDF's own."""
    return word.line >= _FIRST_LINE


def _outside(own: Sequence[Word], words: Iterator[Word]) -> Iterator[Word]:
    """Return the words that are not those of the PDF itself, read from the picture once more."""
    for word in words:
        x, y = (word.left + word.right) / 2, (word.top + word.bottom) / 2
        if not any(each.left <= x <= each.right and each.top <= y <= each.bottom for each in own):
            yield word
