"""Dates in words and figures, of any precision."""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from needlepoint.sheets.kinds.value import Agreement, Quoted, Value, only_value
from needlepoint.text.numbers import word_number

_MONTHS: Final = {name.casefold(): n for n, name in enumerate(calendar.month_name) if name}
_MONTHS_SHORT: Final = {name[:3]: n for name, n in _MONTHS.items()} | {"sept": 9}
_CENTURY_TURN = 69  # POSIX: years 69 to 99 are of the 20th century, 00 to 68 of the 21st

_TO_TENTH = "first second third fourth fifth sixth seventh eighth ninth tenth"
_TO_TWENTIETH = "eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
_FIRST_TWENTY = [*_TO_TENTH.split(), *_TO_TWENTIETH.split()]
_ORDINALS: Final = {
    **{word: n for n, word in enumerate(_FIRST_TWENTY, start=1)},
    **{f"twenty-{word}": n for n, word in enumerate(_FIRST_TWENTY[:9], start=21)},
    "thirtieth": 30,
    "thirty-first": 31,
}

_MONTH = rf"(?P<month>{'|'.join([*_MONTHS, 'sept', *_MONTHS_SHORT])})\b\.?"
_ORDINAL = "|".join(sorted(_ORDINALS, key=len, reverse=True)).replace("-", r"[\s-]")
_DAY = rf"(?P<day>\d{{1,2}}(?:\s?(?:s\s?t|n\s?d|r\s?d|t\s?h)\b)?(?!\d)|last(?=\s+day)|{_ORDINAL})"
_YEAR = r"(?P<year>\d{4}(?!\d)|['\u2019]\d{2}(?!\d)|two[\s-]thousand(?:[\s-](?:and[\s-])?[a-z]+(?:-[a-z]+)?)?)"
_TO_YEAR = rf"(?:[\s,./-]*(?:(?:of|in)\s+)?(?:the\s+year\s+)?{_YEAR}|[-/](?P<short>\d{{2}})(?!\d))"
_FORMS: Final = [
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"(?<![\w.]){_DAY}(?:\s+day)?[\s.,-]*(?:of\s+)?{_MONTH}{_TO_YEAR}?",
        rf"\b{_MONTH}[\s-]*(?:the\s+)?{_DAY}{_TO_YEAR}?",
        rf"\b{_MONTH}[\s,-]*(?:of\s+)?{_YEAR}",
        r"(?<![\w.,/-])(?P<year>\d{4})(?P<mark>[-./])(?P<number>\d{1,2})(?P=mark)(?P<day>\d{1,2})(?![\d/])",
        r"(?<![\w.,/-])(?P<first>\d{1,2})(?P<mark>\s?[-./]\s?)(?P<second>\d{1,2})(?P=mark)(?P<year>\d{4}|\d{2})(?![\d/])",
        r"(?<![\w.,/-])(?P<year>(?:19|20)\d\d)(?P<number>0[1-9]|1[0-2])(?P<day>[0-3]\d)(?![\w,-])",
    )
]
_BARE_YEAR: Final = re.compile(
    r"(?<![\w.,/$\u20ac\u00a3-])(?P<year>(?:1[5-9]|2[01])\d\d)(?![\w/%]|[.,]\d|\s*[-\u2013]\s*\d)"
)
_FILLER: Final = re.compile(
    r"(?:\b(?:in|the|year|calendar|month|of|on|by|until|from|since|during|effective|as|dated?|and|is|was)\b|[^\w])*",
    re.I,
)
_RANGE_BEFORE: Final = re.compile(r"\d\s*(?:-|\u2013|to|and)\s*$")
_RANGE_AFTER: Final = re.compile(r"\s*[-\u2013]\s*\d{1,2}\b(?!\d)")
_COUNTED_FROM: Final = re.compile(
    r"(?:\b(?:days?|weeks?|months?|years?|quarters?)['\u2019]?\s+(?:\w+\s+){0,3}?(?:after|before|from|following|prior\s+to"
    r"|preceding|since|of|commencing|beginning|starting)|\banniversar(?:y|ies)\s+of)\s+(?:\w+\s+){0,3}$",
    re.I,
)


class DateReading(NamedTuple):
    """One reading of a date; what the words do not say is None."""

    year: int | None
    month: int | None
    day: int | None

    def contains(self, other: "DateReading") -> bool:
        """Return whether the other reading says the same and more."""
        return all(mine is None or mine == theirs for mine, theirs in zip(self, other, strict=True))

    def __str__(self) -> str:
        month = calendar.month_name[self.month] if self.month else None
        return " ".join(str(part) for part in (self.day, month, self.year) if part)


@dataclass(frozen=True, slots=True)
class DateValue:
    """A date.

    :param readings: what the words may mean: ``03/04/2031`` may be in March or in April.
    """

    readings: frozenset[DateReading]

    def agreement(self, other: Value) -> Agreement:
        """Return how far two dates agree; a month is compatible with its days, and a day of no year with that of any."""
        if not isinstance(other, DateValue):
            return Agreement.UNKNOWN
        if self.readings & other.readings:
            return Agreement.SAME
        pairs = [(mine, theirs) for mine in self.readings for theirs in other.readings]
        if any(mine.contains(theirs) or theirs.contains(mine) for mine, theirs in pairs):
            return Agreement.COMPATIBLE
        return Agreement.DIFFERENT

    def __str__(self) -> str:
        return " or ".join(map(str, sorted(self.readings, key=str)))


def date_of(quoted: Quoted) -> DateValue | None:
    """Return the date that words state; None if they state none, or several.

    A year or a month alone counts only if the words say nothing else ("early 2031" is no year). A date from which a period is
    counted ("three years from 1 May 2020") does not count, nor does a part of a range ("3-5 May").
    """
    taken: list[re.Match[str]] = []
    for form in _FORMS:
        for match in form.finditer(quoted.text):
            if quoted.touches(match) and not any(match.start() < m.end() and m.start() < match.end() for m in taken):
                taken.append(match)
    values = [_date(quoted, match) for match in taken or filter(quoted.touches, _BARE_YEAR.finditer(quoted.text))]
    return None if None in values else only_value(value for value in values if value)


def _date(quoted: Quoted, match: re.Match[str]) -> DateValue | None:
    before, after = quoted.text[: match.start()], quoted.text[match.end() :]
    if _RANGE_BEFORE.search(before) or _RANGE_AFTER.match(after) or _COUNTED_FROM.search(before):
        return None
    readings = frozenset(_readings(match.groupdict()))
    is_vague = any(reading.day is None for reading in readings)
    if is_vague and not all(map(_FILLER.fullmatch, quoted.beside(match))):
        return None
    return DateValue(readings) if readings else None


def _readings(parts: dict[str, str | None]) -> Iterator[DateReading]:
    year = _year(parts.get("year") or parts.get("short"))
    if first := parts.get("first"):
        second = parts["second"] or ""
        yield from _numeric(int(first), int(second), year, mark=parts["mark"] or "")
        return
    month = int(parts["number"] or 0) if parts.get("number") else _month(parts.get("month"))
    reading = DateReading(year, month, _day(parts.get("day"), month, year))
    is_verb = year is None and (parts.get("month") or "X").islower()  # "may 30 days after"
    if _exists(reading) and not is_verb:
        yield reading


def _numeric(first: int, second: int, year: int | None, *, mark: str) -> Iterator[DateReading]:
    """Yield day and month in either order; with full stops the day comes first if it can."""
    readings = [DateReading(year, second, first), DateReading(year, first, second)]
    existing = [reading for reading in readings if _exists(reading)]
    yield from existing[:1] if "." in mark else existing


def _year(text: str | None) -> int | None:
    if text is None:
        return None
    if text[0].isalpha():
        number = word_number(text)
        return None if number is None else int(number)
    year = int(text.strip("'\u2019"))
    return year if year > 99 else year + (1900 if year >= _CENTURY_TURN else 2000)


def _month(text: str | None) -> int | None:
    if text is None:
        return None
    name = text.casefold()
    return _MONTHS.get(name) or _MONTHS_SHORT.get(name)


def _day(text: str | None, month: int | None, year: int | None) -> int | None:
    if text is None:
        return None
    if text.casefold() == "last":
        return calendar.monthrange(year, month)[1] if year and month else 0
    if text[0].isdigit():
        return int(re.sub(r"\D", "", text))
    return _ORDINALS["-".join(text.casefold().replace("-", " ").split())]


def _exists(reading: DateReading) -> bool:
    try:
        date(reading.year or 2000, reading.month or 1, 1 if reading.day is None else reading.day)
    except ValueError:
        return False
    return True
