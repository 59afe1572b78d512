"""Where on a PDF page a range of its text stands, and where each of its words does."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pypdfium2

from needlepoint.errors import UnreadableFileError
from needlepoint.files.pdf.drawings import Box, Frame
from needlepoint.files.pdf.letters import Letters
from needlepoint.files.pdf.opening import open_page, open_pdf
from needlepoint.files.pdf.page import Word
from needlepoint.files.pdf.pages import PdfPages

_Span = tuple[int, int, Word]
_MOST_WORDS = 20_000  # of a page whose places are told


class WordBox(NamedTuple):
    """A word of a page: characters of the page's text, and its sides in points from the upper left corner."""

    start: int
    end: int
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class WordBoxes:
    """The words of a page with their places.

    :param text: of the page, in which the words are counted.
    :param width: of the page as it is shown, in points; so is ``height``.
    """

    text: str
    width: float
    height: float
    words: Sequence[WordBox]


def word_boxes(path: Path, numbers: Sequence[int]) -> list[WordBoxes]:
    """Return where the words of pages stand; pages beside each other are read faster together than alone.

    :param path: the PDF file.
    :param numbers: of the pages, from 1.
    :raises ValueError: no such page.
    :raises UnreadableFileError: the file is gone or is no readable PDF.
    """
    with _opened(path) as (_, pages):
        return [_words_of(pages, number) for number in numbers]


def _words_of(pages: PdfPages, number: int) -> WordBoxes:
    _check_number(pages, number)
    parts, page = pages.parts(number - 1), pages.read(number - 1).page
    words = [
        WordBox(start, end, word.left, word.top, word.right, word.bottom)
        for start, end, word in parts.spans[:_MOST_WORDS]
    ]
    return WordBoxes(parts.text, page.width, page.height, words)


def page_boxes(path: Path, page_number: int, start: int, end: int) -> list[Box]:
    """Return where a range of a page's text stands on the page, as it is shown.

    :param path: the PDF file.
    :param page_number: from 1.
    :param start: first character, counted from the beginning of the page's text (``document start - page.start``).
    :param end: one past the last character.
    :returns: one box a line, ``(left, top, right, bottom)`` in points from the upper left corner of the shown page.
    :raises ValueError: no such page, or the range does not lie in its text.
    :raises UnreadableFileError: the file is gone or is no readable PDF.
    """
    with _opened(path) as (document, pages):
        _check_number(pages, page_number)
        parts = pages.parts(page_number - 1)
        if not 0 <= start <= end <= len(parts.text):
            raise ValueError(f"start and end must be in [0, {len(parts.text)}], got {start} and {end}")
        touched = [span for span in parts.spans if max(span[0], start) < min(span[1], end)]
        return _joined(_word_boxes(document, page_number - 1, touched, start, end)) if touched else []


@contextmanager
def _opened(path: Path) -> Iterator[tuple[pypdfium2.PdfDocument, PdfPages]]:
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise UnreadableFileError(f"the file cannot be read ({error.strerror or error})") from error
    with open_pdf(data) as document:
        yield document, PdfPages(document)


def _check_number(pages: PdfPages, number: int) -> None:
    if not 1 <= number <= pages.count:
        raise ValueError(f"page_number must be in [1, {pages.count}], got {number}")


def _word_boxes(
    document: pypdfium2.PdfDocument, index: int, spans: Sequence[_Span], start: int, end: int
) -> list[tuple[Word, Box]]:
    with open_page(document, index) as (page, text_page):
        letters = Letters(text_page, Frame.of(page))
        return [(span[2], _box(letters, span, start, end)) for span in spans]


def _box(letters: Letters, span: _Span, start: int, end: int) -> Box:
    """Return the box of a word, or of the letters of it that lie in the range."""
    begin, stop, word = span
    first, last = max(start - begin, 0), min(end, stop) - begin
    is_whole = last - first == stop - begin or stop - begin > word.end - word.start
    if is_whole or word.style.angle:
        return (word.left, word.top, word.right, word.bottom)
    left, right = letters.box(word.start + first), letters.box(word.start + last - 1)
    return (left[0], word.top, right[2], word.bottom)


def _joined(boxes: Sequence[tuple[Word, Box]]) -> list[Box]:
    """Join the boxes of words that follow each other on one line."""
    joined: list[Box] = []
    for word, box in boxes:
        if joined and word.style.angle == 0 and _follows(joined[-1], box):
            last = joined[-1]
            joined[-1] = (last[0], min(last[1], box[1]), max(last[2], box[2]), max(last[3], box[3]))
        else:
            joined.append(box)
    return joined


def _follows(box: Box, following: Box) -> bool:
    height = min(box[3] - box[1], following[3] - following[1])
    shared = min(box[3], following[3]) - max(box[1], following[1])
    return shared > 0.5 * height and -0.5 * height < following[0] - box[2] < 3 * height
