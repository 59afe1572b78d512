"""Turns the spans of a text's windows into answers with character offsets, and into the gap between answer and no-answer."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Literal

from needlepoint.encoders.tokens import Tokens, Window
from needlepoint.reading.spans import WindowReading

_LABEL = re.compile(
    r"\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)]{1,2}\s"  # 9.  (a)  iv)
    r"|\d{1,3}(?:\.\d{1,3}){1,4}[.)]{0,2}\s+(?=[\"“(]?[A-Z])"  # 4.5 When ..., but not 4.5 million
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible answer: ``text[start:end]``.

    :param score: sum of the start and end logits; unbounded.
    :param confidence: mean of the start and end probabilities in its window, 0 to 1.
    :param margin: score minus the null score of its window; unlike score and confidence, it can be compared between windows
        and texts.
    :param share: how much of its probability counts, 0 to 1: the share of the question's terms that a row covers
        (:mod:`needlepoint.reading.rows`), or of the name by which the question names a document
        (:mod:`needlepoint.reading.named_documents`); half of it for an answer that only repeats the question.
    """

    start: int
    end: int
    score: float
    confidence: float
    margin: float
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class TextReading:
    """The result of reading one text.

    :param candidates: possible answers, best first.
    :param no_answer_gap: the largest difference, over all windows, of the best span's score and the window's null score;
        negative if "no answer" wins in every window, None if the text is empty.
    """

    candidates: tuple[Candidate, ...]
    no_answer_gap: float | None


@dataclass(frozen=True, slots=True)
class Ranking:
    """How candidates are chosen; names and defaults are FARMReader's.

    :param top_k_per_candidate: the most answers from one text.
    :param top_k_per_sample: the most answers from one window.
    :param no_ans_boost: added to every null score.
    :param duplicate_filtering: drop a span that starts or ends within so many tokens of a better one; -1 keeps all.
    :param by: what to rank candidates by: ``confidence`` or ``score`` as FARM does, or ``margin``.
    """

    top_k_per_candidate: int = 3
    top_k_per_sample: int = 1
    no_ans_boost: float = 0.0
    duplicate_filtering: int = 0
    by: Literal["confidence", "score", "margin"] = "confidence"


def merge_windows(
    text: str, tokens: Tokens, windows: Sequence[Window], readings: Sequence[WindowReading], ranking: Ranking
) -> TextReading:
    """Merge the readings of one text's windows; a span found in two windows counts once, with its better score.

    :param tokens: the tokens of the whole text.
    :param windows: the text's windows in order.
    :param readings: one for each window.
    """
    if not any(reading.spans for reading in readings):
        return TextReading(candidates=(), no_answer_gap=None)
    gap = max(r.spans[0].score - (r.null_score + ranking.no_ans_boost) for r in readings if r.spans)
    best: dict[tuple[int, int], Candidate] = {}
    for window, reading in zip(windows, readings, strict=True):
        null_score = reading.null_score + ranking.no_ans_boost
        for span in reading.spans:
            place = characters(text, tokens, window.first_token + span.first, window.first_token + span.last)
            candidate = Candidate(*place, span.score, span.confidence, span.score - null_score)
            if ranking.by == "margin" and is_label(text, *place):
                continue
            if place[0] < place[1] and (place not in best or _is_better(candidate, best[place], ranking)):
                best[place] = candidate
    return TextReading(candidates=_ranked(list(best.values()), gap, ranking), no_answer_gap=gap)


def is_label(text: str, start: int, end: int) -> bool:
    """Whether ``text[start:end]`` is only the number at the beginning of a paragraph or clause, which answers nothing."""
    if text[text.rfind("\n", 0, start) + 1 : start].strip():
        return False
    label = _LABEL.match(text, start)
    return label is not None and end <= label.end()


def _is_better(candidate: Candidate, rival: Candidate, ranking: Ranking) -> bool:
    """Compare two candidates for the same span in overlapping windows; FARM compares scores, whatever it ranks by."""
    if ranking.by == "margin":
        return candidate.margin > rival.margin
    return candidate.score > rival.score


def _ranked(candidates: list[Candidate], gap: float, ranking: Ranking) -> tuple[Candidate, ...]:
    """Sort, and cut as FARM does: "no answer" takes one of the ``top_k_per_candidate + 1`` places if it earns one."""
    candidates.sort(key=attrgetter(ranking.by), reverse=True)
    if len(candidates) <= ranking.top_k_per_candidate or ranking.by == "margin":
        return tuple(candidates[: ranking.top_k_per_candidate])
    no_answer = max(candidate.score for candidate in candidates) - gap
    bar = scaled(no_answer) if ranking.by == "confidence" else no_answer
    is_last_in = getattr(candidates[ranking.top_k_per_candidate], ranking.by) > bar
    return tuple(candidates[: ranking.top_k_per_candidate + is_last_in])


def scaled(score: float) -> float:
    """Map a raw score to 0 to 1 as Haystack does for "no answer": the logistic function of score / 8."""
    return 1 / (1 + math.exp(-score / 8)) if score > -5000 else 0.0


def characters(text: str, tokens: Tokens, first: int, last: int) -> tuple[int, int]:
    """Return the first character of a span of tokens and one past its last, without outer white space.

    The span extends to the next token after it. So characters that the tokenizer drops (combining accents, soft hyphens) stay
    with their word, and a character made of several tokens is not cut in two.
    """
    end = int(tokens.ends[last])
    later = (int(start) for start in tokens.starts[last + 1 :] if start >= end)
    start, end = int(tokens.starts[first]), next(later, len(text))
    words = text[start:end]
    start += len(words) - len(words.lstrip())
    return start, start + len(words.strip())
