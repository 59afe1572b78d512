"""Raised characters in a line of text: exponents stay exponents, and the mark of a note stays apart from the word before it."""

import re

_RAISED = str.maketrans("0123456789+-=()n\u2212", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ⁻")
_EXPONENT = re.compile(r"[+\-\u2212]?\d{1,4}|n")
_BASE = re.compile(
    r"(?:(?<![\d.,])(?:10|2|e)|(?<![^\W\d_])(?:[A-Za-z]|mm|cm|dm|km|ft|in|yd|mi|ha|kg|sq|Pa|Hz|kW|MW|mol|ppm|inch|foot|miles?)|[)\]])$"
)
_ORDINAL = re.compile(r"st|nd|rd|th|er|re|e|o|a|ème|nde?", re.IGNORECASE)
_MARK = re.compile(r"(?:\d{1,3}|[a-z]|\*{1,3}|[†‡§¶#]+)(?:\s*,\s*(?:\d{1,3}|[a-z]))*", re.IGNORECASE)
_LOOKED_BACK = 12


def raised(before: str, text: str, *, is_link: bool = False) -> str:
    """Return a raised text as it is written in a line: ``10⁶``, ``m²``, ``1st``, and ``million [3]`` for the mark of a note.

    :param before: what stands before it on its line.
    :param text: the raised text.
    :param is_link: it leads to a note.
    """
    mark = text.strip()
    before = before[-_LOOKED_BACK:].replace(",", ",")
    if not mark or mark.startswith(("[", "(")):
        return text
    if _EXPONENT.fullmatch(mark) and not is_link and (mark[0] in "+-\u2212" or _BASE.search(before)):
        return mark.translate(_RAISED)
    if before[-1:].isdigit() and _ORDINAL.fullmatch(mark) and not is_link:
        return mark
    if _MARK.fullmatch(mark):
        return f" [{mark}]"
    return text
