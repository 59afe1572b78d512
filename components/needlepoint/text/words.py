# ruff: noqa: RUF001 - marks of many scripts are what this is about
"""Counts the words of a text, and cuts a text that has too many."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

import regex

#: Scripts that are written without spaces, with the usual number of characters in a word.
_IDEOGRAPH = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Bopomofo}"
_UNSPACED = r"\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}"
_ODD_SCRIPT = regex.compile(rf"[{_IDEOGRAPH}{_UNSPACED}]")
_IDEOGRAPHS = regex.compile(rf"[{_IDEOGRAPH}]")
_LETTERS_UNSPACED = regex.compile(rf"[{_UNSPACED}]")
_TOKEN = re.compile(r"[^\s、，；：]+[、，；：]*|[、，；：]+")
_GRAPHEME = regex.compile(r"\X")

_LONGEST_WORD = 24  # characters; a longer token (an address, a key, a formula) costs a reader as much as several words
_CHARACTERS_A_WORD = 6

_SEMICOLON, _COMMA, _SPACE, _INSIDE = 3, 2, 1, 0
_RANKS = dict.fromkeys(";；—", _SEMICOLON) | dict.fromkeys(",:，、：)）", _COMMA)


def count_words(text: str) -> int:
    """Count words so that a passage of n words costs a reader about the same in any script.

    Two ideographs, four letters of a script without spaces, and six characters of a token beyond 24 count as one word.
    """
    words = len(text.split())
    if len(text) <= 10 * words and (text.isascii() or not _ODD_SCRIPT.search(text)):
        return words
    return sum(_weight(token) for token in text.split())


def _weight(token: str) -> int:
    if not token.isascii() and _ODD_SCRIPT.search(token):
        ideographs, unspaced = len(_IDEOGRAPHS.findall(token)), len(_LETTERS_UNSPACED.findall(token))
        rest = len(token) - ideographs - unspaced
        return math.ceil(ideographs / 2 + unspaced / 4 + rest / _CHARACTERS_A_WORD)
    return 1 if len(token) <= _LONGEST_WORD else math.ceil(len(token) / _CHARACTERS_A_WORD)


@dataclass(frozen=True, slots=True)
class _Atom:
    """A stretch of text that is not cut, and how good its end is as a place to cut."""

    start: int
    end: int
    words: int
    rank: int


def cut_at_words(text: str, start: int, end: int, *, max_words: int) -> Iterator[tuple[int, int]]:
    """Cut ``text[start:end]`` into pieces of at most ``max_words``: after a semicolon or a comma, else between words.

    A single token that is longer is cut between graphemes.

    :returns: start and end of each piece, in order.
    """
    piece: list[_Atom] = []
    words = 0
    for atom in _atoms(text, start, end, max_words):
        while piece and words + atom.words > max_words:
            cut = _best_cut(piece, max_words)
            yield piece[0].start, piece[cut].end
            piece = piece[cut + 1 :]
            words = sum(rest.words for rest in piece)
        piece.append(atom)
        words += atom.words
    if piece:
        yield piece[0].start, piece[-1].end


def _best_cut(piece: list[_Atom], max_words: int) -> int:
    """Return the index of the last atom before the cut: the best-ranked in the second half; among equals, the last."""
    best, words = len(piece) - 1, 0
    for index, atom in enumerate(piece):
        words += atom.words
        if 2 * words >= max_words and atom.rank >= piece[best].rank:
            best = index
    return best


def _atoms(text: str, start: int, end: int, max_words: int) -> Iterator[_Atom]:
    for match in _TOKEN.finditer(text, start, end):
        token_start, token_end = match.span()
        words = _weight(match.group())
        rank = _RANKS.get(text[token_end - 1], _SPACE if text[token_end : token_end + 1].isspace() else _INSIDE)
        if words <= max_words:
            yield _Atom(token_start, token_end, words, rank)
        else:
            yield from _graphemes(text, token_start, token_end, rank)


def _graphemes(text: str, start: int, end: int, rank: int) -> Iterator[_Atom]:
    """Divide a token into chunks of one word or one grapheme, whichever is longer."""
    chunk = start
    for match in _GRAPHEME.finditer(text, start, end):
        stop = match.end()
        if stop == end or _is_word_long(text[chunk:stop]):
            yield _Atom(chunk, stop, _weight(text[chunk:stop]), rank if stop == end else _INSIDE)
            chunk = stop


def _is_word_long(chunk: str) -> bool:
    return len(chunk) >= (2 if _ODD_SCRIPT.search(chunk) else _CHARACTERS_A_WORD)
