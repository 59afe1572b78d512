"""From how far the best span beats "no answer" to two probabilities: that it is right, and that there is no answer.

A reader's margin, a span's score less the null score of its own window, means the same in every passage. Logistic
functions fitted on questions with known answers turn it into probabilities (Platt 1999, "Probabilistic outputs for
support vector machines"). The two do not add up to one: a collection may hold an answer that the reader got wrong.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from needlepoint.errors import ModelError

FILE = "calibration.json"


@dataclass(frozen=True, slots=True)
class Logistic:
    """``1 / (1 + exp(-(slope * margin + intercept)))``.

    :param slope: per unit of margin.
    :param intercept: the log-odds at margin 0.
    """

    slope: float
    intercept: float

    def probability(self, margin: float) -> float:
        """Return the probability at a margin, which may be infinite."""
        exponent = -(self.slope * margin + self.intercept)
        return 1 / (1 + math.exp(min(exponent, 700)))


@dataclass(frozen=True, slots=True)
class Calibration:
    """A model's two functions; by default the plain odds of a span against "no answer".

    :param answer: that an answer with this margin is right; rises with the margin.
    :param no_answer: that nothing read answers the question, if this is the best margin; falls with it.
    :param source: what they were fitted on, in words.
    """

    answer: Logistic = Logistic(1.0, 0.0)
    no_answer: Logistic = Logistic(-1.0, 0.0)
    source: str = "not calibrated"

    @classmethod
    def of_model(cls, folder: Path) -> "Calibration":
        """Read ``calibration.json`` beside the model; without one the default holds.

        :raises ModelError: the file is there but does not hold what it should.
        """
        path = folder / FILE
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
            calibration = cls(
                _logistic(values["answer"]), _logistic(values["no_answer"]), str(values.get("source", ""))
            )
        except FileNotFoundError:
            return cls()
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelError(
                f"{path}: 'answer' and 'no_answer' must each hold slope and intercept ({error!r})"
            ) from error
        if not calibration.answer.slope > 0 > calibration.no_answer.slope:
            raise ModelError(f"{path}: the slope must be above 0 for 'answer' and below 0 for 'no_answer'")
        return calibration


def _logistic(values: Mapping[str, Any]) -> Logistic:
    slope, intercept = float(values["slope"]), float(values["intercept"])
    if not (math.isfinite(slope) and math.isfinite(intercept)):
        raise ValueError(f"slope and intercept must be finite, got {slope} and {intercept}")
    return Logistic(slope, intercept)
