"""What OCR has read on a page: its words, each with its place and how sure the engine is of it."""

import json
import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

Box = tuple[float, float, float, float]
_UNSURE = 0.7  # from 0 to 1: words below it should be looked at


@dataclass(frozen=True, slots=True)
class RecognisedWord:
    """A word in points from the upper left corner of the page, as it stands when its lines are level.

    :param confidence: from 0 to 1, as the engine states it.
    :param line: the number of its line.
    """

    text: str
    confidence: float
    line: int
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class RecognisedPage:
    """A page as OCR has read it.

    :param width: in points, when it is turned upright.
    :param height: the same.
    :param turn: by how many degrees clockwise the page is turned to stand upright: 0, 90, 180 or 270.
    :param skew: by how many degrees clockwise its lines lean when it stands upright.
    """

    width: float
    height: float
    turn: int = 0
    skew: float = 0.0
    words: tuple[RecognisedWord, ...] = ()

    @property
    def confidence(self) -> float:
        """How sure the engine is of the words, from 0 to 1: the mean over characters; 1 where there are none."""
        return mean_confidence(self.words)

    @property
    def unsure(self) -> int:
        """How many words should be looked at."""
        return sum(word.confidence < _UNSURE for word in self.words)

    def shown(self, box: Box) -> Box:
        """Return where a box of the page with level lines is on the upright page as it is shown."""
        left, top, right, bottom = box
        x, y = rotated((left + right) / 2, (top + bottom) / 2, self.skew, (self.width / 2, self.height / 2))
        across, down = (right - left) / 2, (bottom - top) / 2
        return (x - across, y - down, x + across, y + down)

    def to_bytes(self) -> bytes:
        """Return the page in the form in which it is kept."""
        words = [
            (w.text, round(w.confidence, 2), w.line, *(round(side, 1) for side in (w.left, w.top, w.right, w.bottom)))
            for w in self.words
        ]
        page = [self.width, self.height, self.turn, self.skew, words]
        return zlib.compress(
            json.dumps(page, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> "RecognisedPage":
        """Return the page that was kept.

        :raises ValueError: it is no such page.
        """
        try:
            width, height, turn, skew, words = json.loads(zlib.decompress(data))
            return cls(width, height, turn, skew, tuple(RecognisedWord(*word) for word in words))
        except (zlib.error, TypeError) as error:
            raise ValueError(f"it is no recognised page: {error}") from error


def mean_confidence(words: Sequence[RecognisedWord]) -> float:
    """Return how sure an engine is of words: the mean over characters; 1 where there are none."""
    characters = sum(len(word.text) for word in words)
    return sum(word.confidence * len(word.text) for word in words) / characters if characters else 1.0


def rotated(x: float, y: float, degrees: float, around: tuple[float, float]) -> tuple[float, float]:
    """Return a point turned clockwise around another, where y grows downwards."""
    angle = math.radians(degrees)
    across, down = x - around[0], y - around[1]
    return (
        around[0] + across * math.cos(angle) - down * math.sin(angle),
        around[1] + across * math.sin(angle) + down * math.cos(angle),
    )
