"""The pictures of an image file: opened one at a time, and never larger than memory allows."""

import io
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image, ImageOps

from needlepoint.errors import UnreadableFileError
from needlepoint.files.limits import Limits
from needlepoint.files.ocr.drawn import LONGEST_PX, POINTS, DrawnPage

_FORMATS = ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP")
MOST_PIXELS = 180_000_000
"""The pixels that pictures may have together, four bytes each while they are opened."""
_LONGEST_SIDE = 842.0  # points: of A4, where a picture does not say how large it is
_BELIEVED_DPI = (50.0, 2_500.0)
_BELIEVED_INCHES = (2.0, 47.0)  # of the longest side: up to A0
_SQUARE = 0.03  # pixels whose sides differ by less are square
_DAMAGED = "the image is damaged or was cut short: scan, save or download it again"


def page_count(data: bytes, limits: Limits) -> int:
    """Return how many pages an image file has: those of a TIFF, and one of any other.

    :raises UnreadableFileError: damaged, or too many.
    """
    with opened_image(data) as image:
        if image.format != "TIFF":
            return 1
        count = 1
        while _has(image, count):
            count += 1
            if count > limits.max_pages:
                raise UnreadableFileError(f"more than {limits.max_pages:,} pages: split it into several files")
        return count


def is_animated(data: bytes) -> bool:
    """Tell a film of several pictures, of which the first one is read."""
    with opened_image(data) as image:
        return image.format in ("GIF", "WEBP", "PNG") and bool(getattr(image, "is_animated", False))


def draw_page(data: bytes, index: int) -> DrawnPage:
    """Return a page for OCR.

    :param index: from 0.
    :raises UnreadableFileError: damaged, or too large.
    """
    with opened_image(data) as image:
        if index and not _has(image, index):
            raise UnreadableFileError(_DAMAGED)
        if image.width * image.height > MOST_PIXELS:
            raise UnreadableFileError(
                f"{image.width:,} x {image.height:,} pixels, more than the {MOST_PIXELS / 1e6:,.0f} million allowed:"
                " save it with fewer"
            )
        across, down = _dots(image)
        width, height = image.width / across, image.height / down  # in inches
        picture = _upright(_fitted(image, down / across))
        if (picture.width > picture.height) != (width > height):
            width, height = height, width
        return DrawnPage(picture, width * POINTS)


def _has(image: Image.Image, index: int) -> bool:
    try:
        image.seek(index)
    except EOFError:
        return False
    return True


@contextmanager
def opened_image(data: bytes) -> Iterator[Image.Image]:
    """Open an image file; what goes wrong with it in the block is told in one line.

    :raises UnreadableFileError: damaged, or too large.
    """
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
            yield image
    except (UnreadableFileError, MemoryError):
        raise
    except Image.DecompressionBombError as error:
        raise UnreadableFileError(
            f"more than the {MOST_PIXELS / 1e6:,.0f} million pixels allowed: save it with fewer"
        ) from error
    except Exception as error:  # whatever Pillow makes of broken data
        raise UnreadableFileError(_DAMAGED) from error


def _dots(image: Image.Image) -> tuple[float, float]:
    """Return how many pixels an inch of the page has, across and down: as it says, if that can be, else as if it were A4."""
    try:
        across, down = (float(side) for side in image.info.get("dpi") or (0, 0))
    except (TypeError, ValueError, ZeroDivisionError):
        across = down = 0.0
    is_believed = all(_BELIEVED_DPI[0] <= dots <= _BELIEVED_DPI[1] for dots in (across, down))
    if is_believed:
        longest = max(image.width / across, image.height / down)
        if _BELIEVED_INCHES[0] <= longest <= _BELIEVED_INCHES[1]:
            return across, down
    dots = max(image.size) * POINTS / _LONGEST_SIDE
    return (dots, dots * down / across) if is_believed else (dots, dots)


def _fitted(image: Image.Image, ratio: float) -> Image.Image:
    """Return a picture in RGB that is as large as an engine needs it, with square pixels.

    :param ratio: how many times as wide as high its pixels are; those of a fax are not square.
    """
    is_square = abs(ratio - 1) < _SQUARE
    stretched = image.height if is_square else image.height / ratio
    scale = min(1.0, LONGEST_PX / max(image.width, stretched))
    return _on_white(fitted_picture(image, (max(round(image.width * scale), 1), max(round(stretched * scale), 1))))


def fitted_picture(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Return a picture in another size, in one of the modes L, LA, RGB and RGBA."""
    image.draft("RGB", size)  # a JPEG is read in a half, a quarter or an eighth of its size
    picture = _in_colours(image)
    return picture if picture.size == size else picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def _in_colours(image: Image.Image) -> Image.Image:
    """Return a picture in a mode in which it can be made smaller."""
    if image.mode.startswith("I;16") or image.mode == "I":
        return image.point(lambda value: value / 256).convert("L")
    if image.mode == "P":
        return image.convert("RGBA" if "transparency" in image.info else "RGB")
    if image.mode in ("L", "RGB", "RGBA", "LA"):
        image.load()
        return image
    return image.convert("L" if image.mode == "1" else "RGB")


def _on_white(picture: Image.Image) -> Image.Image:
    """Return a picture in RGB; what can be seen through becomes white."""
    if picture.mode not in ("RGBA", "LA"):
        return picture.convert("RGB")
    paper = Image.new("RGBA", picture.size, "white")
    return Image.alpha_composite(paper, picture.convert("RGBA")).convert("RGB")


def _upright(picture: Image.Image) -> Image.Image:
    """Return a photograph as the camera was held."""
    return ImageOps.exif_transpose(picture)
