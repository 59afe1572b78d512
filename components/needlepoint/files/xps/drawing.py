"""Pages of an XPS file that are pictures, drawn from these."""

import math
from collections.abc import Sequence
from itertools import islice

from PIL import Image

from needlepoint.errors import UnreadableFileError
from needlepoint.files.images.opening import MOST_PIXELS, fitted_picture, opened_image
from needlepoint.files.limits import Limits
from needlepoint.files.ocr.drawn import DPI, LONGEST_PX, POINTS, DrawnPage
from needlepoint.files.pdf.drawings import Matrix, product
from needlepoint.files.xps.fonts import Fonts
from needlepoint.files.xps.package import XpsPackage
from needlepoint.files.xps.page import read_page
from needlepoint.files.xps.pictures import PlacedPicture

NOT_DRAWN = "it is drawn of shapes, or of pictures of a kind that cannot be opened: print it to PDF and add that"
_UNITS = 96.0  # of a picture, to its inch
_MOST_PICTURES = 2_000  # of a page: scans are kept in stripes
_SAME_SHAPE = 0.02


def draw_page(data: bytes, index: int) -> DrawnPage:
    """Draw a page of pictures, without its own words, for OCR and to look at.

    :param index: from 0.
    :raises UnreadableFileError: it has none that can be opened, or they are too large.
    """
    package = XpsPackage(data, Limits())
    path = next(islice(package.pages(), index, None), "")
    root = package.markup(path) if path else None
    if root is None:
        raise UnreadableFileError("the page is damaged and cannot be drawn: get the file again")
    page, pictures = read_page(root, path, Fonts(package))
    if not pictures:
        raise UnreadableFileError("it has no pictures to draw it from: only its text can be shown")
    scale = min(DPI / POINTS, LONGEST_PX / max(page.width, page.height, 1.0))
    size = (max(round(page.width * scale), 1), max(round(page.height * scale), 1))
    return DrawnPage(_drawn(package, pictures, size, scale), size[0] / scale)


def _drawn(package: XpsPackage, pictures: Sequence[PlacedPicture], size: tuple[int, int], scale: float) -> Image.Image:
    canvas = Image.new("RGB", size, "white")
    pixels = drawn = 0
    for placed in pictures[:_MOST_PICTURES]:
        try:
            with opened_image(package.part(placed.path) or b"") as image:
                pixels += image.width * image.height
                if pixels > MOST_PIXELS:
                    break
                _paint(canvas, image, placed, scale)
                drawn += 1
        except UnreadableFileError:  # one of many, such as a logo in a form of its own
            continue
    if pixels > MOST_PIXELS:
        raise UnreadableFileError(f"more than the {MOST_PIXELS / 1e6:,.0f} million pixels allowed: save it with fewer")
    if not drawn:
        raise UnreadableFileError(NOT_DRAWN)
    return canvas


def _paint(canvas: Image.Image, image: Image.Image, placed: PlacedPicture, scale: float) -> None:
    left, top, right, bottom = (round(side * scale) for side in placed.clip)
    left, top, right, bottom = max(left, 0), max(top, 0), min(right, canvas.width), min(bottom, canvas.height)
    across, down = _units(image, placed)
    a, b, c, d, e, f = product((across, 0.0, 0.0, down, 0.0, 0.0), product(placed.matrix, (scale, 0, 0, scale, 0, 0)))
    if right <= left or bottom <= top or not a * d - b * c:
        return
    shares = (min(math.hypot(a, b), 1.0), min(math.hypot(c, d), 1.0))  # pixels of the page to one of the picture
    size = (max(round(image.width * shares[0]), 1), max(round(image.height * shares[1]), 1))
    picture = fitted_picture(image, size).convert("RGBA")
    across, down = image.width / size[0], image.height / size[1]
    matrix = (a * across, b * across, c * down, d * down, e - left, f - top)
    shown = picture.transform(
        (right - left, bottom - top), Image.Transform.AFFINE, _inverse(matrix), Image.Resampling.BICUBIC
    )
    canvas.paste(shown, (left, top), shown)


def _units(image: Image.Image, placed: PlacedPicture) -> tuple[float, float]:
    """Return how many units a pixel has, across and down: as its resolution says, unless all of it is shown."""
    left, top, width, height = placed.viewbox
    is_whole = abs(width / height * image.height / image.width - 1) < _SAME_SHAPE
    if is_whole and abs(left) <= _SAME_SHAPE * width and abs(top) <= _SAME_SHAPE * height:
        return width / image.width, height / image.height
    try:
        across, down = (float(dots) or _UNITS for dots in image.info.get("dpi") or (_UNITS, _UNITS))
    except (TypeError, ValueError, ZeroDivisionError):
        across = down = _UNITS
    return _UNITS / across, _UNITS / down


def _inverse(matrix: Matrix) -> Matrix:
    """Return what makes of a pixel of the page the one of the picture, as Pillow wants it."""
    a, b, c, d, e, f = matrix
    whole = a * d - b * c
    return (d / whole, -c / whole, (c * f - d * e) / whole, -b / whole, a / whole, (b * e - a * f) / whole)
