"""From a run of glyphs to words, each with its place."""

import re
from collections.abc import Callable, Sequence
from itertools import accumulate

_SPEC = re.compile(r"\s*(?:\((\d{1,6})(?::(\d{1,6}))?\))?\d*(?:,\s*(\d+(?:\.\d*)?|\.\d+)?)?")


def shown_text(stated: str) -> str:
    """Return the text that a ``UnicodeString`` states: a ``{}`` before it only says that what follows is no markup."""
    return stated.removeprefix("{}")


def glyph_count(indices: str) -> int:
    """Return how many glyphs ``Indices`` names: all there is of a run without text."""
    return sum(bool(each.strip()) for each in indices.split(";"))


def offsets(text: str, indices: str, width_of: Callable[[str], float]) -> list[float]:
    """Return where each character begins, in parts of the font's size, and at last where the run ends.

    :param indices: the ``Indices`` of the run: for each cluster of UTF-16 units its glyphs, with the widths that are not the
        font's, in hundredths.
    :param width_of: the font's width of a character.
    """
    widths = [width_of(character) for character in text]
    specs = [_SPEC.match(spec) for spec in indices.split(";")] if indices else []
    at = number = 0
    while number < len(specs) and at < len(text):
        spec = specs[number]
        units, glyphs = (max(int(count or 1), 1) for count in (spec.group(1, 2) if spec else (1, 1)))
        end = _after(text, at, units)
        stated = [match[3] if match else None for match in specs[number : number + glyphs]]
        if None not in stated:
            share = sum(float(width or 0) for width in stated) / 100 / (end - at)
            widths[at:end] = [share] * (end - at)
        at, number = end, number + glyphs
    return list(accumulate(widths, initial=0.0))


def _after(text: str, at: int, units: int) -> int:
    """Return the character after so many UTF-16 units."""
    while units > 0 and at < len(text):
        units -= 2 if text[at] > "\uffff" else 1
        at += 1
    return at


def word_spans(text: str) -> Sequence[tuple[int, int]]:
    """Return where the words of a run begin and end."""
    return [match.span() for match in re.finditer(r"\S+", text)]
