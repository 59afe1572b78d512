"""Checks that an 8-bit reader answers the probe as the 32-bit one does, before it is used."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from needlepoint.encoders.probe import MAX_TOKENS, probe_windows
from needlepoint.encoders.session import LogitsSession
from needlepoint.encoders.tokens import TextTokenizer
from needlepoint.reading.spans import WindowReading, read_window

VERSION = 2
"""Of the rule; results of another one are not used."""
MIN_AGREEMENT = 11 / 12
MAX_MEAN_CONFIDENCE_CHANGE = 0.05
_TIE = 0.25  # of scores, each the sum of two logits; 8 bits may change one by twice as much
_SPANS = 20  # among which the other reader's answer is looked for


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """How an 8-bit reader compares with the 32-bit one.

    :param agreement: the share of the probe's questions with the same top answer, "no answer" included, or with one that the
        32-bit reader finds as good.
    :param confidence_change: mean absolute change of the top answer's confidence.
    """

    agreement: float
    confidence_change: float

    @property
    def passed(self) -> bool:
        """Whether the 8-bit reader may be used."""
        return self.agreement >= MIN_AGREEMENT and self.confidence_change <= MAX_MEAN_CONFIDENCE_CHANGE


def compare(expected: Sequence[WindowReading], found: Sequence[WindowReading]) -> ProbeResult:
    """Compare the results of two sessions on the probe.

    :param expected: what :func:`read_probe` returns for the 32-bit reader.
    :param found: what it returns for the 8-bit one.
    """
    agreement = np.mean([_agree(a, b) for a, b in zip(expected, found, strict=True)])
    change = np.mean([abs(_confidence(a) - _confidence(b)) for a, b in zip(expected, found, strict=True)])
    return ProbeResult(agreement=float(agreement), confidence_change=float(change))


def read_probe(
    tokenizer: TextTokenizer, session: LogitsSession, *, max_tokens: int = MAX_TOKENS
) -> list[WindowReading]:
    """Read the probe with a session.

    :param max_tokens: the longest window that the model can take.
    """
    windows = probe_windows(tokenizer, max_tokens)
    return [
        read_window(logit, window.passage, top_k=_SPANS, duplicate_filtering=-1)
        for window, logit in zip(windows, session.logits(windows), strict=True)
    ]


def _agree(expected: WindowReading, found: WindowReading) -> bool:
    """Whether the answers are the same, or nearly tie in the reading that is expected."""
    own, other = _top(expected), _top(found)
    return own == other or _score(expected, own) - _score(expected, other) <= _TIE


def _top(reading: WindowReading) -> tuple[int, int] | None:
    best = reading.spans[0]
    return (best.first, best.last) if best.score > reading.null_score else None


def _score(reading: WindowReading, answer: tuple[int, int] | None) -> float:
    if answer is None:
        return reading.null_score
    return next((span.score for span in reading.spans if (span.first, span.last) == answer), -math.inf)


def _confidence(reading: WindowReading) -> float:
    return reading.spans[0].confidence
