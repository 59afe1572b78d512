"""Turns an answer in a passage into evidence: its place in the source, the sentence to quote, and what to emphasise."""

from collections.abc import Sequence
from dataclasses import dataclass

from needlepoint.text.paging import pages_turned
from needlepoint.text.sentences import sentence_spans

_SHORTEST_QUOTE = 40  # characters; a shorter sentence ("Total: 5.") says little without its neighbour
_LONGEST_QUOTE = 400
_LONGEST_LABEL = 60


@dataclass(frozen=True, slots=True)
class Evidence:
    """An answer's place in its source: ``source_text[start:end]`` is the answer.

    :param page: the page on which it begins.
    :param last_page: the page on which it ends.
    """

    start: int
    end: int
    page: int
    last_page: int


@dataclass(frozen=True, slots=True)
class Emphasis:
    """A quote in three segments; ``before + answer + after`` is the quote, character for character."""

    before: str
    answer: str
    after: str


@dataclass(frozen=True, slots=True)
class ScoredSpan:
    """Characters ``start`` to ``end`` of the document ``document_id``, with their score as an answer."""

    document_id: str
    start: int
    end: int
    score: float


def locate(
    content: str, start: int, end: int, *, passage_start: int, passage_page: int, page_turns: Sequence[int] = ()
) -> Evidence:
    """Turn an answer's span in a passage into its place in the source.

    :param content: the passage; form feeds in it divide pages.
    :param start: the answer's first character in ``content``.
    :param end: one past its last character.
    :param passage_start: the passage's first character in the source text (``meta["start"]``).
    :param passage_page: the page on which the passage begins (``meta["page"]``).
    :param page_turns: where in ``content`` a page begins without a form feed (``meta["page_turns"]``).
    :raises ValueError: the span is not in ``content``.
    """
    _check_span(content, start, end)
    first, last = (pages_turned(content, at, page_turns) for at in (start, max(start, end - 1)))
    return Evidence(passage_start + start, passage_start + end, passage_page + first, passage_page + last)


def sentence_around(content: str, start: int, end: int) -> tuple[int, int]:
    """Return the span to quote around an answer: the sentence or sentences that contain ``content[start:end]``.

    A sentence of fewer than 40 characters is quoted with its neighbour in the paragraph, or with the heading above; one of
    more than 400 is cut between words on both sides of the answer. The answer itself is never cut.
    Empty content gives ``(0, 0)``.

    :raises ValueError: the span is not in ``content``.
    """
    _check_span(content, start, end)
    sentences = sentence_spans(content)
    if not sentences:
        return start, end
    first, last = _touched(sentences, start, end)
    first, last = _widen(content, sentences, first, last)
    return _shorten(content, min(start, sentences[first][0]), max(end, sentences[last][1]), start, end)


def emphasise(content: str, start: int, end: int, *, around: tuple[int, int] | None = None) -> Emphasis:
    """Divide the quote ``content[around[0]:around[1]]`` at the answer.

    :param around: the quote's span; by default that of :func:`sentence_around`.
    :raises ValueError: the answer's span is not in ``content``, or not in the quote.
    """
    begin, stop = sentence_around(content, start, end) if around is None else around
    _check_span(content, start, end)
    if not 0 <= begin <= start or not end <= stop <= len(content):
        raise ValueError(f"the quote [{begin}, {stop}) does not contain the answer [{start}, {end})")
    return Emphasis(content[begin:start], content[start:end], content[end:stop])


def drop_overlapping(spans: Sequence[ScoredSpan]) -> list[int]:
    """Keep only the best-scored of answers that share characters of the same document.

    :param spans: answers in any order; among equal scores, the earlier one is kept. An empty span overlaps none.
    :returns: the indices of the answers kept, in the order of ``spans``.
    """
    kept: dict[str, list[ScoredSpan]] = {}
    indices = []
    for index in sorted(range(len(spans)), key=lambda index: -spans[index].score):
        span = spans[index]
        rivals = kept.setdefault(span.document_id, [])
        if not any(max(span.start, rival.start) < min(span.end, rival.end) for rival in rivals):
            rivals.append(span)
            indices.append(index)
    return sorted(indices)


def _check_span(content: str, start: int, end: int) -> None:
    if not 0 <= start <= end <= len(content):
        raise ValueError(f"the span [{start}, {end}) is not in the content of {len(content)} characters")


def _touched(sentences: list[tuple[int, int]], start: int, end: int) -> tuple[int, int]:
    """Return the indices of the first and the last sentence that the span touches; for a gap, the sentence before it."""
    first = last = 0
    for index, (sentence_start, sentence_end) in enumerate(sentences):
        if sentence_start <= start:
            first = last = index
        if sentence_start < end and sentence_end > start:
            last = index
    return first, last


def _widen(content: str, sentences: list[tuple[int, int]], first: int, last: int) -> tuple[int, int]:
    while sentences[last][1] - sentences[first][0] < _SHORTEST_QUOTE:
        if first > 0 and _belongs(content, sentences[first - 1], sentences[first], sentences[first - 1]):
            wider = (first - 1, last)
        elif last < len(sentences) - 1 and _belongs(content, sentences[last], sentences[last + 1], sentences[last + 1]):
            wider = (first, last + 1)
        else:
            break
        if sentences[wider[1]][1] - sentences[wider[0]][0] > _LONGEST_QUOTE:
            break
        first, last = wider
    return first, last


def _belongs(content: str, upper: tuple[int, int], lower: tuple[int, int], neighbour: tuple[int, int]) -> bool:
    """Tell whether a sentence may be quoted with its neighbour: that of another paragraph is a heading or a label at most."""
    between = content[upper[1] : lower[0]]
    if "\f" in between:
        return False
    return "\n\n" not in between or neighbour[1] - neighbour[0] <= _LONGEST_LABEL


def _shorten(content: str, begin: int, stop: int, start: int, end: int) -> tuple[int, int]:
    """Cut the quote ``[begin, stop)`` to about 400 characters, with the answer ``[start, end)`` near its middle."""
    spare = _LONGEST_QUOTE - (end - start)
    if stop - begin <= _LONGEST_QUOTE:
        return begin, stop
    room = max(0, spare)
    left = min(start - begin, max(room // 2, room - (stop - end)))
    right = min(stop - end, room - left)
    return _word_start(content, start - left, begin, start), _word_end(content, end + right, end, stop)


def _word_start(content: str, at: int, begin: int, start: int) -> int:
    """Return where the first whole word at or after ``at`` begins; the answer's own first word stays whole."""
    if at <= begin:
        return begin
    while at < start and not content[at - 1].isspace():
        at += 1
    if at < start or start == begin or content[start - 1].isspace():
        return _skip_space(content, at, start)
    return _grow_left(content, start, begin)


def _skip_space(content: str, at: int, start: int) -> int:
    while at < start and content[at].isspace():
        at += 1
    return at


def _grow_left(content: str, at: int, begin: int) -> int:
    limit = max(begin, at - _SHORTEST_QUOTE)
    while at > limit and not content[at - 1].isspace():
        at -= 1
    return at


def _word_end(content: str, at: int, end: int, stop: int) -> int:
    """Return where the last whole word at or before ``at`` ends; the answer's own last word stays whole."""
    if at >= stop:
        return stop
    back = at
    while back > end and not content[back].isspace():
        back -= 1
    while back > end and content[back - 1].isspace():
        back -= 1
    if back > end or content[end].isspace():
        return back
    limit = min(stop, end + _SHORTEST_QUOTE)
    while end < limit and not content[end].isspace():
        end += 1
    return end
