"""A page as a picture, and as large as an engine needs it: however large the page is, the picture is not."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

DPI = 200
"""Pixels to the inch at which engines read best."""
LONGEST_PX = 2_600
"""The longest side of a picture."""
POINTS = 72.0
"""Points to an inch."""


@dataclass(frozen=True, slots=True)
class DrawnPage:
    """A page as a picture.

    :param picture: in RGB.
    :param width: of the page as it is shown, in points.
    """

    picture: "Image"
    width: float

    @property
    def scale(self) -> float:
        """Pixels to a point."""
        return self.picture.width / max(self.width, 1.0)
