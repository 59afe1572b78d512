"""A page of a PDF as a picture, with a box on each line of the words that matter."""

import io
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

import pypdfium2

from needlepoint.errors import UnreadableFileError
from needlepoint.files.ocr.drawn import DPI, LONGEST_PX, POINTS, DrawnPage
from needlepoint.files.ocr.lines import turned
from needlepoint.files.pdf.drawings import Box
from needlepoint.files.pdf.opening import PDFIUM_LOCK, open_pdf

if TYPE_CHECKING:
    from PIL.Image import Image

_MARK = (255, 224, 110)
_FRAME = (176, 112, 0)
_MARGIN_POINTS = 1.5
TALLEST_PX = 6_000


class PagePicture(NamedTuple):
    """A page as PNG; ``boxes`` are where it is marked, left, top, right, bottom as fractions of width and height."""

    png: bytes
    boxes: list[Box]


def page_sizes(data: bytes) -> list[tuple[float, float]]:
    """Return width and height of each page as it is shown, in points.

    :param data: the PDF file's bytes.
    :raises UnreadableFileError: encrypted or damaged.
    """
    with open_pdf(data) as document, PDFIUM_LOCK:
        return [document.get_page_size(index) for index in range(len(document))]


def page_picture(
    data: bytes, page_number: int, *, width_px: int, boxes: Sequence[Box] = (), turn: int = 0
) -> PagePicture:
    """Draw a page.

    :param data: the PDF file's bytes.
    :param page_number: from 1.
    :param width_px: of the picture; a very long page gets a narrower one.
    :param boxes: marked, as :func:`needlepoint.files.pdf.boxes.page_marks` gives them.
    :param turn: by how many degrees clockwise it is turned: 0, 90, 180 or 270.
    :raises ValueError: no such page, or a width below one.
    :raises UnreadableFileError: the page cannot be drawn.
    """
    if width_px < 1:
        raise ValueError(f"width_px must be at least 1, got {width_px}")

    def fitting(width: float, height: float) -> float:
        across, down = (height, width) if turn in (90, 270) else (width, height)
        return min(width_px / max(across, 1), TALLEST_PX / max(down, 1))

    picture, scale = _drawn(data, page_number, fitting)
    return marked_picture(turned(picture, turn), boxes, scale)


def draw_page(data: bytes, index: int) -> DrawnPage:
    """Draw a page for OCR.

    :param index: from 0.
    :raises UnreadableFileError: the page cannot be drawn.
    """

    def fitting(width: float, height: float) -> float:
        return min(DPI / POINTS, LONGEST_PX / max(width, height, 1))

    picture, scale = _drawn(data, index + 1, fitting)
    return DrawnPage(picture, picture.width / scale)


def marked_picture(picture: "Image", boxes: Sequence[Box], scale: float) -> PagePicture:
    """Return a picture with a box on each line of the words that matter.

    :param scale: its pixels to a point.
    """
    width, height = (side / scale for side in picture.size)
    fractions = [(left / width, top / height, right / width, bottom / height) for left, top, right, bottom in boxes]
    if boxes:
        picture = _marked(picture, boxes, scale)
    encoded = io.BytesIO()
    picture.save(encoded, "PNG")
    return PagePicture(encoded.getvalue(), fractions)


def _drawn(data: bytes, page_number: int, fitting: Callable[[float, float], float]) -> "tuple[Image, float]":
    """Draw a page; return it with its pixels to a point, which depend on its width and height in points."""
    try:
        with PDFIUM_LOCK, closing(pypdfium2.PdfDocument(data)) as document:
            if not 1 <= page_number <= len(document):
                raise ValueError(f"page_number must be in [1, {len(document)}], got {page_number}")
            if document.get_formtype():
                document.init_forms()  # what is filled into a form is drawn, too
            with closing(document[page_number - 1]) as page:
                scale = fitting(*page.get_size())
                with closing(page.render(scale=scale)) as bitmap:
                    return bitmap.to_pil().convert("RGB"), scale
    except pypdfium2.PdfiumError as error:
        raise UnreadableFileError("the page is damaged and cannot be drawn: get the PDF again") from error


def _marked(picture: "Image", boxes: Sequence[Box], scale: float) -> "Image":
    from PIL import Image, ImageChops, ImageDraw

    layer = Image.new("RGB", picture.size, "white")
    drawing = ImageDraw.Draw(layer)
    for left, top, right, bottom in boxes:
        place = (left - _MARGIN_POINTS, top - _MARGIN_POINTS, right + _MARGIN_POINTS, bottom + _MARGIN_POINTS)
        drawing.rectangle([round(side * scale) for side in place], fill=_MARK, outline=_FRAME, width=2)
    return ImageChops.multiply(picture, layer)  # as with a marker: black letters stay black
