"""PDF, read with PDFium: the text of each page as a person reads it, with marks of what is not running text."""

import re
from contextlib import suppress
from itertools import islice

import pypdfium2

from needlepoint.errors import UnreadableFileError
from needlepoint.files.limits import Limits
from needlepoint.files.pages import PageCollector
from needlepoint.files.pdf.block import BlockKind
from needlepoint.files.pdf.opening import DAMAGED, PDFIUM_LOCK, open_pdf
from needlepoint.files.pdf.pages import PdfPages, ReadPage
from needlepoint.files.pdf.seams import PageParts
from needlepoint.files.source import SourceText
from needlepoint.text.marks import Mark, MarkKind

_DATE = re.compile(r"(?:D:)?(\d{4})(\d{2})?(\d{2})?")
_MOST_BOOKMARKS = 20_000
_NO_TEXT = "no text layer (scanned pages or pictures only): run OCR first and add the result"
_NO_LETTERS = "its fonts do not tell which letters they draw (no Unicode map): run OCR on it and add the result"
_WAIT = "an XFA form, whose pages say only 'please wait': open it in Adobe Reader, print it to a new PDF and add that"
_PLEASE_WAIT = re.compile(
    r"please wait\b.{0,40}\bif this message is not eventually replaced", re.IGNORECASE | re.DOTALL
)
_XFA = (2, 3)  # PDFium's numbers of the forms that only Adobe's programs show
_MARKS = {BlockKind.ROW: MarkKind.ROW, BlockKind.NOTE: MarkKind.NOTE, BlockKind.FURNITURE: MarkKind.FURNITURE}


def read_pdf(data: bytes, limits: Limits) -> SourceText:
    """Read a PDF; a page is a page, from 1.

    What a page repeats around its text (headers, footers, page numbers) is marked as such. A sentence goes on from page to
    page: then no form feed parts them.

    :raises UnreadableFileError: encrypted, damaged, or without a text layer.
    """
    with open_pdf(data) as document:
        with PDFIUM_LOCK:
            count, titles = len(document), _section_titles(document)
            properties = document.get_metadata_dict(skip_empty=True)
            is_xfa = document.get_formtype() in _XFA
        if count > limits.max_pages:
            raise UnreadableFileError(f"{count:,} pages, more than the {limits.max_pages:,} allowed: split it")
        collector, unread = PageCollector(limits), _Unread()
        pages = PdfPages(document)
        for index in range(count):
            parts, read = pages.parts(index), pages.read(index)
            if index == 0 and _PLEASE_WAIT.search(parts.text):
                raise UnreadableFileError(_WAIT)
            unread.note(index + 1, read)
            collector.add(parts.text, titles.get(index), _marks(parts), runs_on=parts.runs_on)
    if unread.count("damaged") == count:
        raise UnreadableFileError(DAMAGED)
    for line in [*unread.lines(), *([_XFA_FIELDS] if is_xfa else [])]:
        collector.leave_unread(line)
    metadata: dict[str, str | int | float] = {
        "author": properties.get("Author", ""),
        "subject": properties.get("Subject", ""),
        "keywords": properties.get("Keywords", ""),
        "date": _day(properties.get("CreationDate", "")) or _day(properties.get("ModDate", "")),
    }
    if unread.count("damaged"):
        metadata["damaged_pages"] = unread.count("damaged")
    reason = _NO_LETTERS if unread.count("unmapped") else _NO_TEXT
    return collector.source(type="pdf", title=properties.get("Title"), metadata=metadata, reason=reason)


_XFA_FIELDS = "fields of an XFA form that only Adobe's programs show"
_REASONS = {
    "damaged": "damaged",
    "unmapped": "its font does not tell which letters it draws: run OCR",
    "scanned": "a picture without text: run OCR",
}


class _Unread:
    """Which pages were not read, and why."""

    def __init__(self) -> None:
        self._pages: dict[str, list[int]] = {}

    def note(self, number: int, read: ReadPage) -> None:
        """Note a page, where it was not read."""
        if read.is_damaged:
            self._pages.setdefault("damaged", []).append(number)
        elif read.is_unmapped:
            self._pages.setdefault("unmapped", []).append(number)
        elif read.has_picture and not read.page.words:
            self._pages.setdefault("scanned", []).append(number)

    def count(self, kind: str) -> int:
        """Return how many pages were not read for this reason."""
        return len(self._pages.get(kind, ()))

    def lines(self) -> list[str]:
        """Return a line for each reason."""
        return [f"{_page_list(numbers)}: {_REASONS[kind]}" for kind, numbers in self._pages.items()]


def _page_list(numbers: list[int]) -> str:
    """Return ``page 3`` or ``pages 3-5, 9``."""
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    listed = ", ".join(f"{first}-{last}" if last > first else f"{first}" for first, last in ranges[:20])
    return f"page {listed}" if len(numbers) == 1 else f"pages {listed}{' ...' if len(ranges) > 20 else ''}"


def _marks(parts: PageParts) -> list[Mark]:
    return [Mark(start, end, _MARKS[kind], about) for start, end, kind, about in parts.marks if kind in _MARKS]


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


def _day(stated: str) -> str:
    """Return the ISO day of a PDF date such as ``D:20200708220458-07'00'``; empty where it is none."""
    match = _DATE.match(stated)
    if match is None:
        return ""
    year, month, day = (int(part) if part else 1 for part in match.groups())
    is_date = 1900 <= year <= 2200 and 1 <= month <= 12 and 1 <= day <= 31
    return f"{year:04}-{month:02}-{day:02}" if is_date else ""
