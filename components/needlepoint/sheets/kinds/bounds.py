"""Words before an amount or a period that make it a bound: at least, up to, about."""

import re
from enum import StrEnum
from typing import Final

from needlepoint.sheets.kinds.value import Agreement


class Bound(StrEnum):
    """How a quantity bounds what it speaks of."""

    NONE = ""
    LEAST = "at least"
    MOST = "at most"
    MORE = "more than"
    LESS = "less than"
    ABOUT = "about"


_WORDS: Final = {
    Bound.LEAST: r"at least|(?:not|no) (?:be )?(?:less|fewer|lower) than|(?:a )?minimum(?: of)?|no later than|not below",
    Bound.MOST: (
        r"at most|up to|(?:not|no) (?:be )?(?:more|greater|higher|longer) than|(?:a )?maximum(?: of)?|capped at|not above"
        r"|(?:not|never|not to) (?:to )?(?:exceed|exceeding)"
    ),
    Bound.MORE: r"more than|greater than|longer than|over|above|exceeds|exceeding|in excess of",
    Bound.LESS: r"less than|fewer than|shorter than|under|below",
    Bound.ABOUT: r"about|approximately|approx\.?|circa|ca\.|around|roughly|nearly|almost|some",
}
_BEFORE: Final = [
    (
        bound,
        re.compile(rf"(?:^|[\s(])(?:{words})\s+(?:the\s+|a\s+|an\s+)?(?:sum of\s+|total of\s+|period of\s+)?$", re.I),
    )
    for bound, words in _WORDS.items()
]
_LONGEST = 60


def bound_before(text: str, at: int) -> Bound:
    """Return how the words just before ``text[at]`` bound what stands there."""
    before = " ".join(text[max(0, at - _LONGEST) : at].split()) + " "
    return next((bound for bound, pattern in _BEFORE if pattern.search(before)), Bound.NONE)


def of_equal_numbers(one: Bound, other: Bound) -> Agreement:
    """Return how far two equal numbers agree under their bounds."""
    if one is other:
        return Agreement.SAME
    opposed = {Bound.LEAST, Bound.MORE}, {Bound.MOST, Bound.LESS}
    is_opposed = any(one in low and other in high for low, high in (opposed, opposed[::-1]))
    return Agreement.DIFFERENT if is_opposed else Agreement.COMPATIBLE
