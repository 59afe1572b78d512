"""Pictures of pages, with the quoted words marked."""

from typing import TYPE_CHECKING

from needlepoint.errors import UnknownDocumentError, UnreadableFileError
from needlepoint.files.page_pictures import WantedPage, is_pictured, page_picture
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
    if not is_pictured(record.meta):
        raise UnknownDocumentError(f"{record.meta.get('name')} has no pages to draw: only its text can be shown")
    page, text = service.texts.page(record.id, number)
    path = service.original(record)
    start, end = (max(marked[0], page.start), min(marked[1], page.end)) if marked else (page.start, page.start)
    wanted = WantedPage(path, number, text, start - page.start, end - page.start, is_scan=page.confidence is not None)
    try:
        return page_picture(wanted, width_px)
    except (UnreadableFileError, ValueError, OSError) as error:
        raise UnknownDocumentError(f"page {number} of {record.meta.get('name')} cannot be drawn: {error}") from error
