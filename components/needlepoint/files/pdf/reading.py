"""PDF, read with PDFium: the text of each page as a person reads it, with marks of what is not running text."""

import re
from contextlib import suppress
from functools import partial
from itertools import islice

import pypdfium2

from needlepoint.errors import UnreadableFileError
from needlepoint.files.limits import Limits
from needlepoint.files.ocr.scans import Scans
from needlepoint.files.pages import PageCollector
from needlepoint.files.pdf.accounts import PICTURE, UNMAPPED, PageAccounts
from needlepoint.files.pdf.block import BlockKind
from needlepoint.files.pdf.opening import DAMAGED, PDFIUM_LOCK, open_pdf
from needlepoint.files.pdf.pages import pdf_pages
from needlepoint.files.pdf.picture import draw_page
from needlepoint.files.pdf.scanned import ReadPage
from needlepoint.files.pdf.seams import PageParts
from needlepoint.files.source import SourceText
from needlepoint.text.marks import Mark, MarkKind

_DATE = re.compile(r"(?:D:)?(\d{4})(\d{2})?(\d{2})?")
_PRINTED = re.compile(r"^Microsoft (?:Word|PowerPoint|Excel) - ")  # before the name of the file, in titles of prints
_NOTHING_SAID = frozenset({"untitled", "anonymous", "unspecified", "(anonymous)", "(unspecified)", "none", "null"})
_MOST_BOOKMARKS = 20_000
_XFA_FIELDS = "fields of an XFA form that only Adobe's programs show"
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

    :raises UnreadableFileError: encrypted, damaged, or without any text, on its pages or in their pictures.
    """
    with open_pdf(data) as document:
        with PDFIUM_LOCK:
            count, titles = len(document), _section_titles(document)
            properties = document.get_metadata_dict(skip_empty=True)
            is_xfa = document.get_formtype() in _XFA
        if count > limits.max_pages:
            raise UnreadableFileError(f"{count:,} pages, more than the {limits.max_pages:,} allowed: split it")
        collector, accounts = PageCollector(limits), PageAccounts()
        pages = pdf_pages(document, Scans(data, partial(draw_page, data)))
        for index in range(count):
            parts, read = pages.parts(index), pages.read(index)
            if index == 0 and _PLEASE_WAIT.search(parts.text):
                raise UnreadableFileError(_WAIT)
            accounts.note(index + 1, read)
            add_page(collector, parts, read, titles.get(index))
    if accounts.damaged == count:
        raise UnreadableFileError(DAMAGED)
    for line in [*accounts.lines(), *([_XFA_FIELDS] if is_xfa else [])]:
        collector.leave_unread(line)
    metadata: dict[str, str | int | float] = {
        **{name: _said(properties.get(name.title(), "")) for name in ("author", "subject", "keywords")},
        "date": _day(properties.get("CreationDate", "")) or _day(properties.get("ModDate", "")),
        **accounts.metadata,
    }
    return collector.source(
        type="pdf",
        title=_said(_PRINTED.sub("", properties.get("Title", ""))),
        metadata=metadata,
        reason=no_text_reason(accounts.why),
    )


def _said(property_: str) -> str:
    """Return a property unless it is what a program fills in where nobody has said anything."""
    return "" if property_.strip().casefold() in _NOTHING_SAID else property_


def add_page(collector: PageCollector, parts: PageParts, read: ReadPage, title: str | None = None) -> None:
    """Append a page as it was laid out."""
    marks = [Mark(start, end, _MARKS[kind], about) for start, end, kind, about in parts.marks if kind in _MARKS]
    confidence = round(read.recognised.confidence, 2) if read.recognised else None
    collector.add(parts.text, title, marks, runs_on=parts.runs_on, confidence=confidence)


def no_text_reason(why: str) -> str:
    """Return what to say of a file of pages without text.

    :param why: the reason that its first unread page has.
    """
    if why.startswith(UNMAPPED):
        return f"its fonts do not tell which letters they draw (no Unicode map){why.removeprefix(UNMAPPED)}"
    if why.startswith(PICTURE):
        return f"no text layer (scanned pages or pictures only){why.removeprefix(PICTURE)}"
    return f"no text in it: {why or 'its pages are empty'}"


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
