"""Periods: so many years, months, weeks, days, business days or hours."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, NamedTuple

from needlepoint.sheets.kinds.bounds import Bound, bound_before, of_equal_numbers
from needlepoint.sheets.kinds.value import Agreement, Quoted, Value, only_value
from needlepoint.text.numbers import DIGITS, WORDS, number_readings

_UNITS: Final = {
    "decade": ("months", 120), "year": ("months", 12), "yr": ("months", 12), "quarter": ("months", 3), "month": ("months", 1),
    "fortnight": ("days", 14), "week": ("days", 7), "day": ("days", 1), "hour": ("hours", 1), "hr": ("hours", 1),
}  # fmt: skip
_NUMBER = rf"(?:{DIGITS}|{WORDS}|\ban?\b)"
_KIND = (
    r"(?:(?P<business>business|working|banking|trading)|calendar|consecutive|full|whole|additional|further|successive)"
)
_PART: Final = re.compile(
    rf"(?P<number>{_NUMBER})(?:\s*[(\[]\s*(?P<again>{_NUMBER})\s*[)\]])?[\s-]*(?:{_KIND}[\s-]+)*"
    rf"(?P<unit>{'|'.join(_UNITS)})s?(?![a-z])(?P<half>\s+and\s+a\s+half\b)?",
    re.IGNORECASE,
)
_JOINS: Final = re.compile(r"['\u2019]?\s*(?:,?\s*and\s+|,\s*|\s)\s*(?:a\s+|of\s+)?", re.I)
_RANGE_BEFORE: Final = re.compile(
    rf"(?:{DIGITS}|{WORDS})\s*\)?\s*(?:-|\u2013|to|or)\s*$|\bbetween\s+(?:{DIGITS}|{WORDS})[\s()\d]*and\s+$",
    re.IGNORECASE,
)
_EACH: Final = re.compile(r"(?:\b(?:per|each|every|once|twice)\s+|/\s*)$", re.I)


class Period(NamedTuple):
    """A length of time; its parts are not turned into each other, since months differ in length."""

    months: Decimal = Decimal(0)
    days: Decimal = Decimal(0)
    business_days: Decimal = Decimal(0)
    hours: Decimal = Decimal(0)
    bound: Bound = Bound.NONE

    @property
    def length(self) -> tuple[Decimal, ...]:
        """The period without its bound."""
        return self[:4]

    def __str__(self) -> str:
        years, months = divmod(self.months, 12)
        named = {
            "year": years,
            "month": months,
            "day": self.days,
            "business day": self.business_days,
            "hour": self.hours,
        }
        parts = [
            f"{number.normalize():f} {unit}{'' if number == 1 else 's'}" for unit, number in named.items() if number
        ]
        return " ".join([*filter(None, [self.bound]), *parts]) or "0 days"


@dataclass(frozen=True, slots=True)
class PeriodValue:
    """A period; twelve months are a year, seven days a week, and thirty days are no month."""

    period: Period

    @property
    def readings(self) -> frozenset[Period]:
        """The period."""
        return frozenset({self.period})

    def agreement(self, other: Value) -> Agreement:
        """Return how far two periods agree; with or without "at least", and 48 hours and two days, are compatible."""
        if not isinstance(other, PeriodValue):
            return Agreement.UNKNOWN
        mine, theirs = self.period, other.period
        if mine.length == theirs.length:
            return of_equal_numbers(mine.bound, theirs.bound)
        by_hours = [(each.months, each.business_days, each.days * 24 + each.hours) for each in (mine, theirs)]
        return Agreement.COMPATIBLE if by_hours[0] == by_hours[1] else Agreement.DIFFERENT

    def __str__(self) -> str:
        return str(self.period)


def period_of(quoted: Quoted) -> PeriodValue | None:
    """Return the period that words state; None if they state none, several, or a range such as ``30 to 60 days``."""
    parts = [match for match in _PART.finditer(quoted.text) if not _EACH.search(quoted.text[: match.start()])]
    values = [
        _period(quoted.text, run) for run in _runs(quoted.text, parts) if any(quoted.touches(match) for match in run)
    ]
    return None if None in values else only_value(value for value in values if value)


def _runs(text: str, parts: list[re.Match[str]]) -> Iterator[list[re.Match[str]]]:
    """Join parts that follow each other from larger to smaller units: one year and six months."""
    run: list[re.Match[str]] = []
    for part in parts:
        if run and _JOINS.fullmatch(text, run[-1].end(), part.start()) and _size(part) < _size(run[-1]):
            run.append(part)
        else:
            if run:
                yield run
            run = [part]
    if run:
        yield run


def _size(part: re.Match[str]) -> int:
    return -list(_UNITS).index(part["unit"].lower())


def _period(text: str, run: list[re.Match[str]]) -> PeriodValue | None:
    start = run[0].start()
    if _RANGE_BEFORE.search(text[:start]):
        return None
    amounts = dict.fromkeys(Period._fields[:4], Decimal(0))
    for part in run:
        number = _number(part)
        if number is None:
            return None
        field, times = _UNITS[part["unit"].lower()]
        amounts["business_days" if part["business"] and field == "days" else field] += number * times
    return PeriodValue(Period(**amounts, bound=bound_before(text, start)))


def _number(part: re.Match[str]) -> Decimal | None:
    """Return the number of a part; None if it says two different ones, as in ``thirty (60)``."""
    stated = [number_readings(written)[:1] for written in (part["number"], part["again"]) if written]
    stated = [(Decimal(1),) if part["number"].lower() in ("a", "an") else stated[0], *stated[1:]]
    if len(set(stated)) != 1 or not stated[0]:
        return None
    return stated[0][0] + (Decimal("0.5") if part["half"] else 0)
