"""From the picture of a page to its words: read by an engine, turned upright, lines made level."""

import functools
import math
from collections.abc import Iterator, Sequence

import numpy as np

from needlepoint.files.ocr.drawn import POINTS, DrawnPage
from needlepoint.files.ocr.lines import Line, OcrEngine, PlacedWord
from needlepoint.files.ocr.recognised import RecognisedPage, RecognisedWord, rotated
from needlepoint.files.ocr.settings import TESSERACT, OcrSettings

_LEAST_SKEW = 0.1  # degrees
_LONG = 0.25  # of the page's width: lines that tell how it leans
_ALIKE = 0.2  # heights of lines that differ by less are those of one size of letters


def recognise(page: DrawnPage, settings: OcrSettings) -> RecognisedPage:
    """Read a page.

    :raises UnreadableFileError: the engine cannot.
    """
    read = engine(settings.engine, settings.languages).read(page.picture, page.scale * POINTS)
    sides = (page.picture.width / page.scale, page.picture.height / page.scale)
    width, height = sides[::-1] if read.turn in (90, 270) else sides
    scaled = [[_scaled(word, page.scale) for word in line] for line in read.lines]
    skew = _skew(scaled, width)
    words = tuple(_levelled(scaled, skew, (width / 2, height / 2)))
    return RecognisedPage(round(width, 2), round(height, 2), read.turn, round(skew, 2), words)


@functools.lru_cache(maxsize=2)
def engine(name: str, languages: str) -> OcrEngine:
    """Return an engine; those asked for last stay loaded."""
    if name == TESSERACT:
        from needlepoint.files.ocr.tesseract import TesseractEngine

        return TesseractEngine(languages)
    from needlepoint.files.ocr.rapid import RapidOcrEngine

    return RapidOcrEngine()


def _scaled(word: PlacedWord, scale: float) -> PlacedWord:
    sides = (word.x / scale, word.y / scale, word.width / scale, word.height / scale)
    return PlacedWord(word.text, word.confidence, *sides)


def _skew(lines: Sequence[Line], width: float) -> float:
    """Return by how many degrees clockwise the long lines of a page lean: the median."""
    angles = sorted(
        math.degrees(math.atan2(line[-1].y - line[0].y, line[-1].x - line[0].x))
        for line in lines
        if len(line) > 1 and line[-1].x - line[0].x > _LONG * width
    )
    skew = angles[len(angles) // 2] if len(angles) > 2 else 0.0
    return skew if abs(skew) >= _LEAST_SKEW else 0.0


def _levelled(lines: Sequence[Line], skew: float, middle: tuple[float, float]) -> Iterator[RecognisedWord]:
    """Return the words of level lines, those of a line with the same top and bottom."""
    heights = _usual_heights([float(np.median([word.height for word in line])) for line in lines])
    for number, (line, height) in enumerate(zip(lines, heights, strict=True)):
        places = [rotated(word.x, word.y, -skew, middle) for word in line]
        y = float(np.median([place[1] for place in places]))
        for word, (x, _) in zip(line, places, strict=True):
            left, right = x - word.width / 2, x + word.width / 2
            yield RecognisedWord(word.text, word.confidence, number, left, y - height / 2, right, y + height / 2)


def _usual_heights(heights: Sequence[float]) -> list[float]:
    """Return heights with those that are nearly the same made the same: an engine's boxes follow the letters of a line."""
    found = list(heights)
    order = sorted(range(len(heights)), key=heights.__getitem__)
    while order:
        group = [at for at in order if heights[at] <= (1 + 2 * _ALIKE) * heights[order[0]]]
        usual = float(np.median([heights[at] for at in group]))
        group = [at for at in group if heights[at] <= (1 + _ALIKE) * usual]
        for at in group:
            found[at] = usual
        order = order[len(group) :]
    return found
