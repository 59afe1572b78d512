"""The pictures on an XPS page: which they are, and where they stand."""

import re
from dataclasses import dataclass
from typing import Any

from needlepoint.files.pdf.drawings import Box, Matrix, product
from needlepoint.files.xps.numbers import matrix_in, numbers_in
from needlepoint.files.xps.package import target

_CONVERTED = re.compile(r"\{ColorConvertedBitmap\s+([^}\s]+)[^}]*\}")


@dataclass(frozen=True, slots=True)
class PlacedPicture:
    """A picture.

    :param path: of its part.
    :param viewbox: what is shown of it: left, top, width and height in the 96th parts of an inch of the picture.
    :param matrix: from these to points of the page.
    :param clip: where on the page it is seen, in points.
    """

    path: str
    viewbox: Box
    matrix: Matrix
    clip: Box


def placed_picture(brush: Any, page: str, matrix: Matrix, clip: Box) -> PlacedPicture | None:
    """Return the picture that a brush paints with; nothing where it states none.

    :param brush: an ``ImageBrush``.
    :param page: the page's path.
    :param matrix: from what it paints to points of the page.
    :param clip: what it paints, in points of the page.
    """
    stated = (brush.get("ImageSource") or "").strip()
    converted = _CONVERTED.fullmatch(stated)
    views = [numbers_in(brush.get(name) or "") for name in ("Viewbox", "Viewport")]
    if not stated or any(len(view) != 4 or min(view[2:]) <= 0 for view in views):
        return None
    (left, top, width, height), (x, y, across, down) = views
    inner = brush.find("{*}ImageBrush.Transform/{*}MatrixTransform")
    own = matrix_in(brush.get("Transform") or ("" if inner is None else inner.get("Matrix") or ""))
    fitted = (across / width, 0.0, 0.0, down / height, x - left * across / width, y - top * down / height)
    whole = product(product(fitted, own), matrix)
    return PlacedPicture(target(page, converted[1] if converted else stated), (left, top, width, height), whole, clip)
