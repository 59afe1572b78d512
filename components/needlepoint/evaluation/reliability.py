"""Whether probabilities are calibrated, and how a threshold on them trades coverage for precision."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Bin:
    """The answers whose probability lies in one interval.

    :param low: the interval's lower end.
    :param high: its upper end.
    :param count: number of answers.
    :param probability: their mean probability.
    :param right: the share of them that is right.
    """

    low: float
    high: float
    count: int
    probability: float
    right: float


@dataclass(frozen=True, slots=True)
class Threshold:
    """The effect of showing only answers with at least some probability.

    :param threshold: the least probability that is shown.
    :param coverage: the share of all questions for which an answer is shown.
    :param precision: the share of the shown answers that is right; None if none is shown.
    :param recall: the share of the answerable questions for which a right answer is shown; None if no question is answerable.
    """

    threshold: float
    coverage: float
    precision: float | None
    recall: float | None

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, including ``risk``, which is 1 - precision."""
        risk = None if self.precision is None else 1 - self.precision
        return {**asdict(self), "risk": risk}


def reliability_bins(probabilities: Sequence[float], right: Sequence[bool], *, bins: int = 10) -> list[Bin]:
    """Sort answers into intervals of equal width by their probability; empty intervals are left out.

    :param probabilities: from 0 to 1.
    :param right: whether the answers are right.
    """
    values, outcomes = _checked(probabilities, right)
    which = np.minimum((values * bins).astype(int), bins - 1)
    return [
        Bin(k / bins, (k + 1) / bins, int(inside.sum()), float(values[inside].mean()), float(outcomes[inside].mean()))
        for k in range(bins)
        if (inside := which == k).any()
    ]


def expected_calibration_error(probabilities: Sequence[float], right: Sequence[bool], *, bins: int = 10) -> float:
    """Return the mean distance of probability and share of right answers, over bins weighted by their number of answers.

    Naeini et al. 2015, "Obtaining Well Calibrated Probabilities Using Bayesian Binning"; bins of equal width.

    :param probabilities: from 0 to 1, at least one.
    :param right: whether the answers are right.
    """
    found = reliability_bins(probabilities, right, bins=bins)
    return sum(b.count * abs(b.probability - b.right) for b in found) / len(probabilities)


def error_by_chance(probabilities: Sequence[float], *, bins: int = 10, rounds: int = 200) -> float:
    """Return the expected calibration error that perfectly calibrated probabilities would have, on average, in such a sample.

    With few answers in a bin, the share of right ones varies by chance; an error close to this value is no evidence against
    the probabilities. Outcomes are drawn from the probabilities themselves with a fixed seed.

    :param rounds: the number of draws.
    """
    values, _ = _checked(probabilities, [True] * len(probabilities))
    chance = np.random.default_rng(0)
    errors = [
        expected_calibration_error(probabilities, list(chance.uniform(size=len(values)) < values), bins=bins)
        for _ in range(rounds)
    ]
    return float(np.mean(errors))


def brier_score(probabilities: Sequence[float], right: Sequence[bool]) -> float:
    """Return the mean squared distance of probability and outcome (Brier 1950); 0 is best."""
    values, outcomes = _checked(probabilities, right)
    return float(((values - outcomes) ** 2).mean())


def coverage_and_risk(
    probabilities: Sequence[float],
    right: Sequence[bool],
    *,
    answerable: int,
    thresholds: Sequence[float] | None = None,
) -> list[Threshold]:
    """Return for each threshold how many questions get an answer, and how many of these answers are right.

    El-Yaniv & Wiener 2010, "On the Foundations of Noise-free Selective Classification".

    :param probabilities: the probability of each question's best answer, whether it is shown or not.
    :param right: whether that answer is right.
    :param answerable: the number of questions that have an answer.
    :param thresholds: 0, 0.05, ... 0.95 by default.
    """
    values, outcomes = _checked(probabilities, right)
    wanted = [step / 20 for step in range(20)] if thresholds is None else thresholds
    return [_at(threshold, values, outcomes, answerable) for threshold in wanted]


def _at(threshold: float, probabilities: Floats, right: Floats, answerable: int) -> Threshold:
    shown = probabilities >= threshold
    return Threshold(
        threshold=threshold,
        coverage=float(shown.mean()),
        precision=float(right[shown].mean()) if shown.any() else None,
        recall=float(right[shown].sum() / answerable) if answerable else None,
    )


def _checked(probabilities: Sequence[float], right: Sequence[bool]) -> tuple[Floats, Floats]:
    values, outcomes = np.asarray(probabilities, dtype=float), np.asarray(right, dtype=float)
    if not len(values) or len(values) != len(outcomes):
        raise ValueError(
            f"there must be a probability and an outcome for each answer, got {len(values)} and {len(outcomes)}"
        )
    if not ((values >= 0) & (values <= 1)).all():
        raise ValueError("probabilities must lie in [0, 1]")
    return values, outcomes
