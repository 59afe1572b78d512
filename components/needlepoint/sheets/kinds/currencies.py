"""Currencies, percentages and other units, as documents name them."""

import re
from typing import Final

from needlepoint.sheets.kinds.value import Agreement

PERCENT: Final = "%"
_CODES = (
    "AED ARS AUD BGN BRL CAD CHF CLP CNY COP CZK DKK EGP EUR GBP HKD HUF IDR ILS INR JPY KES KRW KWD MXN MYR NGN NOK NZD PEN"
    " PHP PKR PLN QAR RON RSD RUB SAR SEK SGD THB TRY TWD UAH USD VND ZAR"
)
_SYMBOLS: Final = {
    "US$": "USD", "U.S.$": "USD", "US $": "USD", "CA$": "CAD", "C$": "CAD", "AU$": "AUD", "A$": "AUD", "NZ$": "NZD",
    "HK$": "HKD", "S$": "SGD", "R$": "BRL", "RMB": "CNY", "Rs.": "INR", "Rs": "INR", "Fr.": "CHF", "SFr": "CHF",
    "$": "$", "€": "EUR", "£": "GBP", "¥": "¥", "₹": "INR", "₩": "KRW", "₽": "RUB", "₺": "TRY", "₪": "ILS",
    "₫": "VND", "฿": "THB",
}  # fmt: skip
_NAMES: Final = {
    r"(?:U\.?S\.?|United\s+States|American)\s+dollars?": "USD", r"Canadian\s+dollars?": "CAD", r"Australian\s+dollars?": "AUD",
    r"New\s+Zealand\s+dollars?": "NZD", r"Hong\s+Kong\s+dollars?": "HKD", r"Singapore\s+dollars?": "SGD", r"dollars?": "$",
    r"euros?": "EUR", r"pounds?(?:\s+sterling)?(?!\s+(?:of|per)\b)": "GBP", r"(?:Japanese\s+)?yen": "JPY", r"renminbi": "CNY",
    r"yuan": "CNY", r"Swiss\s+francs?": "CHF", r"(?:Indian\s+)?rupees?": "INR", r"Swedish\s+kron(?:a|or)": "SEK",
    r"Norwegian\s+kron(?:e|er)": "NOK", r"Danish\s+kron(?:e|er)": "DKK", r"kr\.?|kron(?:a|or|e|er)": "kr",
    r"(?:Polish\s+)?z[lł]oty|zł": "PLN",
    r"(?:Russian\s+)?r(?:o)?ubles?": "RUB", r"(?:South\s+African\s+)?rand": "ZAR", r"(?:Brazilian\s+)?rea(?:is|l)": "BRL",
    r"per\s?cent(?:age\s+points?)?|percentage\s+points?|pct\.?|%": PERCENT,
}  # fmt: skip
_FAMILIES: Final = {
    "$": frozenset({"USD", "CAD", "AUD", "NZD", "HKD", "SGD", "TWD", "MXN"}),
    "¥": frozenset({"JPY", "CNY"}),
    "kr": frozenset({"SEK", "NOK", "DKK"}),
}
_LIKELIEST: Final = {"$": "USD", "¥": "JPY"}

_SIGNS = "|".join(re.escape(symbol) for symbol in sorted(_SYMBOLS, key=len, reverse=True))
BEFORE: Final = rf"(?:\b(?:{'|'.join(_CODES.split())})(?![A-Za-z])|(?<![A-Za-z])(?:{_SIGNS}))"
"""A pattern of what stands before a number."""
AFTER: Final = rf"(?:(?:{'|'.join(_CODES.split())})\b|(?:{_SIGNS})(?![\w$])|(?i:(?:{'|'.join(_NAMES)})(?!\w)))"
"""A pattern of what stands after a number."""


def currency_of(written: str) -> str:
    """Return the ISO code of what a pattern has found; ``$``, ``¥`` or ``kr`` where several have it, and ``%`` for a share."""
    if written in _SYMBOLS:
        return _SYMBOLS[written]
    return next((code for name, code in _NAMES.items() if re.fullmatch(name, written, re.IGNORECASE)), written)


def likeliest(currency: str) -> str:
    """Return the code of the currency that a sign of several means most often."""
    return _LIKELIEST.get(currency, currency)


def of_equal_amounts(one: str, other: str) -> Agreement:
    """Return how far equal amounts in two currencies agree; an empty one is not stated."""
    if likeliest(one) == likeliest(other):
        return Agreement.SAME
    if PERCENT in (one, other):
        return Agreement.UNKNOWN
    mine, theirs = (_FAMILIES.get(each, frozenset({each})) for each in (one, other))
    return Agreement.COMPATIBLE if not one or not other or mine & theirs else Agreement.DIFFERENT
