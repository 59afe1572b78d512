"""Decodes the best answer spans of one window from its start and end logits.

A span's score is the sum of its start and end logits; its confidence is the mean of the two softmax probabilities over the
whole window. The null score is the same sum for the window's first token, which stands for "no answer here" (SQuAD 2.0;
Devlin et al. 2019, section 4.3).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Span:
    """One span of a window: tokens ``first`` to ``last``, both included, counted from the passage's first token."""

    first: int
    last: int
    score: float
    confidence: float


@dataclass(frozen=True, slots=True)
class WindowReading:
    """The result of reading one window.

    :param spans: the best spans, best score first.
    :param null_score: the score of "no answer here".
    """

    spans: tuple[Span, ...]
    null_score: float


def read_window(logits: Floats, passage: slice, *, top_k: int, duplicate_filtering: int) -> WindowReading:
    """Decode one window.

    :param logits: start and end logits, shape (tokens, 2).
    :param passage: where the passage's tokens are in the window.
    :param top_k: the most spans to return.
    :param duplicate_filtering: see :func:`best_spans`.
    """
    start, end = logits[:, 0], logits[:, 1]
    p_start, p_end = _softmax(start)[passage], _softmax(end)[passage]
    pairs = best_spans(start[passage], end[passage], top_k=top_k, duplicate_filtering=duplicate_filtering)
    spans = tuple(Span(first, last, score, float((p_start[first] + p_end[last]) / 2)) for first, last, score in pairs)
    return WindowReading(spans=spans, null_score=float(start[0] + end[0]))


def best_spans(start: Floats, end: Floats, *, top_k: int, duplicate_filtering: int = 0) -> list[tuple[int, int, float]]:
    """Return the spans with the highest scores: first token, last token, score.

    :param start: start logits of the passage's tokens, shape (tokens,).
    :param end: their end logits.
    :param top_k: the most spans to return; there may be fewer.
    :param duplicate_filtering: drop a span that starts or ends within so many tokens of a better one; -1 keeps all.
    """
    if not len(start):
        return []
    if duplicate_filtering < 0:
        return _best_of_all(start, end, top_k)
    return [span for span, _ in zip(_distinct(start, end, duplicate_filtering), range(top_k), strict=False)]


def _distinct(start: Floats, end: Floats, distance: int) -> Iterator[tuple[int, int, float]]:
    """Yield spans, best first, each time excluding the neighbourhood of the last one; linear in the tokens."""
    start, end = start.copy(), end.copy()
    while True:
        first, last, score = _best(start, end)
        if score == -np.inf:
            return
        yield first, last, score
        start[max(0, first - distance) : first + distance + 1] = -np.inf
        end[max(0, last - distance) : last + distance + 1] = -np.inf


def _best(start: Floats, end: Floats) -> tuple[int, int, float]:
    best_start = np.maximum.accumulate(start)
    scores = best_start + end
    last = int(scores.argmax())
    first = int(start[: last + 1].argmax())
    return first, last, float(scores[last])


def _best_of_all(start: Floats, end: Floats, top_k: int) -> list[tuple[int, int, float]]:
    scores = np.where(np.tri(len(start), k=-1, dtype=bool), -np.inf, start[:, None] + end[None, :]).ravel()
    order = np.argsort(-scores, kind="stable")[:top_k]
    return [(int(i) // len(start), int(i) % len(start), float(scores[i])) for i in order if scores[i] > -np.inf]


def _softmax(logits: Floats) -> Floats:
    exponentials = np.exp(logits - logits.max())
    return np.asarray(exponentials / exponentials.sum(), dtype=np.float32)
