"""Finds words in a text as a person types them: case, accents, kinds of quotes and dashes, and line breaks do not matter."""

import re
import unicodedata
from collections.abc import Iterator

_ALIKE = str.maketrans(
    "\u2018\u2019\u201a\u02bc\u201c\u201d\u201e\u2010\u2011\u2012\u2013\u2014\u2212", "''''\"\"\"------"
)


def find_words(text: str, wanted: str) -> Iterator[tuple[int, int]]:
    """Yield where words stand in a text, one after the other, in order; places do not overlap.

    :param wanted: the words; between two of them any white space may stand, page breaks included.
    :returns: start and end of each place; none for words of white space.
    """
    words = _folded(wanted).split()
    if words:
        pattern = re.compile(r"\s+".join(map(re.escape, words)))
        yield from (match.span() for match in pattern.finditer(_folded(text)))


def _folded(text: str) -> str:
    """Return text of the same length, in which characters that a person takes for the same are the same."""
    return text.translate({ord(character): _plain(character) for character in set(text)})


def _plain(character: str) -> str:
    """Return the letter without accents, in lower case; always one character."""
    alike = character.translate(_ALIKE)
    parts = unicodedata.normalize("NFD", alike)
    plain = parts[0] if all(map(unicodedata.combining, parts[1:])) else alike
    lower = plain.lower()
    return lower if len(lower) == 1 else plain
