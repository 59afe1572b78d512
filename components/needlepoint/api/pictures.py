"""Pictures of PDF pages, with the quoted words marked."""

from typing import TYPE_CHECKING

from needlepoint.errors import UnknownDocumentError, UnreadableFileError
from needlepoint.service.facade import Service
from needlepoint.stores.records import Record

if TYPE_CHECKING:
    from needlepoint.files.pdf.picture import PagePicture


def picture(
    service: Service, record: Record, number: int, *, marked: tuple[int, int] | None, width_px: int
) -> "PagePicture":
    """Return a page of a document as PNG, with the boxes of its marked words.

    :param marked: characters of the source text; those on other pages are ignored.
    :raises UnknownDocumentError: there is no such page, or it cannot be drawn.
    """
    from needlepoint.files.pdf.boxes import page_boxes
    from needlepoint.files.pdf.picture import page_picture

    if record.meta.get("type") != "pdf":
        raise UnknownDocumentError(f"{record.meta.get('name')} is not a PDF: only its text can be shown")
    page, _ = service.texts.page(record.id, number)
    path = service.original(record)
    try:
        start, end = (max(marked[0], page.start), min(marked[1], page.end)) if marked else (0, 0)
        boxes = page_boxes(path, number, start - page.start, end - page.start) if start < end else []
        return page_picture(path.read_bytes(), number, width_px=width_px, boxes=boxes)
    except (UnreadableFileError, ValueError, OSError) as error:
        raise UnknownDocumentError(f"page {number} of {record.meta.get('name')} cannot be drawn: {error}") from error
