"""A page of an image file as a picture to look at, with a box on each line of the words that matter."""

from collections.abc import Sequence

from needlepoint.files.images.opening import draw_page
from needlepoint.files.ocr.lines import turned
from needlepoint.files.pdf.drawings import Box
from needlepoint.files.pdf.picture import TALLEST_PX, PagePicture, marked_picture


def image_picture(
    data: bytes, page_number: int, *, width_px: int, boxes: Sequence[Box] = (), turn: int = 0
) -> PagePicture:
    """Draw a page, as :func:`needlepoint.files.pdf.picture.page_picture` does of a PDF.

    :raises ValueError: a page below 1, or a width below one.
    :raises UnreadableFileError: there is no such page, or it is damaged.
    """
    if width_px < 1 or page_number < 1:
        raise ValueError(f"width_px and page_number must be at least 1, got {width_px} and {page_number}")
    drawn = draw_page(data, page_number - 1)
    picture = turned(drawn.picture, turn)
    share = min(width_px / picture.width, TALLEST_PX / picture.height)
    size = (max(round(picture.width * share), 1), max(round(picture.height * share), 1))
    return marked_picture(picture.resize(size), boxes, drawn.scale * share)
