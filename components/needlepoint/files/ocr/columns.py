"""From the columns of a line, for each of which a model says how likely which character is, to words with their places."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_EAST_ASIAN = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_SPACE = 0.15  # how likely a space must be between two letters, where the model prefers no character
_NARROW = 0.35  # of the usual distance of letters: a word reaches at least so far beyond the middle of its last


@dataclass(frozen=True, slots=True)
class ColumnWord:
    """A word of a line.

    :param confidence: from 0 to 1.
    :param begin: where it begins, as a share of the line's width.
    :param end: where it ends.
    """

    text: str
    confidence: float
    begin: float
    end: float


@dataclass(frozen=True, slots=True)
class _Letter:
    text: str
    confidence: float
    middle: float
    after_space: bool


def words_of(columns: "NDArray[np.float32]", characters: Sequence[str], share: float) -> list[ColumnWord]:
    """Return the words of a line, as connectionist temporal classification (Graves et al. 2006) reads them.

    Between two letters, the model prefers a space or no character at all; it sees many a narrow space only faintly.

    :param columns: of shape (columns, characters): how likely each character is.
    :param characters: the first one is no character, the last one a space.
    :param share: of the columns that belong to the line; the rest is padding.
    """
    letters = list(_letters(columns, characters))
    if not letters:
        return []
    width = max(share * len(columns), 1.0)
    steps = [after.middle - before.middle for before, after in pairwise(letters) if not after.after_space]
    reach = max(float(np.median(steps)) / 2, _NARROW) if steps else 1.0
    words: list[ColumnWord] = []
    for group in _grouped(letters):
        confidence = sum(letter.confidence for letter in group) / len(group)
        begin, end = group[0].middle - reach, group[-1].middle + reach
        text = _in_usual_width("".join(letter.text for letter in group))
        words.append(ColumnWord(text, confidence, max(begin / width, 0.0), min(end / width, 1.0)))
    return words


def _in_usual_width(text: str) -> str:
    """Return a word with the wide marks of Chinese print made narrow, where no Chinese or Japanese letter is beside them."""
    return text if _EAST_ASIAN.search(text) else text.translate(_WIDE)


def _grouped(letters: Sequence[_Letter]) -> Iterator[list[_Letter]]:
    group: list[_Letter] = []
    for letter in letters:
        if letter.after_space and group:
            yield group
            group = []
        group.append(letter)
    yield group


def _letters(columns: "NDArray[np.float32]", characters: Sequence[str]) -> Iterator[_Letter]:
    best = columns.argmax(axis=1)
    space = len(characters) - 1
    edges = np.flatnonzero(np.diff(best)) + 1
    starts, ends = np.concatenate([[0], edges]), np.concatenate([edges, [len(best)]])
    last_end, after_space = 0, False
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        at = int(best[start])
        if at == space or characters[at].isspace():
            after_space = True
        elif at:
            between = columns[last_end:start, space]
            after_space = after_space or (len(between) > 0 and float(between.max()) > _SPACE)
            confidence = float(columns[start:end, at].max())
            yield _Letter(characters[at], confidence, (start + end) / 2, after_space)
            last_end, after_space = end, False
