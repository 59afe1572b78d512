"""Checks that an 8-bit reader answers the probe as the 32-bit one does, before it is used."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from needlepoint.encoders.probe import MAX_TOKENS, probe_windows
from needlepoint.encoders.session import LogitsSession
from needlepoint.encoders.tokens import TextTokenizer
from needlepoint.reading.spans import WindowReading, read_window

MIN_AGREEMENT = 11 / 12
MAX_MEAN_CONFIDENCE_CHANGE = 0.05


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """How an 8-bit reader compares with the 32-bit one.

    :param agreement: the share of the probe's questions with the same top answer, "no answer" included.
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
    agreement = np.mean([_top(a) == _top(b) for a, b in zip(expected, found, strict=True)])
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
        read_window(logit, window.passage, top_k=1, duplicate_filtering=0)
        for window, logit in zip(windows, session.logits(windows), strict=True)
    ]


def _top(reading: WindowReading) -> tuple[int, int] | None:
    best = reading.spans[0]
    return (best.first, best.last) if best.score > reading.null_score else None


def _confidence(reading: WindowReading) -> float:
    return reading.spans[0].confidence
