"""How an answer is scored, and "no answer" beside it.

A candidate brings three numbers from its window (:mod:`needlepoint.reading.answers`): the sum of its logits, the confidence
that the softmax gives it, and the margin by which it beats "no answer". Here they become the one ``score`` that is shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from needlepoint.reading.answers import Candidate, TextReading, scaled
from needlepoint.reading.calibration import Calibration

NOTHING_READ = 1024.0  # Haystack's raw score of "no answer", and its gap, if there was nothing to read


@dataclass(frozen=True, slots=True)
class Scoring:
    """Scores answers and "no answer".

    :param kind: ``probability`` is the calibrated probability that an answer is right, times the candidate's
        ``share``; ``confidence`` is FARMReader's, from 0 to 1; ``logits`` is the sum of the logits of
        start and end.
    :param calibration: gives the probabilities.
    """

    kind: Literal["probability", "confidence", "logits"]
    calibration: Calibration

    def answer(self, candidate: Candidate, *, rank: int, passages: int) -> float:
        """Return the score of a candidate.

        :param rank: the place of its document in the order of retrieval, from 0.
        :param passages: how many documents were read.
        """
        if self.kind == "probability":
            confidence, margin = candidate.confidence, candidate.margin
            probability = self.calibration.probability(margin, confidence=confidence, rank=rank, passages=passages)
            return candidate.share * probability
        return candidate.confidence if self.kind == "confidence" else candidate.score

    def no_answer(self, readings: Sequence[TextReading], *, best: float | None) -> tuple[float, float]:
        """Return the score of "no answer", and its gap: the largest margin by which a span beats it in any text.

        :param best: the highest score of an answer; None where there is none.
        """
        gaps = [reading.no_answer_gap for reading in readings if reading.no_answer_gap is not None]
        gap = max(gaps, default=NOTHING_READ)
        if self.kind == "probability":
            return (1.0 if best is None else self.calibration.no_answer_probability(best)), gap
        if not gaps:
            return (1.0 if self.kind == "confidence" else NOTHING_READ), gap
        highest = max([0.0, *(candidate.score for reading in readings for candidate in reading.candidates)])
        score = highest - gap
        return (scaled(score) if self.kind == "confidence" else score), gap
