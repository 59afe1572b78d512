"""Turns a reader's scores of a span into the probability that the span is a right answer.

The method is Platt scaling (Platt 1999, "Probabilistic outputs for support vector machines"): a logistic function of four
features. They are the margin, by which the span beats "no answer" in its own window; the confidence, which tells how clearly it
beats the window's other spans; the passage's rank in retrieval; and the number of passages read, since the best of many spans is
right less often than an only one with the same margin. The function is fitted on questions with known answers, asked both of
their own passage alone and of a whole collection, so that it serves both.

A second function, of the best answer's log-odds alone, gives the probability that nothing read contains an answer. The two
probabilities need not add up to one: what remains is the case that there is an answer and the reader shows other words. The
reader answers "not found" when that is more probable than its best answer.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from needlepoint.errors import ModelError

FILE: Final = "calibration.json"
SIGNS: Final = {"margin": 1, "confidence": 1, "rank": -1, "passages": -1}
FEATURES: Final = tuple(SIGNS)
_FARTHEST = 50.0
_MANY = 20  # passages; calibrations are fitted on so many and on single ones, so that more count as these
_SMALLEST = 1e-9


def log_odds(probability: float) -> float:
    """Return the logarithm of the odds; probabilities are clipped to 1e-9 from 0 and 1."""
    clipped = min(max(probability, _SMALLEST), 1 - _SMALLEST)
    return math.log(clipped / (1 - clipped))


def _sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(min(-value, 700)))


def features(margin: float, confidence: float, rank: int, passages: int) -> tuple[float, float, float, float]:
    """Return the features of the calibration function, in the order of :data:`FEATURES`.

    :param margin: the candidate's margin; may be infinite.
    :param confidence: from 0 to 1.
    :param rank: the passage's rank, from 0; a single passage has rank 0.
    :param passages: how many passages were read for the question, at least 1; more than 20 count as 20.
    """
    return min(max(margin, -_FARTHEST), _FARTHEST), confidence, math.log1p(rank), math.log(min(passages, _MANY))


@dataclass(frozen=True, slots=True)
class Calibration:
    """A model's calibration function; the default gives the plain odds of a span against "no answer".

    :param margin: weight of the margin; not negative.
    :param confidence: weight of the confidence; not negative.
    :param rank: weight of the logarithm of one plus the passage's rank; not positive.
    :param passages: weight of the logarithm of the number of passages read; not positive.
    :param intercept: the log-odds if all features are 0.
    :param source: what it was fitted on, in words.
    :param no_answer_slope: how much the log-odds of "no answer" fall for each unit of the best answer's log-odds; not negative.
    :param no_answer_intercept: the log-odds of "no answer" if the best answer's probability is 0.5.
    """

    margin: float = 1.0
    confidence: float = 0.0
    rank: float = 0.0
    passages: float = 0.0
    intercept: float = 0.0
    source: str = "not calibrated"
    no_answer_slope: float = 1.0
    no_answer_intercept: float = 0.0

    def probability(self, margin: float, *, confidence: float, rank: int = 0, passages: int = 1) -> float:
        """Return the probability that an answer is right; the parameters are those of :func:`features`."""
        values = features(margin, confidence, rank, passages)
        weights = (self.margin, self.confidence, self.rank, self.passages)
        return _sigmoid(self.intercept + sum(weight * value for weight, value in zip(weights, values, strict=True)))

    def no_answer_probability(self, best: float) -> float:
        """Return the probability that nothing read contains an answer.

        :param best: the probability that the best answer is right; 0 if there is no answer.
        """
        return _sigmoid(self.no_answer_intercept - self.no_answer_slope * log_odds(best))

    @classmethod
    def of_model(cls, folder: Path) -> "Calibration":
        """Read ``calibration.json`` from the model's folder; without one, return the default.

        :raises ModelError: the file is invalid.
        """
        path = folder / FILE
        return cls.of_file(path) if path.exists() else cls()

    @classmethod
    def of_file(cls, path: Path) -> "Calibration":
        """Read a file that ``needlepoint calibrate`` has written.

        :raises ModelError: the file is missing or invalid.
        """
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
            return cls.from_values(values)
        except FileNotFoundError as error:
            raise ModelError(f"{path}: no such calibration file; make it with needlepoint calibrate") from error
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelError(
                f"{path}: 'weights' must hold {', '.join(FEATURES)} and intercept, 'no_answer' slope and intercept "
                f"({error!r}); make it again with needlepoint calibrate"
            ) from error

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> "Calibration":
        """Return the calibration in the content of a calibration file.

        :param values: the parsed JSON; in a file from before the number of passages was a feature, that has no weight.
        :raises KeyError: a weight is missing.
        :raises ValueError: a weight is not finite or has the wrong sign.
        """
        given = {"passages": 0.0, **values["weights"]}
        weights = {name: float(given[name]) for name in (*FEATURES, "intercept")}
        no_answer = {f"no_answer_{name}": float(values["no_answer"][name]) for name in ("slope", "intercept")}
        if not all(math.isfinite(value) for value in (*weights.values(), *no_answer.values())):
            raise ValueError(f"weights must be finite, got {weights | no_answer}")
        wrong = [name for name, sign in SIGNS.items() if weights[name] * sign < 0]
        if wrong:
            raise ValueError(f"the weight of {wrong[0]} has the wrong sign: {weights[wrong[0]]:g}")
        if no_answer["no_answer_slope"] < 0:
            raise ValueError("the slope of no_answer must not be negative")
        return cls(**weights, **no_answer, source=str(values.get("source", "")))
