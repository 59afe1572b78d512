"""Passages for the reader: whole sentences, about one window long, each on one page where its sentences are."""

from collections.abc import Iterator
from dataclasses import dataclass

from needlepoint.text.lines import Kind, blocks
from needlepoint.text.sentences import sentences_of
from needlepoint.text.words import count_words, cut_at_words

_PAGE_BREAK = "\f"


@dataclass(frozen=True, slots=True)
class Passage:
    """``text[start:end]``, which begins on page ``page`` (the first is 1)."""

    start: int
    end: int
    page: int


@dataclass(frozen=True, slots=True)
class _Unit:
    """A sentence, a heading, a row of a table, or a piece of one that is too long."""

    start: int
    end: int
    page: int
    words: int
    is_heading: bool


def split_passages(text: str, *, max_words: int = 120, overlap_sentences: int = 1) -> list[Passage]:
    """Cut a text into passages of whole sentences.

    A passage begins with the last sentences of the one before it, as long as they fill less than half of it and stand
    on the same page under the same heading. It crosses a page only with a sentence that does, and ends with a heading only
    where nothing on the page follows. A sentence of more than ``max_words`` is cut into pieces of half as many, so that
    they overlap like sentences: at a semicolon, a comma or a space.

    :param text: pages are divided by form feeds.
    :param max_words: the most words in a passage; two ideographs count as one word.
    :param overlap_sentences: how many sentences two neighbours share.
    :returns: in order; together they hold every character of the text that is not white space.
    :raises ValueError: if a number is out of its range.
    """
    if max_words < 1:
        raise ValueError(f"max_words must be at least 1, got {max_words}")
    if overlap_sentences < 0:
        raise ValueError(f"overlap_sentences must be at least 0, got {overlap_sentences}")
    units = list(_units(text, max_words))
    passages = []
    begin = fresh = 0
    while fresh < len(units):
        stop = _stop(units, begin, fresh, max_words)
        passages.append(Passage(units[begin].start, units[stop - 1].end, units[begin].page))
        begin, fresh = _overlap(units, begin, stop, max_words=max_words, sentences=overlap_sentences), stop
    return passages


def _units(text: str, max_words: int) -> Iterator[_Unit]:
    page, seen = 1, 0
    for block in blocks(text):
        spans = sentences_of(text, block)
        is_heading = block.kind is Kind.HEADING and len(spans) == 1
        for start, end in spans:
            words = count_words(text[start:end])
            pieces = (
                [(start, end)] if words <= max_words else cut_at_words(text, start, end, max_words=(max_words + 1) // 2)
            )
            for piece_start, piece_end in pieces:
                page += text.count(_PAGE_BREAK, seen, piece_start)
                seen = piece_start
                count = words if piece_end - piece_start == end - start else count_words(text[piece_start:piece_end])
                yield _Unit(piece_start, piece_end, page, count, is_heading)


def _stop(units: list[_Unit], begin: int, fresh: int, max_words: int) -> int:
    """Return the index after the last unit of the passage that begins at ``begin`` and must hold ``fresh``."""
    page, words, stop = units[fresh].page, sum(unit.words for unit in units[begin:fresh]), fresh
    while stop < len(units) and units[stop].page == page:
        words += units[stop].words
        if words > max_words and stop > fresh:
            break
        stop += 1
    if stop == len(units) or units[stop].page != page:
        return stop
    last = stop
    while last > fresh and units[last - 1].is_heading:
        last -= 1
    return last if last > fresh else stop


def _overlap(units: list[_Unit], begin: int, stop: int, *, max_words: int, sentences: int) -> int:
    """Return the index of the first unit that the next passage repeats, or ``stop`` if it repeats none."""
    if stop == len(units) or units[stop].is_heading:
        return stop
    first, room = stop, min(max_words // 2, max_words - units[stop].words)
    while first - 1 > begin and stop - first < sentences and _may_repeat(units[first - 1], units[stop], room):
        first -= 1
        room -= units[first].words
    return first


def _may_repeat(unit: _Unit, following: _Unit, room: int) -> bool:
    return not unit.is_heading and unit.page == following.page and unit.words <= room
