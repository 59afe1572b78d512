"""Refits a reader's calibration on questions with known answers, and measures the gain by cross-validation."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from needlepoint.errors import EvaluationError
from needlepoint.evaluation.squad import SquadQuestion, sample
from needlepoint.evaluation.squad_metrics import is_right
from needlepoint.reading.answers import Ranking
from needlepoint.reading.calibration import FEATURES, Calibration
from needlepoint.reading.fitting import AskedQuestion, Observation, fit
from needlepoint.reading.reader import SpanReader
from needlepoint.trials.collection import TrialCollection
from needlepoint.trials.reports import trust

FEWEST_QUESTIONS: Final = 50
FEWEST_OF_A_KIND: Final = 10
METHOD: Final = (
    "logistic regression on margin, confidence, and logarithms of the passage's rank and of the number of passages (Platt 1999); "
    "every kind of question counts alike"
)
_FOLDS: Final = 10
_RANKING: Final = Ranking(by="margin")


def chosen_questions(
    questions: Sequence[SquadQuestion], count: int, *, unanswerable: float | None = None
) -> list[SquadQuestion]:
    """Return a random sample, always the same one, in a random order.

    :param count: the most questions.
    :param unanswerable: the share of unanswerable questions, above 0 and below 1; by default that of all questions. If there are
        too few of either kind, the sample is smaller.
    """
    shuffled = sample(questions, len(questions))
    if unanswerable is None:
        return shuffled[:count]
    without = [question for question in shuffled if question.is_impossible]
    having = [question for question in shuffled if not question.is_impossible]
    total = min(count, int(len(without) / unanswerable), int(len(having) / (1 - unanswerable)))
    few = round(total * unanswerable)
    return sample(without[:few] + having[: total - few], total)


def read_alone(reader: SpanReader, question: SquadQuestion) -> AskedQuestion | None:
    """Ask a question about its own paragraph; return None if there is nothing to read."""
    return _asked(reader, question, [question.context])


def read_retrieved(reader: SpanReader, question: SquadQuestion, collection: TrialCollection) -> AskedQuestion | None:
    """Ask a question about the passages that the pipeline retrieves for it; return None if there is nothing to read."""
    return _asked(reader, question, [passage.content for passage in collection.retrieve(question.question)])


def _asked(reader: SpanReader, question: SquadQuestion, texts: Sequence[str]) -> AskedQuestion | None:
    readings = reader.read(question.question, texts, _RANKING)
    answers = tuple(
        Observation(found.margin, found.confidence, rank, is_right(text[found.start : found.end], question))
        for rank, (text, reading) in enumerate(zip(texts, readings, strict=True))
        for found in reading.candidates
    )
    group = question.title or question.context
    return AskedQuestion(answers, not question.is_impossible, group, len(texts)) if answers else None


def check_enough(asked: Sequence[AskedQuestion]) -> None:
    """Check that there are enough labels to fit a calibration.

    :raises EvaluationError: there are too few; the message says how many are needed.
    """
    right = sum(any(answer.is_right for answer in question.answers) for question in asked)
    if len(asked) < FEWEST_QUESTIONS or min(right, len(asked) - right) < FEWEST_OF_A_KIND:
        raise EvaluationError(
            f"too few labels to calibrate on: {len(asked)} questions, of which the reader answers {right} correctly; "
            f"at least {FEWEST_QUESTIONS} are needed, {FEWEST_OF_A_KIND} answered correctly and {FEWEST_OF_A_KIND} not"
        )


def calibrate(
    asked: Mapping[str, Sequence[AskedQuestion]],
    *,
    before: Calibration,
    source: str,
) -> tuple[Calibration, dict[str, Any]]:
    """Fit a calibration, and compare it with the former one by cross-validation.

    :param asked: the questions by the way of asking, such as ``alone`` and ``retrieved``; all are fitted together,
        and each counts alike.
    :param before: the calibration in use now.
    :param source: what the questions are, in words.
    :returns: the new calibration, and for each way of asking the result of :func:`needlepoint.trials.reports.trust` ``before``
        and ``after``.
    :raises EvaluationError: there are too few labels, or they cannot be fitted.
    """
    everything = [question for questions in asked.values() for question in questions]
    check_enough(everything)
    folds = _folds(everything)
    report: dict[str, Any] = {
        name: {"before": _trust(questions, lambda _: before)} for name, questions in asked.items()
    }
    try:
        parts = [
            fit({name: [each for each in of if folds[each.group] != fold] for name, of in asked.items()})
            for fold in range(max(folds.values()) + 1)
        ]
        fitted = fit(asked, source=source)
    except ValueError as error:
        raise EvaluationError(f"cannot calibrate on these labels: {error}") from error
    for name, questions in asked.items():
        report[name]["after"] = _trust(questions, lambda question: parts[folds[question.group]])
    return fitted, report


def _folds(asked: Sequence[AskedQuestion]) -> dict[str, int]:
    """Return the fold of each group; an article is a group, so that it is in one fold only."""
    groups = sorted({question.group for question in asked})
    count = min(_FOLDS, len(groups))
    if count < 2:
        raise EvaluationError("cannot calibrate on a single article or paragraph: its questions are too similar")
    return {group: number % count for number, group in enumerate(groups)}


def _trust(asked: Sequence[AskedQuestion], used_for: Callable[[AskedQuestion], Calibration]) -> dict[str, Any]:
    rated = [question.best(used_for(question)) for question in asked]
    answerable = sum(question.has_answer for question in asked)
    return trust([probability for probability, _ in rated], [found.is_right for _, found in rated], answerable)


def calibration_file(calibration: Calibration, report: dict[str, Any], model_hash: str) -> dict[str, Any]:
    """Return the content of ``calibration.json``."""
    return {
        "weights": {name: getattr(calibration, name) for name in (*FEATURES, "intercept")},
        "no_answer": {"slope": calibration.no_answer_slope, "intercept": calibration.no_answer_intercept},
        "method": METHOD,
        "source": calibration.source,
        "expected_calibration_error": {name: of["after"]["expected_calibration_error"] for name, of in report.items()},
        "model_hash": model_hash,
        "date": datetime.now(UTC).date().isoformat(),
    }


def model_folder(reader: SpanReader) -> Path:
    """Return the folder of a reader's model."""
    return reader.load()[0].folder
