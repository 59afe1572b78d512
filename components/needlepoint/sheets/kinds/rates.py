"""What an amount is due for: a month, a year, a share."""

import re
from decimal import Decimal
from typing import Final

_RATE: Final = re.compile(
    r"\s*\)?,?\s*(?:(?:(?:for\s+)?(?:each|every)|per|an?)\s+(?!cent\b)(?:calendar\s+|full\s+)?|/\s?)(?P<per>[a-z]+)",
    re.IGNORECASE,
)
_ADVERB: Final = re.compile(
    r"\s*\)?,?\s*(?:p\.\s?(?P<short>[am])\.?(?!\w)|(?P<adverb>annual|year|month|quarter|week|dai|hour)ly?\b)", re.I
)
_NAMES: Final = {
    "annum": "year", "annual": "year", "a": "year", "yr": "year", "m": "month", "mo": "month", "dai": "day", "hr": "hour",
}  # fmt: skip
_TIMES_A_YEAR: Final = {"year": 1, "quarter": 4, "month": 12}


def rate_after(text: str, at: int) -> str:
    """Return what an amount that ends at ``text[at]`` is due for, such as ``month``; empty if nothing is said."""
    if match := _ADVERB.match(text, at):
        name = (match["short"] or match["adverb"]).casefold()
    elif match := _RATE.match(text, at):
        name = match["per"].casefold().removesuffix("s")
    else:
        return ""
    return _NAMES.get(name, name)


def yearly(number: Decimal, per: str) -> tuple[Decimal, str]:
    """Return an amount a month or quarter as one a year; any other as it is."""
    times = _TIMES_A_YEAR.get(per)
    return (number, per) if times is None else (number * times, "year")
