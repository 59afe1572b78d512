"""The files that a PDF carries: a portfolio's, or attached to the document."""

from collections.abc import Iterator
from contextlib import suppress

import pypdfium2

from needlepoint.errors import UnreadableFileError
from needlepoint.files.limits import Limits
from needlepoint.files.members.part import Part
from needlepoint.files.pdf.opening import PDFIUM_LOCK, open_pdf

_MARK = b"/EmbeddedFile"
_PACKED = b"/ObjStm"


def pdf_parts(data: bytes, limits: Limits) -> Iterator[Part]:
    """Return the files that a PDF carries.

    :raises UnreadableFileError: it is encrypted or damaged.
    """
    if _MARK not in data and _PACKED not in data:  # most carry none: they are not opened a second time
        return
    with open_pdf(data) as document:
        with PDFIUM_LOCK:
            count = document.count_attachments()
        for number in range(count):
            name = f"attachment {number + 1}"
            with PDFIUM_LOCK, suppress(pypdfium2.PdfiumError, UnicodeError):
                name = document.get_attachment(number).get_name() or name
            yield Part(name, lambda number=number: _chunks(document, number))  # type: ignore[misc]


def _chunks(document: pypdfium2.PdfDocument, number: int) -> Iterator[bytes]:
    try:
        with PDFIUM_LOCK:
            content = bytes(document.get_attachment(number).get_data())
    except pypdfium2.PdfiumError as error:
        raise UnreadableFileError("damaged, or without content: get the PDF again") from error
    yield content
