"""Accents that a PDF draws apart from their letters, put back onto them: ``Oguz ˘`` is Oğuz."""

import re
import unicodedata
from collections.abc import Callable, Sequence

from needlepoint.files.pdf.drawings import Box
from needlepoint.files.pdf.page import Word

_COMBINING = dict(
    zip(
        "\u00b4\u0060\u00a8\u02c6\u02dc\u00b8\u02d8\u02c7\u02da\u02dd",
        "\u0301\u0300\u0308\u0302\u0303\u0327\u0306\u030c\u030a\u030b",
        strict=True,
    )
)
_ACCENT = re.compile(f"[{''.join(_COMBINING)}]")
_DOTLESS = {"\u0131": "i", "\u0237": "j"}
_MOST = 200  # accents of a page
_TOUCHING = 0.12  # of the letters' height


def has_accents(text: str) -> bool:
    """Tell whether a page's text has accents that stand alone."""
    return _ACCENT.search(text) is not None


def mend_accents(words: Sequence[Word], box_of: Callable[[int], Box]) -> list[Word]:
    """Return the words with each accent on the letter that it is drawn over.

    :param box_of: box of a character of PDFium's text.
    """
    gone: set[int] = set()
    for word in [word for word in words if _ACCENT.search(word.text)][:_MOST]:
        if len(word.text) != word.end - word.start:
            continue
        for place in reversed([match.start() for match in _ACCENT.finditer(word.text)]):
            if _put_on(word, place, words, box_of):
                word.text = word.text[:place] + word.text[place + 1 :]
        if not word.text:
            gone.add(id(word))
    return _joined([word for word in words if id(word) not in gone], words, gone)


def _put_on(word: Word, place: int, words: Sequence[Word], box_of: Callable[[int], Box]) -> bool:
    """Put an accent onto the letter that it is drawn over; tell whether there is one."""
    left, top, right, bottom = box_of(word.start + place)
    middle = (left + right) / 2
    accent = word.text[place]
    for other in words:
        shared = min(bottom, other.bottom) - max(top, other.top)
        if not other.left <= middle <= other.right or shared < 0.5 * (bottom - top):
            continue
        for at, letter in enumerate(other.text):
            if not letter.isalpha() or (other is word and at == place) or len(other.text) != other.end - other.start:
                continue
            letter_box = box_of(other.start + at)
            composed = unicodedata.normalize("NFC", _DOTLESS.get(letter, letter) + _COMBINING[accent])
            if letter_box[0] <= middle <= letter_box[2] and len(composed) == 1:
                other.text = other.text[:at] + composed + other.text[at + 1 :]
                return True
    return False


def _joined(kept: list[Word], words: Sequence[Word], gone: set[int]) -> list[Word]:
    """Join the two parts of a word that only an accent between them had parted."""
    if not gone:
        return kept
    after_gone = {id(words[at + 1]) for at, word in enumerate(words[:-1]) if id(word) in gone}
    joined: list[Word] = []
    for word in kept:
        last = joined[-1] if joined else None
        if (
            last is not None
            and id(word) in after_gone
            and last.line == word.line
            and abs(word.left - last.right) < _TOUCHING * word.height
        ):
            last.text, last.end, last.right, last.is_cut = last.text + word.text, word.end, word.right, word.is_cut
        else:
            joined.append(word)
    return joined
