"""XPS and OpenXPS, laid out as the pages of a PDF are."""

from dataclasses import replace
from functools import partial
from itertools import islice

from needlepoint.errors import UnreadableFileError
from needlepoint.files.limits import DAMAGED, Limits
from needlepoint.files.ocr.scans import Scans
from needlepoint.files.office.properties import stated_properties
from needlepoint.files.pages import PageCollector
from needlepoint.files.pdf.accounts import PageAccounts
from needlepoint.files.pdf.boxes import PageMarks, marks_on
from needlepoint.files.pdf.page import PageWords
from needlepoint.files.pdf.pages import Pages, is_nameless
from needlepoint.files.pdf.reading import add_page, no_text_reason
from needlepoint.files.pdf.scanned import ReadPage, needs_ocr, with_ocr
from needlepoint.files.pdf.validity import struck_words, visible_words
from needlepoint.files.source import SourceText
from needlepoint.files.xps.drawing import NOT_DRAWN, draw_page
from needlepoint.files.xps.fonts import Fonts
from needlepoint.files.xps.package import XpsPackage
from needlepoint.files.xps.page import read_page

_PRINT = "print it to PDF and add that"


def read_xps(data: bytes, limits: Limits) -> SourceText:
    """Read a print that is kept as XPS; each ``FixedPage`` is a page, from 1.

    :raises UnreadableFileError: encrypted, damaged, without any text, or over a limit.
    """
    package = XpsPackage(data, limits)
    pages = _pages(data, package, limits)
    collector, accounts = PageCollector(limits), PageAccounts()
    for index in range(pages.count):
        parts, read = pages.parts(index), pages.read(index)
        accounts.note(index + 1, read)
        add_page(collector, parts, read)
    if accounts.damaged == pages.count:
        raise UnreadableFileError(DAMAGED)
    for line in accounts.lines():
        collector.leave_unread(line)
    stated = stated_properties(package.core_properties())
    return collector.source(
        type="xps",
        title=stated["title"],
        metadata=stated["metadata"] | accounts.metadata,
        reason=no_text_reason(accounts.why),
    )


def xps_marks(data: bytes, page_number: int, start: int, end: int, expected: str | None = None) -> PageMarks:
    """Return where a range of a page's text stands, as :func:`needlepoint.files.pdf.boxes.page_marks` does for a PDF."""
    limits = Limits()
    pages = _pages(data, XpsPackage(data, limits), limits)
    return marks_on(pages, page_number, (start, end), expected=expected)


def _pages(data: bytes, package: XpsPackage, limits: Limits) -> Pages:
    paths = list(islice(package.pages(), limits.max_pages + 1))  # a document may be named again and again
    if len(paths) > limits.max_pages:
        raise UnreadableFileError(f"more than {limits.max_pages:,} pages: split it into several files")
    fonts, scans = Fonts(package), Scans(data, partial(draw_page, data))

    def read_alone(index: int) -> ReadPage:
        root = package.markup(paths[index])
        if root is None:
            return ReadPage(is_damaged=True)
        page, pictures = read_page(root, paths[index], fonts)
        read = _read(page)
        if not read.has_picture or not pictures:
            return read
        return with_ocr(replace(read, needs_ocr=True), scans.page(index))

    return Pages(len(paths), read_alone)


def _read(page: PageWords) -> ReadPage:
    if is_nameless(page):
        return ReadPage(PageWords(page.width, page.height), is_unmapped=True, reason=_PRINT)
    shown = visible_words(page)
    has_picture = needs_ocr(shown, page)
    struck = struck_words(shown, page)
    out = set(map(id, struck))
    shown = [word for word in shown if id(word) not in out]
    words = PageWords(page.width, page.height, shown, page.drawings)
    return ReadPage(words, struck, has_picture=has_picture, reason=NOT_DRAWN)
