"""From what a reader says of a span to the probability that it is a right answer.

A logistic function (Platt 1999, "Probabilistic outputs for support vector machines") of three things that are at hand when a
passage has been read: the margin, by how much the span beats "no answer" in its own window; the confidence, how clearly it beats
the window's other spans; and the rank at which retrieval put the passage. Fitted on questions with known answers, asked both of
their own passage alone and of a whole collection, one function serves both.

A second one, of the best answer's log-odds alone, gives the probability that nothing read holds an answer. The two need not add
up to one: between them lies the case that there is an answer and the reader shows other words. An answer counts as found where
it is likelier right than there being none.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from needlepoint.errors import ModelError

FILE: Final = "calibration.json"
FEATURES: Final = ("margin", "confidence", "rank")
_FARTHEST = 50.0
_SMALLEST = 1e-9


def log_odds(probability: float) -> float:
    """Return the logarithm of the odds; far ends are cut off."""
    clipped = min(max(probability, _SMALLEST), 1 - _SMALLEST)
    return math.log(clipped / (1 - clipped))


def _sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(min(-value, 700)))


def features(margin: float, confidence: float, rank: int) -> tuple[float, float, float]:
    """Return what the function weighs, in the order of :data:`FEATURES`.

    :param margin: may be infinite.
    :param confidence: from 0 to 1.
    :param rank: of the passage, from 0; the only one has rank 0.
    """
    return min(max(margin, -_FARTHEST), _FARTHEST), confidence, math.log1p(rank)


@dataclass(frozen=True, slots=True)
class Calibration:
    """A model's function; by default the plain odds of a span against "no answer".

    :param margin: weight of the margin; not negative.
    :param confidence: weight of the confidence; not negative.
    :param rank: weight of the logarithm of one plus the passage's rank; not positive.
    :param intercept: the log-odds where all three are 0.
    :param source: what it was fitted on, in words.
    :param no_answer_slope: by how much the best answer's log-odds lower those of there being no answer; not negative.
    :param no_answer_intercept: the log-odds of there being no answer where the best answer is as likely right as not.
    """

    margin: float = 1.0
    confidence: float = 0.0
    rank: float = 0.0
    intercept: float = 0.0
    source: str = "not calibrated"
    no_answer_slope: float = 1.0
    no_answer_intercept: float = 0.0

    def probability(self, margin: float, *, confidence: float, rank: int = 0) -> float:
        """Return the probability that an answer is right; parameters as :func:`features`."""
        values = features(margin, confidence, rank)
        weights = (self.margin, self.confidence, self.rank)
        return _sigmoid(self.intercept + sum(weight * value for weight, value in zip(weights, values, strict=True)))

    def no_answer_probability(self, best: float) -> float:
        """Return the probability that nothing read holds an answer.

        :param best: the probability that the best answer is right; 0 where there is none.
        """
        return _sigmoid(self.no_answer_intercept - self.no_answer_slope * log_odds(best))

    @classmethod
    def of_model(cls, folder: Path) -> "Calibration":
        """Read ``calibration.json`` beside the model; without one the default holds.

        :raises ModelError: the file is there but does not hold what it should.
        """
        path = folder / FILE
        return cls.of_file(path) if path.exists() else cls()

    @classmethod
    def of_file(cls, path: Path) -> "Calibration":
        """Read a file that ``needlepoint calibrate`` has written.

        :raises ModelError: it is missing or does not hold what it should.
        """
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
            return cls.from_values(values)
        except FileNotFoundError as error:
            raise ModelError(f"{path}: no such calibration file; make it with needlepoint calibrate") from error
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelError(
                f"{path}: 'weights' must hold margin, confidence, rank and intercept, 'no_answer' slope and intercept "
                f"({error!r}); make it anew with needlepoint calibrate"
            ) from error

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> "Calibration":
        """Make a function of what a calibration file holds.

        :raises ValueError: a weight is not finite or has the wrong sign.
        """
        weights = {name: float(values["weights"][name]) for name in (*FEATURES, "intercept")}
        no_answer = {f"no_answer_{name}": float(values["no_answer"][name]) for name in ("slope", "intercept")}
        if not all(math.isfinite(value) for value in (*weights.values(), *no_answer.values())):
            raise ValueError(f"weights must be finite, got {weights | no_answer}")
        if weights["margin"] < 0 or weights["confidence"] < 0 or weights["rank"] > 0:
            raise ValueError("margin and confidence must not count against an answer, nor a low rank for it")
        if no_answer["no_answer_slope"] < 0:
            raise ValueError("a likely answer must not make it likelier that there is none")
        return cls(**weights, **no_answer, source=str(values.get("source", "")))
