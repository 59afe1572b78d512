"""Fits a calibration to answers that are known to be right or wrong, by logistic regression (Platt 1999)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from needlepoint.reading.calibration import FEATURES, SIGNS, Calibration, features, log_odds

Floats = npt.NDArray[np.float64]
_RIDGE: Final = 1e-3
_STEPS: Final = 50
_ROUNDS: Final = 2


@dataclass(frozen=True, slots=True)
class Observation:
    """One answer that a reader might give, and whether it is right."""

    margin: float
    confidence: float
    rank: int
    is_right: bool


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """All answers that a reader might give to one question.

    :param answers: at least one.
    :param has_answer: whether the question can be answered.
    :param group: questions of one group, such as those of one article, stay together in cross-validation.
    :param passages: how many passages were read, at least 1.
    """

    answers: tuple[Observation, ...]
    has_answer: bool
    group: str
    passages: int = 1

    def best(self, calibration: Calibration) -> tuple[float, Observation]:
        """Return the probability of the most probable answer, and the answer itself."""
        rated = [
            (calibration.probability(o.margin, confidence=o.confidence, rank=o.rank, passages=self.passages), o)
            for o in self.answers
        ]
        return max(rated, key=lambda pair: pair[0])


def fit(asked: Mapping[str, Sequence[AskedQuestion]], *, source: str = "") -> Calibration:
    """Fit, by maximum likelihood, the probability that a question's best answer is right, and that it has none.

    Which answer is best depends on the fit, so there are two rounds; the first takes the answers with the best margin.

    :param asked: the questions of each kind; every kind counts alike, however many questions it has.
    :param source: what the questions are, in words.
    :raises ValueError: the answers are all right or all wrong.
    """
    kinds = [questions for questions in asked.values() if questions]
    every = [question for questions in kinds for question in questions]
    counts = np.concatenate([np.full(len(questions), len(every) / len(kinds) / len(questions)) for questions in kinds])
    calibration = Calibration()
    for _ in range(_ROUNDS):
        shown = [(question.best(calibration)[1], question.passages) for question in every]
        rows = np.array([features(o.margin, o.confidence, o.rank, passages) for o, passages in shown])
        right = np.array([o.is_right for o, _ in shown], dtype=float)
        if right.min() == right.max():
            raise ValueError("the answers are all right or all wrong")
        calibration = _with_right_signs(rows, right, counts, source)
    return _with_no_answer(calibration, every)


def _with_no_answer(calibration: Calibration, asked: Sequence[AskedQuestion]) -> Calibration:
    """Fit the probability of "no answer"; if the questions do not allow that, it stays one minus the best answer's.

    Here questions count alike, not kinds: a kind whose questions all have answers says little about those that have none.
    """
    rows = np.array([[log_odds(question.best(calibration)[0])] for question in asked])
    without = np.array([not question.has_answer for question in asked], dtype=float)
    if without.min() == without.max():
        return calibration
    slope, intercept = _logistic(rows, without, np.ones(len(without)))
    if slope >= 0:
        return calibration
    return replace(calibration, no_answer_slope=round(-float(slope), 4), no_answer_intercept=round(float(intercept), 4))


def _with_right_signs(rows: Floats, right: Floats, counts: Floats, source: str) -> Calibration:
    """Fit, and drop features that never vary, or whose weight gets the wrong sign, as may happen with few labels."""
    kept = [name for number, name in enumerate(FEATURES) if np.ptp(rows[:, number]) > 0]
    while True:
        columns = [FEATURES.index(name) for name in kept]
        *found, intercept = _logistic(rows[:, columns], right, counts)
        wrong = [name for name, value in zip(kept, found, strict=True) if value * SIGNS[name] < 0]
        if not wrong:
            values: dict[str, Any] = {name: round(float(value), 4) for name, value in zip(kept, found, strict=True)}
            absent = dict.fromkeys(set(FEATURES) - set(kept), 0.0)
            return Calibration(**values, **absent, intercept=round(float(intercept), 4), source=source)
        kept.remove(wrong[0])


def _logistic(rows: Floats, right: Floats, counts: Floats) -> Floats:
    """Return the coefficients and, last, the intercept of a logistic regression by Newton's method with a small ridge.

    :param counts: how much each row counts.
    """
    rows = np.column_stack([rows, np.ones(len(rows))])
    found = np.zeros(rows.shape[1])
    for _ in range(_STEPS):
        probabilities = 1 / (1 + np.exp(-np.clip(rows @ found, -30, 30)))
        slope = rows.T @ (counts * (probabilities - right)) + _RIDGE * found
        curvature = (rows * (counts * probabilities * (1 - probabilities))[:, None]).T @ rows
        step = np.linalg.solve(curvature + _RIDGE * np.eye(len(found)), slope)
        found -= np.clip(step, -5, 5)
        if np.abs(step).max() < 1e-8:
            break
    return found
