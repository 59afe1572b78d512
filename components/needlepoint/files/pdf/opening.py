"""PDFium's document and its lock: held for a page at a time, so that a long file does not make a short one wait."""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pypdfium2
import pypdfium2.raw as pdfium

from needlepoint.errors import UnreadableFileError

PDFIUM_LOCK = threading.RLock()
"""PDFium is not thread-safe: hold this around everything that touches it, closing included, and for one page at most."""

DAMAGED = "the PDF is damaged or was cut short: download or save it again"
_PASSWORD = "password-protected: remove the password and add it again"


@contextmanager
def open_pdf(data: bytes) -> Iterator[pypdfium2.PdfDocument]:
    """Open a PDF; the lock is held while it opens and closes, not in between.

    :raises UnreadableFileError: encrypted or damaged.
    """
    with PDFIUM_LOCK:
        document = _opened(data)
    try:
        yield document
    finally:
        with PDFIUM_LOCK:
            document.close()


def _opened(data: bytes) -> pypdfium2.PdfDocument:
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        is_locked = getattr(error, "err_code", None) in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY)
        raise UnreadableFileError(_PASSWORD if is_locked else DAMAGED) from error
    if len(document) == 0:
        document.close()
        raise UnreadableFileError(DAMAGED)
    return document


@contextmanager
def open_page(document: pypdfium2.PdfDocument, index: int) -> Iterator[tuple[pypdfium2.PdfPage, pypdfium2.PdfTextPage]]:
    """Open a page and its text, with the lock held.

    :raises pypdfium2.PdfiumError: the page is damaged.
    """
    with PDFIUM_LOCK, closing(document[index]) as page, closing(page.get_textpage()) as text_page:
        yield page, text_page
