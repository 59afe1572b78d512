"""From the spans of a text's windows to answers with character offsets, and to how sure the text is to hold none."""

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

    :param score: sum of the start and end logit; unbounded.
    :param confidence: mean of the start and end probability in its window, 0 to 1.
    :param margin: by how much the score beats the null score of its window; unlike score and confidence it can be
        compared between windows and texts.
    :param share: how much of what is asked its text is about (:mod:`needlepoint.reading.rows`), 0 to 1.
    """

    start: int
    end: int
    score: float
    confidence: float
    margin: float
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class TextReading:
    """What a model says of one text.

    :param candidates: best first.
    :param no_answer_gap: by how much the best span of any window beats that window's null score; negative where "no
        answer" wins in every window. None where the text holds nothing to read.
    """

    candidates: tuple[Candidate, ...]
    no_answer_gap: float | None


@dataclass(frozen=True, slots=True)
class Ranking:
    """How candidates are chosen; the names and defaults are FARMReader's.

    :param top_k_per_candidate: most answers from one text.
    :param top_k_per_sample: most answers from one window.
    :param no_ans_boost: what is added to every null score.
    :param duplicate_filtering: spans within so many tokens of a better one's start or end are dropped; -1 keeps all.
    :param by: what candidates are ranked by: ``confidence`` or ``score`` as FARM does, or ``margin``.
    """

    top_k_per_candidate: int = 3
    top_k_per_sample: int = 1
    no_ans_boost: float = 0.0
    duplicate_filtering: int = 0
    by: Literal["confidence", "score", "margin"] = "confidence"


def merge_windows(
    text: str, tokens: Tokens, windows: Sequence[Window], readings: Sequence[WindowReading], ranking: Ranking
) -> TextReading:
    """Gather one text's windows: the same span read twice counts once, with its better score.

    :param tokens: of the whole text.
    :param windows: in order, with their ``readings``.
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
    """Whether ``text[start:end]`` is only the number of the paragraph or clause that it begins, which answers nothing."""
    if text[text.rfind("\n", 0, start) + 1 : start].strip():
        return False
    label = _LABEL.match(text, start)
    return label is not None and end <= label.end()


def _is_better(candidate: Candidate, rival: Candidate, ranking: Ranking) -> bool:
    """Compare two readings of the same place in overlapping windows; FARM keeps the better score, whatever it ranks by."""
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
    """Squeeze a raw score into 0 to 1 as Haystack does for "no answer": the logistic function of an eighth of it."""
    return 1 / (1 + math.exp(-score / 8)) if score > -5000 else 0.0


def characters(text: str, tokens: Tokens, first: int, last: int) -> tuple[int, int]:
    """Return the characters of a span of tokens, outer white space left off.

    The span reaches to the next token that stands after it, so that characters the tokenizer drops (combining accents,
    soft hyphens) stay with the word they belong to, and no character is cut in two where it is several tokens.
    """
    end = int(tokens.ends[last])
    later = (int(start) for start in tokens.starts[last + 1 :] if start >= end)
    start, end = int(tokens.starts[first]), next(later, len(text))
    words = text[start:end]
    start += len(words) - len(words.lstrip())
    return start, start + len(words.strip())
