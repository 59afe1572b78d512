"""Numbers as documents write them: in digits with either decimal separator, and in English words."""

import re
from decimal import Decimal
from typing import Final

_ONES = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
_BY_TEN = "twenty thirty forty fifty sixty seventy eighty ninety"
_SMALL: Final = {word: n for n, word in enumerate([*_ONES.split(), "seventeen", "eighteen", "nineteen"])}
_TENS: Final = {word: 10 * n for n, word in enumerate(_BY_TEN.split(), start=2)}
LARGE: Final = {
    "thousand": 10**3, "lakh": 10**5, "million": 10**6, "crore": 10**7, "billion": 10**9, "trillion": 10**12,
}  # fmt: skip

_WORD = "|".join(sorted([*_SMALL, *_TENS, *LARGE, "hundred", "dozen", "half"], key=len, reverse=True))
_FIRST = "|".join(sorted([*_SMALL, *_TENS, "half"], key=len, reverse=True))
_AFTER_A = "|".join(["hundred", "dozen", *LARGE])
_GAP = r"(?:\s+and\s+(?:an?\s+|one[\s-]+(?=half))?|\s+an?\s+|\s*-\s*|\s+)"
WORDS: Final = rf"(?i:\b(?:(?:{_FIRST})|an?\s+(?:{_AFTER_A}))(?:{_GAP}(?:{_WORD}))*\b)"
"""A pattern of numbers in words, such as ``twenty-five thousand`` and ``one and a half``."""

_SPACE = " \u00a0\u202f"
NUMERALS: Final = rf"(?:\d{{1,3}}(?:[{_SPACE}]\d{{3}})+(?:[.,]\d+)?|\d+(?:[.,'\u2019]\d+)*)(?!\d)"
DIGITS: Final = rf"(?<![\w.,]){NUMERALS}"
"""A pattern of numbers in digits; :func:`digit_readings` tells whether their separators make sense."""


def digit_readings(digits: str, *, is_share: bool = False) -> tuple[Decimal, ...]:
    """Return what a number in digits may mean, the likelier first; empty if its separators make no sense, as in ``1.2.3``.

    ``1.200`` is read as 1200 and as 1.2. ``1,200`` is read as 1200 alone, as in English.

    :param is_share: a percentage, in which a single separator is always decimal.
    """
    plain = re.sub(rf"[{_SPACE}'\u2019]", "", digits)
    separators = re.findall("[.,]", plain)
    if not separators:
        return (Decimal(plain),)
    last = separators[-1]
    if len(set(separators)) == 2:
        return _grouped_and_decimal(plain, last)
    if len(separators) > 1:
        return _grouped(plain, last)
    head, tail = plain.split(last)
    decimal = Decimal(f"{head}.{tail}")
    if is_share or len(tail) != 3 or len(head) > 3 or head == "0":
        return (decimal,)
    return (Decimal(head + tail),) if last == "," else (Decimal(head + tail), decimal)


def _grouped_and_decimal(plain: str, decimal: str) -> tuple[Decimal, ...]:
    whole, _, fraction = plain.rpartition(decimal)
    if decimal in whole:
        return ()
    return tuple(Decimal(f"{number}.{fraction}") for number in _grouped(whole, "," if decimal == "." else "."))


def _grouped(plain: str, separator: str) -> tuple[Decimal, ...]:
    first, *groups = plain.split(separator)
    in_threes = len(first) <= 3 and all(len(group) == 3 for group in groups)
    as_in_india = len(first) <= 2 and len(groups[-1]) == 3 and all(len(group) == 2 for group in groups[:-1])
    return (Decimal(first + "".join(groups)),) if in_threes or as_in_india else ()


def word_number(words: str) -> Decimal | None:
    """Return the number that words such as ``one hundred and five thousand`` name; None if they name none."""
    plain = re.sub(r"(?:\band\s+)?\b(?:an?|one)[\s-]+half\b", "half", words.casefold())
    total, current, has_any = Decimal(0), Decimal(0), False
    for word in re.findall(r"[a-z]+", plain):
        if word in ("and", "a", "an"):
            continue
        if word in LARGE:
            total, current = total + (current if has_any else 1) * LARGE[word], Decimal(0)
        else:
            added = _added(current, word)
            if added is None:
                return None
            current = added
        has_any = True
    return total + current if has_any else None


def _added(current: Decimal, word: str) -> Decimal | None:
    """Return a number below a thousand with its next word; None if the word cannot follow."""
    if word == "half":
        return current + Decimal("0.5")
    if word in ("hundred", "dozen"):
        return (current or 1) * Decimal(100 if word == "hundred" else 12)
    rest = current % 100
    if word in _TENS:
        return current + _TENS[word] if rest == 0 else None
    small = _SMALL.get(word)
    fits = small is not None and (rest == 0 or (small < 10 and rest >= 20 and rest % 10 == 0))
    return current + Decimal(small or 0) if fits else None


def number_readings(text: str) -> tuple[Decimal, ...]:
    """Return what a number in digits or words may mean; empty if it is none."""
    if text[:1].isdigit():
        return digit_readings(text)
    number = word_number(text)
    return () if number is None else (number,)
