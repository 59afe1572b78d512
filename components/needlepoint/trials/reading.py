"""Evaluates a reader: asks each question about the passage that belongs to it."""

import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

from needlepoint.evaluation.predictions import PredictionsFile
from needlepoint.evaluation.squad import SquadQuestion, questions_hash
from needlepoint.evaluation.squad_metrics import is_right, squad_scores
from needlepoint.trials.readers import Prediction, TrialReader
from needlepoint.trials.reports import circumstances, trust

_BATCH = 32
_NEVER = float("inf")


def try_reader(
    questions: Sequence[SquadQuestion],
    reader: TrialReader,
    *,
    predictions: Path | None = None,
    progress: Callable[[int], None] | None = None,
) -> dict[str, Any]:
    """Let a reader answer questions from the passages that belong to them, and compute the metrics.

    :param predictions: a file that keeps the answers, so that an interrupted run can be resumed; none by default.
    :param progress: called with the number of questions answered; those of a former run count at once.
    :returns: the report as plain data; ``scores`` has SQuAD's official metrics (see docs/evaluation.md).
    :raises NeedlepointError: the model or the predictions file cannot be used.
    """
    reader.load()
    settings = reader.settings
    key = {"questions": questions_hash(questions), **settings}
    file = PredictionsFile(predictions, key) if predictions else None
    rows = _answer_all(questions, reader, file, progress or (lambda _: None))
    seconds = sum(row.pop("seconds") for row in rows)
    found = {row["id"]: Prediction(**row) for row in rows}
    return {
        "what": "reader",
        "scores": reader_scores(questions, found),
        "trust": trust_of(questions, found) if reader.scores_are_probabilities else None,
        "seconds": round(seconds, 2),
        "passages_per_s": round(len(rows) / seconds, 2) if seconds else None,
        **circumstances(questions),
        **settings,
    }


def reader_scores(questions: Sequence[SquadQuestion], found: dict[str, Prediction]) -> dict[str, float]:
    """Return SQuAD's metrics for the shown answers; the best thresholds are computed over all best spans.

    ``forced_exact`` and ``forced_f1`` are the metrics of the answerable questions if the reader must give an answer.
    """
    shown = {key: p.answer if p.found else "" for key, p in found.items()}
    forced = {key: p.answer for key, p in found.items()}
    whatever = squad_scores(questions, forced, {key: p.no_answer for key, p in found.items()}, threshold=_NEVER)
    best = {name: value for name, value in whatever.items() if name.startswith("best_")}
    of_answerable = {
        f"forced_{name}": whatever[f"HasAns_{name}"] for name in ("exact", "f1") if "HasAns_total" in whatever
    }
    return squad_scores(questions, shown) | best | of_answerable


def trust_of(questions: Sequence[SquadQuestion], found: dict[str, Prediction]) -> dict[str, Any]:
    """Return how well the scores are calibrated as probabilities; see :func:`needlepoint.trials.reports.trust`."""
    right = [is_right(found[question.id].answer, question) for question in questions]
    return trust([found[question.id].score for question in questions], right, _answerable(questions))


def _answerable(questions: Sequence[SquadQuestion]) -> int:
    return sum(not question.is_impossible for question in questions)


def _answer_all(
    questions: Sequence[SquadQuestion],
    reader: TrialReader,
    file: PredictionsFile | None,
    progress: Callable[[int], None],
) -> list[dict[str, Any]]:
    """Return a row for each question, from the file or from the reader, with its share of the time."""
    wanted = {question.id for question in questions}
    rows = {row["id"]: row for row in (file.load() if file else []) if row["id"] in wanted}
    progress(len(rows))
    left = [question for question in questions if question.id not in rows]
    if left:
        reader.predict(left[:1])  # one-time work does not count in the time
    for batch in _batches(left):
        start = perf_counter()
        answers = reader.predict(batch)
        share = (perf_counter() - start) / len(batch)
        new = [{**answer.to_dict(), "seconds": round(share, 5)} for answer in answers]
        if file:
            file.add(new)
        rows |= {row["id"]: row for row in new}
        progress(len(rows))
    return list(rows.values())


def _batches(questions: Sequence[SquadQuestion]) -> Iterator[Sequence[SquadQuestion]]:
    """Yield batches of questions with passages of similar length, in random order so that the time left can be estimated."""
    by_length = sorted(questions, key=lambda question: len(question.context))
    batches = [by_length[start : start + _BATCH] for start in range(0, len(by_length), _BATCH)]
    random.Random(0).shuffle(batches)
    yield from batches
