"""A page of a PDF, an image file or a scan in XPS as a picture, with a box on each line of the words that matter."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from needlepoint.errors import UnreadableFileError
from needlepoint.files.ocr.scans import Missing, OcrPlan, planned
from needlepoint.files.ocr.settings import OcrSettings
from needlepoint.files.reading import DEFAULT_LIMITS, read_bytes, recognised
from needlepoint.files.workers.pool import shared_pool
from needlepoint.files.workers.requests import FileRequest

if TYPE_CHECKING:
    from needlepoint.files.pdf.boxes import PageMarks
    from needlepoint.files.pdf.picture import PagePicture

_PICTURED = frozenset({"pdf", "image"})
_PICTURED_SCANS = frozenset({"xps"})  # of these, pages that OCR has read


def is_pictured(meta: Mapping[str, Any]) -> bool:
    """Tell whether pages of a document can be drawn, by its metadata."""
    return meta.get("type") in _PICTURED or (meta.get("type") in _PICTURED_SCANS and "read_by_ocr" in meta)


@dataclass(frozen=True, slots=True)
class WantedPage:
    """A page to draw.

    :param path: the file.
    :param number: of the page, from 1.
    :param text: of the page.
    :param start: first marked character of its text.
    :param end: one past the last; nothing is marked where it is not more than the first.
    :param is_scan: whether its text was read by OCR.
    """

    path: Path
    number: int
    text: str
    start: int = 0
    end: int = 0
    is_scan: bool = False


def page_picture(page: WantedPage, width_px: int) -> "PagePicture":
    """Draw a page; one that OCR has read stands upright, however it lay in the scanner.

    :raises UnreadableFileError: it cannot be drawn.
    :raises ValueError: no such page, or the marked characters are not in its text.
    """
    found, data = recognised(page.path.name, read_bytes(page.path))
    if found.name not in _PICTURED | _PICTURED_SCANS or found.draw is None:
        raise UnreadableFileError("neither a PDF nor an image: only its text can be shown")
    if page.number < 1:
        raise ValueError(f"number must be at least 1, got {page.number}")
    boxes, turn = _marks(page, data, found.name) if page.start < page.end or page.is_scan else ([], 0)
    if found.name == "pdf":
        from needlepoint.files.pdf import picture

        return picture.page_picture(data, page.number, width_px=width_px, boxes=boxes, turn=turn)
    from needlepoint.files.images.picture import drawn_picture

    return drawn_picture(found.draw(data, page.number - 1), width_px=width_px, boxes=boxes, turn=turn)


def _marks(page: WantedPage, data: bytes, kind: str) -> "PageMarks":
    """Return where the marked words stand; pages nearby that OCR has to read first are read by workers."""
    settings = OcrSettings.from_environment()
    with planned(OcrPlan(settings, Missing.WAIT)) as plan:
        found = _marks_now(page, data, kind)
    if not plan.waiting:
        return found
    request = FileRequest(page.path, DEFAULT_LIMITS)
    failures = shared_pool().recognise(request, sorted(set(plan.waiting)), threading.Event())
    with planned(OcrPlan(settings, Missing.LEAVE, failures)):
        return _marks_now(page, data, kind)


def _marks_now(page: WantedPage, data: bytes, kind: str) -> "PageMarks":
    expected = page.text if page.is_scan else None
    if kind == "pdf":
        from needlepoint.files.pdf.boxes import page_marks

        return page_marks(data, page.number, page.start, page.end, expected)
    if kind == "xps":
        from needlepoint.files.xps.reading import xps_marks

        return xps_marks(data, page.number, page.start, page.end, expected)
    from needlepoint.files.images.reading import image_marks

    return image_marks(data, page.number, page.start, page.end, expected)
