"""PDF, read with PDFium: text of each page in paragraphs, and where on the page a range of it stands."""

import ctypes
import re
import threading
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from itertools import islice
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium

from needlepoint.errors import UnreadableFileError
from needlepoint.files.limits import Limits
from needlepoint.files.pages import PageCollector
from needlepoint.files.pdf_flow import Line, flow, line_spans, raw_range
from needlepoint.files.source import SourceText

PDFIUM_LOCK = threading.RLock()
"""PDFium is not thread-safe: hold this around everything that touches it, closing included."""

_DATE = re.compile(r"(?:D:)?(\d{4})(\d{2})?(\d{2})?")
_DEVICE_UNITS = 100  # to a point: PDFium gives device coordinates as whole numbers
_MOST_BOOKMARKS = 20_000
_PASSWORD = "password-protected: remove the password and add it again"
_DAMAGED = "the PDF is damaged or was cut short: download or save it again"
_NO_TEXT = "no text layer (scanned pages or pictures only): run OCR first and add the result"
Box = tuple[float, float, float, float]


def read_pdf(data: bytes, limits: Limits) -> SourceText:
    """Read a PDF; a page is a page, from 1.

    :raises UnreadableFileError: encrypted, damaged, or without a text layer.
    """
    with PDFIUM_LOCK, _open(data) as document:
        count = len(document)
        if count > limits.max_pages:
            raise UnreadableFileError(f"{count:,} pages, more than the {limits.max_pages:,} allowed: split it")
        collector, unread = PageCollector(limits), 0
        titles = _section_titles(document)
        for index in range(count):
            text = _text_of(document, index)
            unread += text is None
            collector.add(text or "", titles.get(index))
        if unread == count:
            raise UnreadableFileError(_DAMAGED)
        properties = document.get_metadata_dict(skip_empty=True)
    metadata: dict[str, str | int | float] = {
        "author": properties.get("Author", ""),
        "subject": properties.get("Subject", ""),
        "keywords": properties.get("Keywords", ""),
        "date": _day(properties.get("CreationDate", "")) or _day(properties.get("ModDate", "")),
    }
    if unread:
        metadata["damaged_pages"] = unread
    return collector.source(type="pdf", title=properties.get("Title"), metadata=metadata, reason=_NO_TEXT)


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
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise UnreadableFileError(f"the file cannot be read ({error.strerror or error})") from error
    with PDFIUM_LOCK, _open(data) as document:
        if not 1 <= page_number <= len(document):
            raise ValueError(f"page_number must be in [1, {len(document)}], got {page_number}")
        with closing(document[page_number - 1]) as page, closing(page.get_textpage()) as text_page:
            raw = _raw_text(text_page)
            text = flow(_lines(text_page, raw))
            if not 0 <= start <= end <= len(text):
                raise ValueError(f"start and end must be in [0, {len(text)}], got {start} and {end}")
            return _boxes(page, text_page, raw, raw_range(raw, text, start, end))


@contextmanager
def _open(data: bytes) -> Iterator[pypdfium2.PdfDocument]:
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        is_locked = getattr(error, "err_code", None) in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY)
        raise UnreadableFileError(_PASSWORD if is_locked else _DAMAGED) from error
    with closing(document):
        if len(document) == 0:
            raise UnreadableFileError(_DAMAGED)
        yield document


def _section_titles(document: pypdfium2.PdfDocument) -> dict[int, str]:
    """Return for each page the bookmark that begins on it, else the last one before it."""
    first: dict[int, str] = {}
    last: dict[int, str] = {}
    with suppress(pypdfium2.PdfiumError):
        for bookmark in islice(document.get_toc(), _MOST_BOOKMARKS):
            target = bookmark.get_dest()
            index = target.get_index() if target else None
            if index is not None and (title := bookmark.get_title().strip()):
                first.setdefault(index, title)
                last[index] = title
    titles, running = {}, ""
    for index in range(len(document)):
        titles[index] = first.get(index, running)
        running = last.get(index, running)
    return titles


def _text_of(document: pypdfium2.PdfDocument, index: int) -> str | None:
    """Return a page's text, or nothing where the page is damaged."""
    try:
        page = document[index]
    except pypdfium2.PdfiumError:
        return None
    with closing(page):
        try:
            text_page = page.get_textpage()
        except pypdfium2.PdfiumError:
            return None
        with closing(text_page):
            return flow(_lines(text_page, _raw_text(text_page)))


def _raw_text(text_page: pypdfium2.PdfTextPage) -> str:
    text: str = text_page.get_text_range(errors="surrogatepass")
    return text


def _lines(text_page: pypdfium2.PdfTextPage, raw: str) -> list[Line]:
    places = _Places(text_page, raw)
    return [_line(places, raw, start, end, hyphenated) for start, end, hyphenated in line_spans(raw)]


def _line(places: "_Places", raw: str, start: int, end: int, hyphenated: bool) -> Line:
    text = raw[start:end]
    first = start + len(text) - len(text.lstrip())
    last = max(start + len(text.rstrip()) - 1, first)
    word_end = first
    while word_end < last and not raw[word_end + 1].isspace():
        word_end += 1
    begin, finish, middle, word = (places.box(place) for place in (first, last, (first + last) // 2, word_end))
    usual = sorted((begin, finish, middle), key=lambda box: box[3] - box[1])[
        1
    ]  # a raised mark at an end does not count
    return Line(
        text=text,
        hyphenated=hyphenated,
        left=begin[0],
        right=finish[2],
        bottom=usual[1],
        height=usual[3] - usual[1],
        first_word=word[2] - begin[0],
    )


class _Places:
    """Boxes of characters of a page's text, in points with y upwards: left, bottom, right, top."""

    def __init__(self, text_page: pypdfium2.PdfTextPage, raw: str) -> None:
        self._text_page = text_page
        # PDFium counts UTF-16 units, Python characters
        self._wide = [place for place, character in enumerate(raw) if character > "\uffff"] if not raw.isascii() else []

    def character(self, place: int) -> int:
        unit = place + bisect_left(self._wide, place)
        return int(pdfium.FPDFText_GetCharIndexFromTextIndex(self._text_page, unit))

    def box(self, place: int) -> Box:
        rectangle = pdfium.FS_RECTF()
        index = self.character(place)
        if index < 0 or not pdfium.FPDFText_GetLooseCharBox(self._text_page, index, ctypes.byref(rectangle)):
            return (0.0, 0.0, 0.0, 0.0)
        return (rectangle.left, rectangle.bottom, rectangle.right, rectangle.top)


def _boxes(page: pypdfium2.PdfPage, text_page: pypdfium2.PdfTextPage, raw: str, span: tuple[int, int]) -> list[Box]:
    start, end = span
    boxes: list[Box] = []
    places = _Places(text_page, raw)
    for line_start, line_end, _ in line_spans(raw):
        first, last = max(start, line_start), min(end, line_end) - 1
        shown = [place for place in range(first, last + 1) if not raw[place].isspace()]
        found = [box for box in map(places.box, shown) if box[2] > box[0] and box[3] > box[1]]
        if found:
            lefts, bottoms, rights, tops = zip(*found, strict=True)
            boxes.append(_as_shown(page, (min(lefts), min(bottoms), max(rights), max(tops))))
    return boxes


def _as_shown(page: pypdfium2.PdfPage, box: Box) -> Box:
    """Return a box in points from the upper left corner, with the page's rotation and crop box taken in."""
    width, height = (round(side * _DEVICE_UNITS) for side in page.get_size())
    corners = []
    for x, y in ((box[0], box[1]), (box[2], box[3])):
        shown_x, shown_y = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDF_PageToDevice(page, 0, 0, width, height, 0, x, y, ctypes.byref(shown_x), ctypes.byref(shown_y))
        corners.append((shown_x.value / _DEVICE_UNITS, shown_y.value / _DEVICE_UNITS))
    (x1, y1), (x2, y2) = corners
    return (min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))


def _day(stated: str) -> str:
    """Return the ISO day of a PDF date such as ``D:20200708220458-07'00'``; empty where it is none."""
    match = _DATE.match(stated)
    if match is None:
        return ""
    year, month, day = (int(part) if part else 1 for part in match.groups())
    is_date = 1900 <= year <= 2200 and 1 <= month <= 12 and 1 <= day <= 31
    return f"{year:04}-{month:02}-{day:02}" if is_date else ""
