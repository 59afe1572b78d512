"""Finds quoted words again in a text that may have changed.

The words are looked for with what stands before and after them, as W3C's Web Annotation Data Model tells of a TextQuoteSelector
(exact, prefix, suffix): https://www.w3.org/TR/annotation-model/#text-quote-selector.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from needlepoint.sheets.exports.characters import for_xml

_MOST_PLACES = 10_000
_CONTEXT = 32  # characters on each side, white space not counted
_DISTINCTIVE_WORDS = 6  # so many words in a row are hardly there twice by chance
_AGREEING_CONTEXT = 0.5
_SPACE: Final = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """Where words stand: ``text[start:end]``.

    :param context: the share of the text before and after them that is as given; None if none was given.
    :param places: at how many places of the text the words stand.
    """

    start: int
    end: int
    context: float | None
    places: int = 1

    @property
    def has_other_context(self) -> bool:
        """Whether most of the text around the words is another."""
        return self.context is not None and self.context < _AGREEING_CONTEXT


def same_but_for_space(one: str, other: str) -> bool:
    """Return whether two texts differ in white space alone, or in characters that a workbook cannot hold, such as form feeds."""
    return for_xml(one).split() == for_xml(other).split()


def find_again(
    text: str, words: str, *, before: str = "", after: str = "", near: int | None = None
) -> FoundPlace | None:
    """Return where words stand in a text, or None.

    Of several places the one counts whose surroundings are most as given, then that of the exact words, of whole words, and the
    nearest to ``near``. A few words whose surroundings are all different are not the same quote: then None is returned.

    :param before: the text just before the words when they were quoted; ``after`` that just after them.
    :param near: where they were.
    """
    places = _places(text, words)
    if not places:
        return None
    shares = {place: context_share(text, *place, before=before, after=after) for place in places}
    whole = {place for place in places if _is_whole(text, *place)}

    def fitness(place: tuple[int, int]) -> tuple[float, bool, bool, int]:
        is_exact = text[slice(*place)] == words
        return shares[place] or 0.0, is_exact, place in whole, -abs(place[0] - (near or 0))

    best = max(places, key=fitness)
    found = FoundPlace(*best, shares[best], len(whole or places))
    return found if not found.has_other_context or len(words.split()) >= _DISTINCTIVE_WORDS else None


def context_share(text: str, start: int, end: int, *, before: str, after: str) -> float | None:
    """Return the share of the characters given before and after ``text[start:end]`` that stand there; None if none are given."""
    wanted_before, wanted_after = _bare(before)[-_CONTEXT:], _bare(after)[:_CONTEXT]
    total = len(wanted_before) + len(wanted_after)
    if not total:
        return None
    room = 4 * _CONTEXT
    here_before, here_after = _bare(text[max(0, start - room) : start]), _bare(text[end : end + room])
    return (_shared(wanted_before[::-1], here_before[::-1]) + _shared(wanted_after, here_after)) / total


def _shared(one: str, other: str) -> int:
    """Return how many characters two texts share at their beginning."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _bare(text: str) -> str:
    return _SPACE.sub("", text)


def _places(text: str, words: str) -> set[tuple[int, int]]:
    """Return where the words stand, exactly or but for white space."""
    parts = words.split()
    patterns = {re.escape(words), r"\s+".join(map(re.escape, parts))} if parts else ()
    return {place for each in patterns for place in islice(_matches(re.compile(each), text), _MOST_PLACES)}


def _matches(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, int]]:
    """Yield where a pattern matches, also where matches overlap."""
    match = pattern.search(text)
    while match:
        yield match.span()
        match = pattern.search(text, match.start() + 1)


def _is_whole(text: str, start: int, end: int) -> bool:
    """Return whether no word goes on at either side."""
    return not (_joins(text[max(0, start - 1) : start + 1]) or _joins(text[end - 1 : end + 1]))


def _joins(pair: str) -> bool:
    return len(pair) == 2 and pair.isalnum()
