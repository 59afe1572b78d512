"""Amounts: sums of money, percentages, and other quantities with their unit."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, NamedTuple

from needlepoint.sheets.kinds.bounds import Bound, bound_before, of_equal_numbers
from needlepoint.sheets.kinds.currencies import AFTER, BEFORE, PERCENT, currency_of, likeliest, of_equal_amounts
from needlepoint.sheets.kinds.rates import rate_after, yearly
from needlepoint.sheets.kinds.value import Agreement, Quoted, Value, only_value
from needlepoint.text.numbers import (
    DIGITS,
    LARGE,
    NUMERALS,
    WORDS,
    digit_readings,
    number_readings,
    word_number,
)

_SCALES: Final = LARGE | {
    "k": 10**3, "m": 10**6, "mm": 10**6, "mn": 10**6, "mio": 10**6, "mln": 10**6, "b": 10**9, "bn": 10**9, "bln": 10**9,
    "mrd": 10**9, "tn": 10**12, "lac": 10**5, "hundred": 100,
}  # fmt: skip
_SCALE = rf"(?:\s*-?(?P<scale>(?i:{'|'.join(LARGE)}|hundred|mio|mln|mrd|bln|lac|mn|bn|tn))s?\b\.?)"
_LETTER = r"(?P<letter>(?i:mm|bn|k|m|b))(?![\w'])"  # only of money: 5m are metres
_IN_WORDS = rf"(?P<words>{WORDS})(?:\s+and\s+(?P<cents>\d\d)/100)?"
_AGAIN = rf"(?:\s*\(\s*(?P<again>{DIGITS}|{WORDS})\s*\))?"
_SUFFIXED: Final = re.compile(
    rf"(?P<minus>(?<![\w)])[-\u2212])?(?:(?P<digits>{DIGITS})(?:{_SCALE}|{_LETTER})?|{_IN_WORDS}){_AGAIN}\s?-?(?P<currency>{AFTER})"
)
_PREFIXED: Final = re.compile(
    rf"(?P<minus>[-\u2212]\s?)?(?P<currency>{BEFORE})\s?(?P<less>[-\u2212])?(?:(?P<digits>{NUMERALS})(?:{_SCALE}|{_LETTER})?|{_IN_WORDS})"
)
_PLAIN: Final = re.compile(
    rf"(?P<minus>(?<![\w)])[-\u2212])?(?:(?P<digits>{DIGITS}){_SCALE}?|{_IN_WORDS}){_AGAIN}"
    r"(?:[\s-](?P<unit>(?:(?:square|cubic|sq\.?|cu\.?)\s)?[A-Za-z\u00b0][\w\u00b2\u00b3]*)|(?P<short>[a-z\u00b0]{1,3}[\u00b2\u00b3]?\b)|(?!\w))"
)
_NUMBERED: Final = re.compile(
    r"\b(?:sections?|clauses?|articles?|exhibits?|schedules?|paragraphs?|items?|pages?|no\.|note)\s*$|\u00a7\s*$", re.I
)
_MOST_WORDS = 8  # in longer words, a number without a sign may count anything
_BASIS_POINTS: Final = re.compile(rf"(?P<number>{DIGITS}|{WORDS})\s?(?:basis\s+points?|bps?)\b", re.IGNORECASE)
_RANGE_BEFORE: Final = re.compile(
    rf"(?:{NUMERALS}|{WORDS})\s*%?\s*\)?\s*(?:-|\u2013|\bto|\bor)\s*$|\bbetween\s+\S+\s+and\s+$", re.IGNORECASE
)
_RANGE_AFTER: Final = re.compile(r"\s?[-\u2013]\s?[$\u20ac\u00a3]?\d")
_UNITS: Final = {
    "metre": "m", "meter": "m", "kilometre": "km", "kilometer": "km", "centimetre": "cm", "centimeter": "cm", "kilogram": "kg",
    "kilo": "kg", "gram": "g", "tonne": "t", "litre": "l", "liter": "l", "megawatt": "mw", "kilowatt": "kw", "hectare": "ha",
    "foot": "ft", "feet": "ft", "person": "people",
}  # fmt: skip
_LITTLE = (
    "a an and are as at be by each for from if in is may must of on or per shall that the to was were which will with"
)
_NO_UNITS: Final = frozenset([*_LITTLE.split(), "above", "below"])
_SHARE_ABOUT = Decimal("0.05")  # "about" 100 is compatible with 95 to 105


class Amount(NamedTuple):
    """One reading of an amount, in a form in which equal amounts are equal."""

    number: Decimal
    currency: str
    unit: str
    per: str
    bound: Bound


@dataclass(frozen=True, slots=True)
class AmountValue:
    """An amount.

    :param numbers: what the figures may mean: ``1.200`` is 1200 or 1.2.
    :param currency: an ISO code; ``$``, ``¥`` or ``kr`` where it may be one of several; ``%``; empty if none is stated.
    :param unit: what is counted or measured, of numbers that are no money.
    :param per: what the amount is due for, such as ``month`` or ``share``.
    :param step: how exact a number written with "million" or the like is, such as 100,000 for 5.2 million; else 0.
    """

    numbers: tuple[Decimal, ...]
    currency: str = ""
    unit: str = ""
    per: str = ""
    bound: Bound = Bound.NONE
    step: Decimal = Decimal(0)

    @property
    def readings(self) -> frozenset[Amount]:
        """What the words may mean; amounts a month or a quarter are given for the year."""
        named = likeliest(self.currency), self.unit
        return frozenset(
            Amount(number.normalize(), *named, per, self.bound)
            for number, per in (yearly(each, self.per) for each in self.numbers)
        )

    def agreement(self, other: Value) -> Agreement:
        """Return how far two amounts agree.

        5.2 million and 5,203,411 are compatible, as are "at least 5" and 5, and an amount with and without its currency or its
        "per year". Amounts in different units, or per different things, are not compared.
        """
        if not isinstance(other, AmountValue):
            return Agreement.UNKNOWN
        if self.readings & other.readings:
            return Agreement.SAME
        pers = {per for _, per in (yearly(Decimal(1), each.per) for each in (self, other))}
        currencies = of_equal_amounts(self.currency, other.currency)
        if (
            currencies is Agreement.UNKNOWN
            or (self.unit and other.unit and self.unit != other.unit)
            or len(pers - {""}) > 1
        ):
            return Agreement.UNKNOWN
        if not self._is_near(other):
            return Agreement.UNKNOWN if len(pers) > 1 else Agreement.DIFFERENT
        bounds = of_equal_numbers(self.bound, other.bound)
        return Agreement.DIFFERENT if Agreement.DIFFERENT in (currencies, bounds) else Agreement.COMPATIBLE

    def _is_near(self, other: "AmountValue") -> bool:
        """Return whether two numbers may be the same: equal, or equal but for the rounding of one of them."""
        rounding = max(self.step, other.step) / 2 if not self.step or not other.step else Decimal(0)
        for mine in self.numbers:
            for theirs in other.numbers:
                a, b = (yearly(number, each.per)[0] for number, each in ((mine, self), (theirs, other)))
                about = _SHARE_ABOUT * max(abs(a), abs(b)) if Bound.ABOUT in (self.bound, other.bound) else Decimal(0)
                if abs(a - b) <= max(rounding, about):
                    return True
        return False

    def __str__(self) -> str:
        is_money = self.currency not in ("", PERCENT)
        number = " or ".join(_written(number, is_money=is_money) for number in self.numbers)
        named = f"{number}%" if self.currency == PERCENT else " ".join(filter(None, (self.currency, number, self.unit)))
        return " ".join(filter(None, (self.bound, named, self.per and f"per {self.per}")))


def amount_of(quoted: Quoted) -> AmountValue | None:
    """Return the amount that words state; None if they state none, several, or a range such as ``5-10%``.

    A number without a currency or percent sign counts only in a few words, and if there is none with one.
    """
    found = list(_money(quoted))
    if not found and len(quoted.words.split()) <= _MOST_WORDS:
        plain = filter(quoted.touches, _PLAIN.finditer(quoted.text))
        found = [_amount(quoted.text, match) for match in plain if not _NUMBERED.search(quoted.text[: match.start()])]
    return None if None in found else only_value(value for value in found if value)


def _money(quoted: Quoted) -> Iterator[AmountValue | None]:
    taken: list[re.Match[str]] = []
    for pattern in (_BASIS_POINTS, _PREFIXED, _SUFFIXED):
        for match in filter(quoted.touches, pattern.finditer(quoted.text)):
            if not any(match.start() < other.end() and other.start() < match.end() for other in taken):
                taken.append(match)
                yield (_basis_points if pattern is _BASIS_POINTS else _amount)(quoted.text, match)


def _basis_points(text: str, match: re.Match[str]) -> AmountValue | None:
    numbers = tuple(number / 100 for number in number_readings(match["number"]))
    bound = bound_before(text, match.start())
    return AmountValue(numbers, PERCENT, per=rate_after(text, match.end()), bound=bound) if numbers else None


def _amount(text: str, match: re.Match[str]) -> AmountValue | None:
    """Return the amount that one match states; None if its figures make no sense, or are a part of a range."""
    parts = match.groupdict()
    currency = currency_of(parts["currency"]) if parts.get("currency") else ""
    numbers, step = _scaled(parts, is_share=currency == PERCENT)
    if _RANGE_BEFORE.search(text[max(0, match.start() - 60) : match.start()]) or _RANGE_AFTER.match(text, match.end()):
        return None
    if not numbers or (parts.get("again") and not set(numbers) & set(number_readings(parts["again"] or ""))):
        return None
    if parts.get("minus") or parts.get("less"):
        numbers = tuple(-number for number in numbers)
    unit = _unit(parts.get("unit") or parts.get("short"))
    if (parts["words"] or "").casefold() == "one" and not (currency or unit or parts.get("again")):
        return None  # more often a pronoun
    end = match.end() if unit or not parts.get("unit") else match.start("unit")
    return AmountValue(numbers, currency, unit, rate_after(text, end), bound_before(text, match.start()), step)


def _scaled(parts: dict[str, str | None], *, is_share: bool) -> tuple[tuple[Decimal, ...], Decimal]:
    """Return the readings of a number with its "million", and how exact it then is."""
    if words := parts["words"]:
        number = word_number(words)
        cents = Decimal(parts.get("cents") or 0) / 100
        return ((), Decimal(0)) if number is None else ((number + cents,), Decimal(0))
    digits = parts["digits"] or ""
    numbers = digit_readings(digits, is_share=is_share)
    name = parts.get("scale") or parts.get("letter")
    if not name or not numbers:
        return numbers, Decimal(0)
    times = Decimal(_SCALES[name.casefold()])
    return tuple(number * times for number in numbers), times.scaleb(_exponent(numbers[-1]))


def _exponent(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _unit(words: str | None) -> str:
    *power, word = (words or "").casefold().replace(".", "").split() or [""]
    single = word[:-1] if len(word) > 2 and word.endswith("s") and not word.endswith("ss") else word
    name = _UNITS.get(single, single)
    if not power:
        return "" if name in _NO_UNITS else name
    return name + ("²" if power[0].startswith("s") else "³")


def _written(number: Decimal, *, is_money: bool) -> str:
    text = f"{number.normalize():,f}"
    return f"{text}0" if is_money and text[-2:-1] == "." else text
