"""Lines of words as an engine gives them, in pixels of the picture that it was given."""

from dataclasses import dataclass
from typing import Protocol

from PIL import Image

_TURNS = {90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_90}


@dataclass(frozen=True, slots=True)
class PlacedWord:
    """A word with the middle and the sides of its box; the box leans as its line does.

    :param confidence: from 0 to 1.
    """

    text: str
    confidence: float
    x: float
    y: float
    width: float
    height: float


Line = list[PlacedWord]


@dataclass(frozen=True, slots=True)
class ReadPicture:
    """The lines of a picture.

    :param turn: by how many degrees clockwise the picture had to be turned: 0, 90, 180 or 270.
    :param lines: in pixels of the turned picture.
    """

    turn: int
    lines: list[Line]


class OcrEngine(Protocol):
    """What reads pictures."""

    def read(self, picture: Image.Image, dpi: float) -> ReadPicture:
        """Return the lines of a picture in RGB.

        :param dpi: its pixels to the inch of the page.
        """


def turned(picture: Image.Image, degrees: int) -> Image.Image:
    """Return a picture turned clockwise by 0, 90, 180 or 270 degrees."""
    return picture.transpose(_TURNS[degrees]) if degrees else picture


def confidence_of(lines: list[Line]) -> float:
    """Return how sure an engine is of lines, from 0 to 1: the mean over characters; 0 where there are none."""
    characters = sum(len(word.text) for line in lines for word in line)
    total = sum(word.confidence * len(word.text) for line in lines for word in line)
    return total / characters if characters else 0.0
