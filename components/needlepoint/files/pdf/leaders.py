"""Dots that lead the eye from a label to its value."""

import re
from collections.abc import Sequence

from needlepoint.files.pdf.page import Word

_LEADERS = re.compile(r"(.*?)\s*[.\u00b7\u2026_]{4,}", re.DOTALL)
_DOTS = frozenset({".", "..", "...", "....", "\u2026"})
_FEWEST_DOTS = 4


def between_leaders(words: Sequence[Word]) -> list[list[Word]]:
    """Return the words of a line, parted where dots lead on, without the dots."""
    stretches: list[list[Word]] = [[]]
    at = 0
    while at < len(words):
        end = at
        while end < len(words) and words[end].text in _DOTS:
            end += 1
        if end - at >= _FEWEST_DOTS:
            stretches.append([])
            at = end
            continue
        word = words[at]
        before, is_led = _before_leaders(word)
        if before is not None:
            stretches[-1].append(before)
        if is_led:
            stretches.append([])
        at += 1
    return [stretch for stretch in stretches if stretch]


def _before_leaders(word: Word) -> tuple[Word | None, bool]:
    """Return what of a word stands before the dots that it ends with, and whether there are any."""
    if not word.text.endswith("...."):
        return word, False
    match = _LEADERS.fullmatch(word.text)
    if match is None:
        return word, False
    text = match.group(1)
    if not text:
        return None, True
    right = word.left + len(text) / len(word.text) * (word.right - word.left)
    end = word.start + len(text) if word.end - word.start == len(word.text) else word.end
    return Word(text, word.start, end, word.left, word.top, right, word.bottom, word.line, word.style), True
