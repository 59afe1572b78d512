"""Where on a PDF page a range of its text stands, and where each of its words does."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pypdfium2

from needlepoint.errors import UnreadableFileError
from needlepoint.files.ocr.scans import Missing, OcrPlan, Scans, planned
from needlepoint.files.ocr.settings import OcrSettings
from needlepoint.files.pdf.drawings import Box, Frame
from needlepoint.files.pdf.letters import Letters
from needlepoint.files.pdf.opening import open_page, open_pdf
from needlepoint.files.pdf.page import Word
from needlepoint.files.pdf.pages import Pages, pdf_pages
from needlepoint.files.pdf.picture import draw_page

_Span = tuple[int, int, Word]
_LEANING = 0.4  # degrees: lines that lean more have a box for each word


class PageMarks(NamedTuple):
    """Where a range of a page's text stands.

    :param boxes: one a line, ``(left, top, right, bottom)`` in points from the upper left corner of the shown page.
    :param turn: by how many degrees clockwise the page is turned before it is shown: a scan may lie on its side.
    """

    boxes: list[Box]
    turn: int = 0


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
    data = _bytes_of(path)
    with planned(OcrPlan(OcrSettings.from_environment(), Missing.LEAVE)), open_pdf(data) as document:
        pages = pdf_pages(document, Scans(data, partial(draw_page, data)))
        return [_words_of(pages, number) for number in numbers]


def _words_of(pages: Pages, number: int) -> WordBoxes:
    _check_number(pages, number)
    parts, read = pages.parts(number - 1), pages.read(number - 1)
    found, size = read.recognised, read.recognised or read.page
    words = [
        WordBox(start, end, *(found.shown(_sides(word)) if found else _sides(word)))
        for start, end, word in parts.spans[:_MOST_WORDS]
    ]
    return WordBoxes(parts.text, size.width, size.height, words)


def _sides(word: Word) -> Box:
    return (word.left, word.top, word.right, word.bottom)


def _bytes_of(path: Path) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise UnreadableFileError(f"the file cannot be read ({error.strerror or error})") from error


def _check_number(pages: Pages, number: int) -> None:
    if not 1 <= number <= pages.count:
        raise ValueError(f"page_number must be in [1, {pages.count}], got {number}")


def page_boxes(path: Path, page_number: int, start: int, end: int) -> list[Box]:
    """Return where a range of a page's text stands on the page of a PDF, as :func:`page_marks` does for its bytes.

    :raises UnreadableFileError: the file is gone or is no readable PDF.
    """
    return page_marks(_bytes_of(path), page_number, start, end).boxes


def page_marks(data: bytes, page_number: int, start: int, end: int, expected: str | None = None) -> PageMarks:
    """Return where a range of a page's text stands on the page of a PDF, as it is shown.

    :param data: the file's bytes.
    :param page_number: from 1.
    :param start: first character, counted from the beginning of the page's text (``document start - page.start``).
    :param end: one past the last character.
    :param expected: the page's text: where the file is read otherwise now, nothing is marked.
    :raises ValueError: no such page, or the range does not lie in its text.
    :raises UnreadableFileError: it is no readable PDF.
    """
    with open_pdf(data) as document:
        pages = pdf_pages(document, Scans(data, partial(draw_page, data)))
        exact_boxes = partial(_exact_boxes, document, page_number - 1)
        return marks_on(pages, page_number, (start, end), exact_boxes=exact_boxes, expected=expected)


def marks_on(
    pages: Pages,
    page_number: int,
    span: tuple[int, int],
    *,
    exact_boxes: Callable[[Sequence[_Span], int, int], list[Box]] | None = None,
    expected: str | None = None,
) -> PageMarks:
    """Return where a range of a page's text stands.

    :param exact_boxes: returns the boxes of words whose letters have boxes, too.
    :param expected: the page's text: where the file is read otherwise now, nothing is marked.
    :raises ValueError: no such page, or the range does not lie in its text.
    """
    _check_number(pages, page_number)
    parts, found = pages.parts(page_number - 1), pages.read(page_number - 1).recognised
    if expected is not None and parts.text != expected:
        return PageMarks([], found.turn if found else 0)
    start, end = span
    if not 0 <= start <= end <= len(parts.text):
        raise ValueError(f"start and end must be in [0, {len(parts.text)}], got {start} and {end}")
    touched = [span for span in parts.spans if max(span[0], start) < min(span[1], end)]
    if found is None and exact_boxes and touched:
        words = exact_boxes(touched, start, end)
    else:
        words = [_share_of_box(span, start, end) for span in touched]
    if found is not None and abs(found.skew) > _LEANING:
        return PageMarks([found.shown(box) for box in words], found.turn)  # a box for the line would hold others, too
    boxes = _joined([span[2] for span in touched], words)
    return PageMarks([found.shown(box) for box in boxes], found.turn) if found else PageMarks(boxes)


def _share_of_box(span: _Span, start: int, end: int) -> Box:
    """Return the box of a word, or the share of it that the characters in the range have of all."""
    begin, stop, word = span
    first, last = max(start - begin, 0), min(end, stop) - begin
    width = (word.right - word.left) / max(stop - begin, 1)
    return (word.left + first * width, word.top, word.left + last * width, word.bottom)


def _exact_boxes(
    document: pypdfium2.PdfDocument, index: int, spans: Sequence[_Span], start: int, end: int
) -> list[Box]:
    with open_page(document, index) as (page, text_page):
        letters = Letters(text_page, Frame.of(page))
        return [_box(letters, span, start, end) for span in spans]


def _box(letters: Letters, span: _Span, start: int, end: int) -> Box:
    """Return the box of a word, or of the letters of it that lie in the range."""
    begin, stop, word = span
    first, last = max(start - begin, 0), min(end, stop) - begin
    is_whole = last - first == stop - begin or stop - begin > word.end - word.start
    if is_whole or word.style.angle:
        return (word.left, word.top, word.right, word.bottom)
    left, right = letters.box(word.start + first), letters.box(word.start + last - 1)
    return (left[0], word.top, right[2], word.bottom)


def _joined(words: Sequence[Word], boxes: Sequence[Box]) -> list[Box]:
    """Join the boxes of words that follow each other on one line."""
    joined: list[Box] = []
    for word, box in zip(words, boxes, strict=True):
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
