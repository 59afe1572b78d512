"""What kind of value a question asks for, and whether a text holds one: ``When ...?`` is answered by a date.

This is told by a few words and patterns, and only moves passages up or down: a text without the value may still answer.
"""

import re
from enum import StrEnum
from typing import Final

from needlepoint.text.numbers import DIGITS, WORDS


class AskedValue(StrEnum):
    """The kinds of value whose presence in a text can be told from its characters."""

    DATE = "date"
    PERIOD = "period"
    AMOUNT = "amount"
    NUMBER = "number"


_UNITS = "days?|weeks?|months?|years?|quarters?|hours?|minutes?|decades?|centur(?:y|ies)"
_WHAT = r"\b(?:what|which)\s+(?:(?:is|was|are|were)\s+)?(?:the\s+)?(?:[\w-]+\s+){0,2}?"
_PAID = "price|costs?|fees?|salary|wages?|amount|rent|sum|share|percentage"
_ASKED: Final = tuple(
    (value, re.compile(form, re.IGNORECASE))
    for value, form in (
        (AskedValue.PERIOD, rf"\bhow\s+(?:long|much\s+notice|many\s+(?:[\w-]+\s+)?(?:{_UNITS}))\b"),
        (AskedValue.PERIOD, rf"{_WHAT}(?:periods?|duration|notice|term(?!\s+(?:sheet|loan)))\b"),
        (AskedValue.DATE, rf"\bwhen\b|{_WHAT}(?:date|day|year|month|deadline|century)\b"),
        (AskedValue.AMOUNT, rf"\bhow\s+(?:much|expensive)\b|{_WHAT}(?:{_PAID})\b"),
        (AskedValue.NUMBER, r"\bhow\s+(?:many|high|large|big|tall|wide|deep|far|fast|heavy|old|often)\b"),
    )
)  # fmt: skip
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_SHORT_MONTHS = "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec"
_DATE = (
    rf"\b(?:{_MONTHS}|{_SHORT_MONTHS}|{_MONTHS.upper()})\b|(?<![\d.,])(?:1\d|20)\d\d(?!\d|[.,]\d)"
    r"|\b\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}\b|\b\d+(?:st|nd|rd|th)[ -]century|\b\d+\s(?:BCE?|AD|CE)\b"
)
_HELD: Final = {
    AskedValue.DATE: re.compile(_DATE),
    # a term may be said by the date it ends on
    AskedValue.PERIOD: re.compile(rf"\b(?i:{_UNITS}|anniversary)\b|{_DATE}"),
    AskedValue.AMOUNT: re.compile(r"[%\d\u00a2-\u00a5\u20a0-\u20cf$]|(?i:\b(?:per\s?cent|free|none|nothing)\b)"),
    AskedValue.NUMBER: re.compile(rf"{DIGITS}|{WORDS}"),
}


def asked_value(question: str) -> AskedValue | None:
    """Return the kind of value that a question asks for by its words; None if they do not tell.

    ``asked_value("Within how many days must invoices be paid?")`` is ``AskedValue.PERIOD``.
    """
    return next((value for value, form in _ASKED if form.search(question)), None)


def may_state(text: str, value: AskedValue) -> bool:
    """Return whether a text holds a value of a kind, or what looks like one."""
    return _HELD[value].search(text) is not None
