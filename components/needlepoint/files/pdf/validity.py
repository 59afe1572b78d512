"""Which words of a PDF page a person can see, and which are struck out."""

from bisect import bisect_left
from collections.abc import Sequence
from operator import attrgetter

from needlepoint.files.pdf.drawings import Box, Drawings
from needlepoint.files.pdf.page import Look, PageWords, Word

_STRIKE = (0.4, 0.72)  # where a line through letters stands, of their box's height from the top
_STRUCK = 0.7  # of a word's width


def visible_words(page: PageWords) -> list[Word]:
    """Return the words that can be seen: on the page, not white on white, not drawn invisibly but for the text over a scan."""
    width, height, plain = page.width, page.height, Look.PLAIN  # asked of the class for each word, it takes longer
    return [
        word
        for word in page.words
        if -1 < word.left + word.right < 2 * width + 2
        and -1 < word.top + word.bottom < 2 * height + 2
        and (word.style.look is plain or _is_visible(word, page.drawings))
    ]


def _is_visible(word: Word, drawn: Drawings) -> bool:
    x, y = (word.left + word.right) / 2, (word.top + word.bottom) / 2
    if word.style.look is Look.INVISIBLE:
        return _covers(drawn.pictures, x, y)
    return word.style.look is not Look.WHITE or _covers(drawn.filled, x, y) or _covers(drawn.pictures, x, y)


def _covers(areas: Sequence[Box], x: float, y: float) -> bool:
    return any(left - 1 <= x <= right + 1 and top - 1 <= y <= bottom + 1 for left, top, right, bottom in areas)


def struck_words(words: Sequence[Word], page: PageWords, marked: Sequence[Box] = ()) -> list[Word]:
    """Return the words with a line through them.

    :param marked: what annotations strike out.
    """
    struck = [word for word in words if _is_marked(word, marked)] if marked else []
    if not page.drawings.across:
        return struck
    ordered = sorted(words, key=attrgetter("top"))
    tops = [word.top for word in ordered]
    tallest = max((word.bottom - word.top for word in words), default=0.0)
    crossed: dict[int, list[Box]] = {}
    for rule in page.drawings.across:
        middle = (rule[1] + rule[3]) / 2
        for at in range(bisect_left(tops, middle - tallest), bisect_left(tops, middle)):
            if _is_through(ordered[at], rule, middle):
                crossed.setdefault(at, []).append(rule)
    return struck + [ordered[at] for at, rules in crossed.items() if _is_struck(ordered[at], rules)]


def _is_through(word: Word, rule: Box, middle: float) -> bool:
    height = word.bottom - word.top
    is_within = word.top + _STRIKE[0] * height < middle < word.top + _STRIKE[1] * height
    return is_within and rule[0] < word.right and rule[2] > word.left and word.style.angle == 0


def _is_struck(word: Word, rules: Sequence[Box]) -> bool:
    covered = sum(min(rule[2], word.right) - max(rule[0], word.left) for rule in rules)
    return covered > _STRUCK * (word.right - word.left) and any(map(str.isalnum, word.text))


def _is_marked(word: Word, marked: Sequence[Box]) -> bool:
    x, y = (word.left + word.right) / 2, (word.top + word.bottom) / 2
    return any(left < x < right and top < y < bottom for left, top, right, bottom in marked)
