"""Passages for the reader: whole sentences, about one window long, on one page unless a sentence crosses it."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from needlepoint.text.lines import Kind, blocks
from needlepoint.text.marks import Mark, MarkKind, readable
from needlepoint.text.paging import PAGE_BREAK
from needlepoint.text.sentences import sentences_of
from needlepoint.text.words import count_words, cut_at_words

_BETWEEN_CELLS = "; "
_LONGEST_LABEL = 100


@dataclass(frozen=True, slots=True)
class Passage:
    """``text[start:end]``, which begins on page ``page`` (the first is 1).

    :param about: context that its own words lack: a row's caption, and for a later piece of a long row the row's first cell.
    :param kind: its kind, if it is not running text.
    """

    start: int
    end: int
    page: int
    about: str = ""
    kind: MarkKind | None = None


@dataclass(frozen=True, slots=True)
class _Unit:
    """A sentence, a heading or a table row, or a piece of one that is too long.

    :param section: how many pieces of page furniture stand before it.
    """

    start: int
    end: int
    page: int
    words: int
    is_heading: bool
    section: int
    mark: Mark | None = None
    about: str = ""

    @property
    def is_row(self) -> bool:
        return self.mark is not None and self.mark.kind is MarkKind.ROW


def split_passages(
    text: str,
    marks: Sequence[Mark] = (),
    *,
    turns: Sequence[int] = (),
    max_words: int = 120,
    overlap_sentences: int = 1,
) -> list[Passage]:
    """Cut a text into passages of whole sentences.

    A passage begins with the last sentences of the one before it, as long as they fill less than half of it and stand
    on the same page under the same heading. It crosses a page only with a sentence that does, and ends with a heading only
    where nothing on the page follows. A sentence of more than ``max_words`` is cut into pieces of half as many, so that
    they overlap like sentences: at a semicolon, a comma or a space.

    A table row is a passage of its own, because a reader that sees two rows may take the value from the wrong one. A note
    shares no passage with the text it is about. Page furniture is in no passage: sentences continue across it.

    :param text: pages are divided by form feeds.
    :param marks: the marks on the text, in order; they do not overlap.
    :param turns: where pages begin without a form feed, in order.
    :param max_words: the most words in a passage; two ideographs count as one word.
    :param overlap_sentences: how many sentences two neighbours share.
    :returns: the passages in order; together they hold every character that is neither white space nor furniture. A passage's
        content is its span of what :func:`~needlepoint.text.marks.readable` returns.
    :raises ValueError: a number is out of range.
    """
    if max_words < 1:
        raise ValueError(f"max_words must be at least 1, got {max_words}")
    if overlap_sentences < 0:
        raise ValueError(f"overlap_sentences must be at least 0, got {overlap_sentences}")
    units = list(_units(readable(text, marks), marks, turns, max_words))
    passages = []
    begin = fresh = 0
    while fresh < len(units):
        stop = _stop(units, begin, fresh, max_words)
        first = units[begin]
        kind = first.mark.kind if first.mark else None
        passages.append(Passage(first.start, units[stop - 1].end, first.page, first.about, kind))
        begin, fresh = _overlap(units, begin, stop, max_words=max_words, sentences=overlap_sentences), stop
    return passages


def _units(text: str, marks: Sequence[Mark], turns: Sequence[int], max_words: int) -> Iterator[_Unit]:
    page, seen = 1, 0
    ends = [mark.end for mark in marks if mark.kind is MarkKind.FURNITURE]
    for start, end, is_heading, mark in _sentences(text, marks):
        words = count_words(text[start:end])
        pieces = (
            [(start, end)] if words <= max_words else cut_at_words(text, start, end, max_words=(max_words + 1) // 2)
        )
        for piece_start, piece_end in pieces:
            page += text.count(PAGE_BREAK, seen, piece_start)
            seen = piece_start
            count = words if piece_end - piece_start == end - start else count_words(text[piece_start:piece_end])
            about = _about(text, mark, piece_start) if mark else ""
            turned = bisect_right(turns, piece_start)
            section = bisect_right(ends, piece_start)
            yield _Unit(piece_start, piece_end, page + turned, count, is_heading, section, mark, about)


def _sentences(text: str, marks: Sequence[Mark]) -> Iterator[tuple[int, int, bool, Mark | None]]:
    """Yield start and end of each sentence, whether it is a heading, and its mark, if any; a row is one sentence."""
    done = 0
    for mark in marks:
        if mark.kind is MarkKind.FURNITURE:
            continue
        yield from _sentences_between(text, done, mark.start)
        if mark.kind is MarkKind.ROW:
            yield mark.start, mark.end, False, mark
        else:
            yield from (
                (start, end, False, mark) for start, end, _, _ in _sentences_between(text, mark.start, mark.end)
            )
        done = mark.end
    yield from _sentences_between(text, done, len(text))


def _sentences_between(text: str, first: int, last: int) -> Iterator[tuple[int, int, bool, Mark | None]]:
    part = text if last - first == len(text) else text[first:last]
    for block in blocks(part):
        spans = sentences_of(part, block)
        is_heading = block.kind is Kind.HEADING and len(spans) == 1
        for start, end in spans:
            yield first + start, first + end, is_heading, None


def _about(text: str, mark: Mark, piece_start: int) -> str:
    if mark.kind is not MarkKind.ROW or piece_start == mark.start:
        return mark.about
    label = text[mark.start : min(piece_start, mark.start + _LONGEST_LABEL)].partition(_BETWEEN_CELLS)[0]
    return f"{mark.about} {label}".strip()


def _stop(units: list[_Unit], begin: int, fresh: int, max_words: int) -> int:
    """Return the index after the last unit of a passage; it begins with unit ``begin`` and must hold unit ``fresh``."""
    if units[fresh].is_row:
        return fresh + 1
    words, stop = sum(unit.words for unit in units[begin:fresh]), fresh
    while stop < len(units) and _are_of_one(units[fresh], units[stop]):
        words += units[stop].words
        if words > max_words and stop > fresh:
            break
        stop += 1
    if stop == len(units) or not _are_of_one(units[fresh], units[stop]):
        return stop
    last = stop
    while last > fresh and units[last - 1].is_heading:
        last -= 1
    return last if last > fresh else stop


def _overlap(units: list[_Unit], begin: int, stop: int, *, max_words: int, sentences: int) -> int:
    """Return the index of the first unit that the next passage repeats, or ``stop`` if it repeats none."""
    if stop == len(units) or units[stop].is_heading or units[stop].is_row:
        return stop
    first, room = stop, min(max_words // 2, max_words - units[stop].words)
    while first - 1 > begin and stop - first < sentences and _may_repeat(units[first - 1], units[stop], room):
        first -= 1
        room -= units[first].words
    return first


def _may_repeat(unit: _Unit, following: _Unit, room: int) -> bool:
    return _are_of_one(unit, following) and not unit.is_heading and unit.words <= room


def _are_of_one(unit: _Unit, other: _Unit) -> bool:
    """Tell whether two units stand on one page and in one part of it, with no furniture between them."""
    return unit.page == other.page and unit.mark is other.mark and unit.section == other.section
