"""Finds the words of a text that are nearest to words that it does not have."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches
from typing import Final

from needlepoint.sheets.document_text import WORD, DocumentText

_LEAST_ALIKE: Final = 0.5  # of the words of a sentence
_LEAST_CONTENT: Final = 1 / 3  # of those of its words that are not as common as "the"
_CONTEXT_WORDS = 12
_MOST_WORDS = 200
_MOST_HITS = 5_000  # so that a search takes milliseconds in a text of any length
_MOST_WINDOWS = 8
_BESIDE = 3  # words
_FEW_WORDS = 6
_SHORT_WORD = 3


@dataclass(frozen=True, slots=True)
class NearestWords:
    """The nearest words: ``text[start:end]``; ``similarity`` to the words looked for is from 0 to 1."""

    start: int
    end: int
    similarity: float


@dataclass(frozen=True, slots=True)
class _Target:
    """Words to look for, with those before and after: ``words[first:last]`` are the quote's own."""

    words: list[str]
    first: int
    last: int

    @classmethod
    def of(cls, before: str, words: str, after: str) -> "_Target":
        left, own, right = ([word.casefold() for word in WORD.findall(text)] for text in (before, words, after))
        left, own, right = left[-_CONTEXT_WORDS:], own[:_MOST_WORDS], right[:_CONTEXT_WORDS]
        return cls([*left, *own, *right], len(left), len(left) + len(own))


def nearest_words(document: DocumentText, words: str, *, before: str = "", after: str = "") -> NearestWords | None:
    """Return the words that stand where the quote would be now, or None if nothing in the text is like it.

    The quote's sentence is looked for by its rarest words; the words that took the place of the quote are those between what is
    left of the sentence.
    """
    target = _Target.of(before, words, after)
    if not target.words:
        return None
    target = _Target(_as_spelt(document, target.words), target.first, target.last)
    found = [each for start in _windows(document, target) if (each := _aligned(document, target, start))]
    best = max(found, key=lambda each: each[0], default=None)
    if best is None:
        return None
    _, first, last = best
    start, end = _with_marks(document.text, words, document.words[first][0], document.words[last - 1][1])
    here = " ".join(document.text[start:end].split())
    return NearestWords(start, end, SequenceMatcher(None, " ".join(words.split()), here, autojunk=False).ratio())


def _with_marks(text: str, words: str, start: int, end: int) -> tuple[int, int]:
    """Take in the marks with which the quote begins and ends, such as brackets, if they stand there, too."""
    own = list(WORD.finditer(words))
    opening, closing = (words[: own[0].start()], words[own[-1].end() :]) if own else ("", "")
    if opening and text.endswith(opening, 0, start):
        start -= len(opening)
    return start, end + len(closing) if closing and text.startswith(closing, end) else end


def _as_spelt(document: DocumentText, words: Sequence[str]) -> list[str]:
    """Return a few words with those that the text does not have in its nearest spelling."""
    if len(words) > _FEW_WORDS:
        return list(words)
    known = document.positions
    spelt = []
    for word in words:
        alike = [other for other in known if other[0] == word[0] and abs(len(other) - len(word)) <= 2]
        close = get_close_matches(word, alike, 1, 0.75) if word not in known and word.isalpha() else []
        spelt.append(close[0] if close else word)
    return spelt


def _windows(document: DocumentText, target: _Target) -> list[int]:
    """Return the numbers of the words at which the sentence may begin, likeliest first."""
    step = max(2, len(target.words) // 2)
    votes: Counter[int] = Counter()
    hits = 0
    known = [
        (document.positions[word], number) for number, word in enumerate(target.words) if word in document.positions
    ]
    for positions, number in sorted(known, key=lambda each: len(each[0])):
        hits += len(positions)
        if hits > _MOST_HITS and votes:
            break
        votes.update((position - number) // step for position in positions[:_MOST_HITS])
    return [max(0, window * step) for window, _ in votes.most_common(_MOST_WINDOWS)]


def _aligned(document: DocumentText, target: _Target, start: int) -> tuple[float, int, int] | None:
    """Return how much of the sentence stands at a window, with the first and last word that stand for the quote; or None."""
    slack = max(4, len(target.words) // 2)
    begin = max(0, start - slack)
    window = document.folded[begin : start + len(target.words) + 2 * slack]
    blocks = SequenceMatcher(None, target.words, window, autojunk=False).get_matching_blocks()
    pairs = [(block.a + n, block.b + n) for block in blocks for n in range(block.size)]
    if not pairs:
        return None
    length = pairs[-1][1] + 1 - pairs[0][1]
    alike = 2 * len(pairs) / (len(target.words) + length)
    content = [_is_content(word) for word in target.words]
    if alike < _LEAST_ALIKE or sum(content[mine] for mine, _ in pairs) < _LEAST_CONTENT * sum(content):
        return None
    if not _holds_together(target, {mine for mine, _ in pairs}):
        return None
    first, last = _span(target, pairs, lambda number: document.goes_on(begin + number))
    first, last = min(first, len(window) - 1), min(last, len(window))
    return alike, begin + first, begin + last


def _span(target: _Target, pairs: Sequence[tuple[int, int]], goes_on: Callable[[int], bool]) -> tuple[int, int]:
    """Return the window's words that stand for the quote; all that is left of the sentence if it has been cut out.

    :param pairs: which word of the target is which of the window.
    :param goes_on: whether a word of the window is of one clause with the word before it.
    """
    before = [(mine, here) for mine, here in pairs if mine < target.first]
    own = [(mine, here) for mine, here in pairs if target.first <= mine < target.last]
    after = [(mine, here) for mine, here in pairs if mine >= target.last]
    left = before[-1][1] + target.first - before[-1][0] if before else None
    right = after[0][1] - (after[0][0] - target.last) if after else None
    if own:
        (first, first_here), (last, last_here) = own[0], own[-1]
        left = _grown(first_here, target.first - first, -1, goes_on) if left is None else min(left, first_here)
        more = target.last - 1 - last
        right = _grown(last_here, more, 1, goes_on) + 1 if right is None else max(right, last_here + 1)
    length = target.last - target.first
    left = max(0, (right or 0) - length) if left is None else left
    right = left + length if right is None else right
    return (left, right) if left < right else (pairs[0][1], pairs[-1][1] + 1)


def _grown(at: int, most: int, step: int, goes_on: Callable[[int], bool]) -> int:
    """Return the word that is at most so many words away in a direction, and of the same clause."""
    for _ in range(abs(most)):
        if not goes_on(at if step < 0 else at + 1):
            break
        at += step
    return at


def _holds_together(target: _Target, there: set[int]) -> bool:
    """Return whether some of the quote's own words are there, or else the words next to it on every side that was given."""
    if any(target.first <= number < target.last for number in there):
        return True
    beside = range(max(0, target.first - _BESIDE), target.first), range(target.last, target.last + _BESIDE)
    given = [numbers for numbers in beside if numbers and numbers[0] < len(target.words)]
    return bool(given) and all(there.intersection(numbers) for numbers in given)


def _is_content(word: str) -> bool:
    return len(word) > _SHORT_WORD or word.isdigit()
