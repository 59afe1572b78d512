"""Image files, read by OCR: PNG, JPEG, TIFF with any number of pages, WebP, GIF and BMP."""

from functools import partial

from needlepoint.files.images.opening import draw_page, is_animated, page_count
from needlepoint.files.limits import Limits
from needlepoint.files.ocr.scans import Scans
from needlepoint.files.pages import PageCollector
from needlepoint.files.pdf.accounts import PageAccounts
from needlepoint.files.pdf.boxes import PageMarks, marks_on
from needlepoint.files.pdf.pages import Pages
from needlepoint.files.pdf.reading import add_page
from needlepoint.files.pdf.scanned import ReadPage, with_ocr
from needlepoint.files.source import SourceText


def read_image(data: bytes, limits: Limits) -> SourceText:
    """Read an image file; each picture of a TIFF is a page, laid out as a page of a PDF.

    :raises UnreadableFileError: damaged, without any text, or OCR is not there to read it.
    """
    pages = _pages(data, limits)
    collector, accounts = PageCollector(limits), PageAccounts()
    for index in range(pages.count):
        parts, read = pages.parts(index), pages.read(index)
        accounts.note(index + 1, read)
        add_page(collector, parts, read)
    for line in accounts.lines():
        collector.leave_unread(line)
    if is_animated(data):
        collector.leave_unread("all pictures but the first one of a moving image")
    return collector.source(type="image", metadata=accounts.metadata, reason=accounts.why)


def image_marks(data: bytes, page_number: int, start: int, end: int, expected: str | None = None) -> PageMarks:
    """Return where a range of a page's text stands, as :func:`needlepoint.files.pdf.boxes.page_marks` does for a PDF."""
    return marks_on(_pages(data, Limits()), page_number, (start, end), expected=expected)


def _pages(data: bytes, limits: Limits) -> Pages:
    scans = Scans(data, partial(draw_page, data))

    def read_alone(index: int) -> ReadPage:
        return with_ocr(ReadPage(has_picture=True, needs_ocr=True), scans.page(index))

    return Pages(page_count(data, limits), read_alone)
