"""From how far a span beats "no answer" to the probability that it is right.

A reader's margin, the span's score less the null score of its own window, means the same in every passage; a logistic
function fitted on questions with known answers turns it into a probability (Platt 1999, "Probabilistic outputs for
support vector machines").
"""

import json
import math
from dataclasses import dataclass
from pathlib import Path

from needlepoint.errors import ModelError

FILE = "calibration.json"


@dataclass(frozen=True, slots=True)
class Calibration:
    """``1 / (1 + exp(-(slope * margin + intercept)))``.

    :param slope: per unit of margin; positive.
    :param intercept: the log-odds of an answer whose margin is 0.
    :param source: what it was fitted on, in words.
    """

    slope: float = 1.0
    intercept: float = 0.0
    source: str = "not calibrated"

    def probability(self, margin: float) -> float:
        """Return the probability that an answer with this margin is right."""
        exponent = -(self.slope * margin + self.intercept)
        return 1 / (1 + math.exp(min(exponent, 700)))

    @classmethod
    def of_model(cls, folder: Path) -> "Calibration":
        """Read ``calibration.json`` beside the model; without one a span counts by its odds against "no answer".

        :raises ModelError: the file is there but does not hold what it should.
        """
        path = folder / FILE
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
            calibration = cls(float(values["slope"]), float(values["intercept"]), str(values.get("source", "")))
        except FileNotFoundError:
            return cls()
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelError(f"{path} must hold the numbers slope and intercept: mend or remove it ({error!r})") from error
        if not (calibration.slope > 0 and math.isfinite(calibration.slope) and math.isfinite(calibration.intercept)):
            raise ModelError(f"{path}: slope must be above 0 and both numbers finite: mend or remove the file")
        return calibration
