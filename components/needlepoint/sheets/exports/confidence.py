"""How sure the reader is of an answer, in three steps: a word, and a colour that also differs in print."""

from dataclasses import dataclass
from enum import IntEnum

_VERY_LIKELY, _POSSIBLE = 0.75, 0.4


class Confidence(IntEnum):
    """A step of the scale."""

    UNSURE = 1
    POSSIBLE = 2
    VERY_LIKELY = 3

    @classmethod
    def of(cls, score: float) -> "Confidence":
        """Return the step of a score from 0 to 1."""
        shown = round(score, 2)  # as in the percentage beside it
        if shown >= _VERY_LIKELY:
            return cls.VERY_LIKELY
        return cls.POSSIBLE if shown >= _POSSIBLE else cls.UNSURE

    @property
    def words(self) -> str:
        """The step in words, as the page has them."""
        return {3: "very likely", 2: "likely or possible", 1: "unsure"}[self]

    @property
    def range(self) -> str:
        """The scores of the step, in words."""
        return {3: "from 75 %", 2: "from 40 to 75 %", 1: "below 40 %"}[self]


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours as ``RRGGBB``; one hue in three steps of lightness, so that they differ without colour, too.

    :param steps: the grounds of answers, by confidence.
    :param quiet: the words of cells where nothing was found.
    :param faint: the words of cells that are not read yet.
    :param alarm: the words of cells that could not be read.
    :param mark: the ground of quoted words in their sentence.
    """

    ink: str
    paper: str
    band: str
    line: str
    quiet: str
    faint: str
    alarm: str
    accent: str
    mark: str
    steps: tuple[str, str, str]

    def ground(self, confidence: Confidence) -> str:
        """Return the colour behind an answer."""
        return self.steps[confidence - 1]


LIGHT = Palette(
    ink="1C1F23",
    paper="FFFFFF",
    band="F0EEE8",
    line="D0CCC1",
    quiet="595E64",
    faint="70757B",
    alarm="A81E1E",
    accent="08424D",
    mark="FFE27A",
    steps=("EDF4FA", "C9DFF0", "9CC3E3"),
)
DARK = Palette(
    ink="E9E6DF",
    paper="15181B",
    band="22272C",
    line="3A4147",
    quiet="A9AFB5",
    faint="8E949A",
    alarm="FF9C93",
    accent="8ADBE6",
    mark="5C4B0A",
    steps=("1B232A", "1D3A4D", "22587A"),
)


def percent(score: float) -> str:
    """Return a score from 0 to 1 in whole percent."""
    return f"{100 * score:.0f} %"
