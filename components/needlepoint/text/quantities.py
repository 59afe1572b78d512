"""Finds equal numbers that are written otherwise: ``1480``, ``1,480``, ``1 480``; ``5.2 million``, ``5,200,000``."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from needlepoint.text.numbers import DIGITS, LARGE, WORDS, digit_readings, word_number

_SMALLEST = 10  # "one" and "two" are often no numbers
_LARGEST = 10**15
_QUANTITY = re.compile(rf"(?P<digits>{DIGITS})(?:[\s-]+(?P<scale>(?i:{'|'.join(LARGE)}))\b)?|(?P<words>{WORDS})")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in a text: ``text[start:end] == words``.

    :param values: what it may mean, the likelier first; ``1.480`` is 1480 or 1.48.
    """

    start: int
    end: int
    words: str
    values: tuple[Decimal, ...]


def quantities(text: str) -> list[Quantity]:
    """Return the numbers of a text from 10 up, in order; a number with ``thousand``, ``million`` ... is one with that word."""
    found = (Quantity(match.start(), match.end(), match[0], _values(match)) for match in _QUANTITY.finditer(text))
    return [each for each in found if each.values]


def worded_as_in(question: str, text: str) -> str:
    """Return the question with its numbers written as the text writes them, so that a reader recognises them.

    ``worded_as_in("Which pallet weighs 1480 kg?", "Bearings: 1,480 kg")`` is ``Which pallet weighs 1,480 kg?``.
    """
    asked = _asked(question)
    written = quantities(text) if asked else []
    for each in reversed(asked):
        words = _as_written(each, written)
        question = f"{question[: each.start]}{words}{question[each.end :]}"
    return question


def other_numerals(quantity: Quantity) -> list[str]:
    """Return the ways of writing a number that differ from the given one: ``1,480`` for ``1480``, and the other way round."""
    value = quantity.values[0]
    if value != value.to_integral_value():
        return []
    forms = [f"{value:f}".partition(".")[0], f"{int(value):,}"]
    forms += [f"{short} {name}" for name, scale in LARGE.items() if (short := _in_units(value, scale))]
    return [form for form in dict.fromkeys(forms) if form != quantity.words]


@lru_cache(maxsize=256)  # a question is asked of many texts
def _asked(question: str) -> Sequence[Quantity]:
    return quantities(question)


def _as_written(asked: Quantity, written: Sequence[Quantity]) -> str:
    if any(each.words == asked.words for each in written):
        return asked.words
    same = (each.words for each in written if not set(each.values).isdisjoint(asked.values))
    return next(same, asked.words)


def _values(match: re.Match[str]) -> tuple[Decimal, ...]:
    if match["words"]:
        number = word_number(match["words"])
        found = [] if number is None else [number]
    else:
        scale = LARGE[match["scale"].lower()] if match["scale"] else 1
        found = [value * scale for value in digit_readings(match["digits"])]
    return tuple(value for value in found if _SMALLEST <= value < _LARGEST)


def _in_units(value: Decimal, scale: int) -> str:
    """Return ``5.2`` for 5,200,000 in millions; empty if that is below one or has more than three decimals."""
    if scale not in (10**6, 10**9, 10**12) or not scale <= value < 1000 * scale:
        return ""
    short = value / scale
    return f"{short.normalize():f}" if short == round(short, 3) else ""
