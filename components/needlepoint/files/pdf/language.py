"""Whether the text of a page is language at all: fonts without a Unicode map give signs that only look like text."""

import re
from collections.abc import Sequence

_MOST = 120  # words that are looked at
_FEWEST = 8  # words; of fewer nothing can be said
_ODD = re.compile(r"[;<>=@?^~|{}\\]\w|\w[<>=@^~|{}\\]")
_LATIN = re.compile(r"[A-Za-zÀ-ɏ]+")
_VOWELS = frozenset("aeiouyAEIOUYáéíóúàèìòùâêîôûäëïöüæøåœãõýÿÁÉÍÓÚÄÖÜÆØÅ")
_PRIVATE = re.compile("[\ue000-\uf8ff\ufffd\x00-\x08]")


def is_gibberish(words: Sequence[str]) -> bool:
    """Tell the signs of a font without a Unicode map from text in any language.

    Within words of any language there are no marks such as ``;``, ``<`` and ``@``; of those in Latin letters most have vowels.
    """
    if len(words) < _FEWEST:
        return False
    words = words[:: max(1, len(words) // _MOST)]
    characters = "".join(words)
    if len(_PRIVATE.findall(characters)) > 0.2 * len(characters):
        return True
    shown = [word for word in words if word.isalnum() or any(map(str.isalnum, word))]
    if 3 * len(shown) < len(words):
        return False  # rules, leaders, dots
    odd = sum(_ODD.search(word) is not None for word in shown)
    if 10 * odd > 4 * len(shown):
        return True
    latin = [word for word in shown if len(word) > 3 and _LATIN.fullmatch(word) and not word.isupper()]
    without = sum(not _VOWELS.intersection(word) for word in latin)
    return len(latin) >= _FEWEST and 10 * without > 3.5 * len(latin)
