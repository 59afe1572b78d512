"""A page that was drawn for OCR as a picture to look at, with a box on each line of the words that matter."""

from collections.abc import Sequence

from needlepoint.files.ocr.drawn import DrawnPage
from needlepoint.files.ocr.lines import turned
from needlepoint.files.pdf.drawings import Box
from needlepoint.files.pdf.picture import TALLEST_PX, PagePicture, marked_picture


def drawn_picture(drawn: DrawnPage, *, width_px: int, boxes: Sequence[Box] = (), turn: int = 0) -> PagePicture:
    """Return the picture, as :func:`needlepoint.files.pdf.picture.page_picture` draws one of a PDF.

    :raises ValueError: a width below one.
    """
    if width_px < 1:
        raise ValueError(f"width_px must be at least 1, got {width_px}")
    picture = turned(drawn.picture, turn)
    share = min(width_px / picture.width, TALLEST_PX / picture.height)
    size = (max(round(picture.width * share), 1), max(round(picture.height * share), 1))
    return marked_picture(picture.resize(size), boxes, drawn.scale * share)
