"""Evaluates a whole pipeline: indexes the paragraphs, asks the questions, and reports which stage loses answers."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import mean
from time import perf_counter
from typing import Any

from needlepoint.evaluation.predictions import PredictionsFile
from needlepoint.evaluation.ranking_metrics import CUTOFFS, rank_of, ranking_scores
from needlepoint.evaluation.squad import SquadQuestion, questions_hash
from needlepoint.evaluation.squad_metrics import exact_match, f1, is_right, squad_scores
from needlepoint.trials.collection import TrialCollection
from needlepoint.trials.readers import TrialReader
from needlepoint.trials.reports import circumstances, trust

ANSWERS = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """A pipeline's result for one question.

    :param id: the question's id.
    :param answers: the best answers, best first, whether they are shown or not.
    :param score: the best answer's score; 0 if there is no answer.
    :param found: whether the answers are shown.
    :param rank: the rank of the question's own paragraph among those retrieved, from 1; None if it was not retrieved.
    :param seconds: wall time.
    """

    id: str
    answers: tuple[str, ...]
    score: float
    found: bool
    rank: int | None
    seconds: float


def try_pipeline(
    questions: Sequence[SquadQuestion],
    collection: TrialCollection,
    *,
    predictions: Path | None = None,
    progress: Callable[[int], None] | None = None,
) -> dict[str, Any]:
    """Ask a pipeline questions about a collection and compute the metrics, which docs/evaluation.md explains.

    :param collection: a collection with the paragraphs of all questions.
    :param predictions: a file that keeps the answers, so that an interrupted run can be resumed; none by default.
    :param progress: called with the number of questions done.
    :returns: the report as plain data.
    :raises NeedlepointError: the model or the predictions file cannot be used.
    """
    reader = TrialReader.of_service(collection.service)
    reader.load()
    settings = reader.settings
    key = {"questions": questions_hash(questions), **collection.settings, **settings}
    file = PredictionsFile(predictions, key) if predictions else None
    asked = _ask_all(questions, collection, file, progress or (lambda _: None))
    seconds = sum(one.seconds for one in asked.values())
    return {
        "what": "pipeline",
        "scores": pipeline_scores(questions, asked),
        "retriever": ranking_scores([asked[q.id].rank for q in questions], cutoffs=CUTOFFS),
        "losses": losses(questions, asked),
        "trust": _trust(questions, asked) if reader.scores_are_probabilities else None,
        "seconds": round(seconds, 2),
        "seconds_per_question": round(seconds / len(asked), 3),
        **circumstances(questions),
        **collection.settings,
        **settings,
    }


def pipeline_scores(questions: Sequence[SquadQuestion], asked: dict[str, Asked]) -> dict[str, float | None]:
    """Return SQuAD's metrics for the first shown answer, and for the best of the first three.

    ``no_answer_precision`` is the share of unanswerable questions among those left unanswered, ``no_answer_recall`` the share of
    unanswered questions among the unanswerable ones.
    """
    shown = {key: one.answers if one.found else () for key, one in asked.items()}
    golds = {question.id: [answer.text for answer in question.answers] for question in questions}
    best_of = {
        f"top{ANSWERS}_{name}": 100
        * mean(max(measure(text, golds[key]) for text in shown[key] or ("",)) for key in golds)
        for name, measure in (("exact", exact_match), ("f1", f1))
    }
    silent = [key for key in golds if not shown[key]]
    rightly = sum(not golds[key] for key in silent)
    impossible = sum(not gold for gold in golds.values())
    return {
        **squad_scores(questions, {key: texts[0] if texts else "" for key, texts in shown.items()}),
        **best_of,
        "no_answer_precision": rightly / len(silent) if silent else None,
        "no_answer_recall": rightly / impossible if impossible else None,
    }


def losses(questions: Sequence[SquadQuestion], asked: dict[str, Asked]) -> dict[str, int]:
    """Count the answerable questions by outcome; the counts add up to ``answerable``.

    ``not_retrieved``: the question's paragraph was not among the passages read, and the best answer is wrong. ``misread``: the
    paragraph was read, and the best answer is wrong. ``withheld``: the best answer is right, but was not probable enough to show.
    """
    counts = {"answerable": 0, "right": 0, "not_retrieved": 0, "misread": 0, "withheld": 0}
    for question in questions:
        if question.is_impossible:
            continue
        one = asked[question.id]
        counts["answerable"] += 1
        if one.answers and is_right(one.answers[0], question):
            counts["right" if one.found else "withheld"] += 1
        else:
            counts["not_retrieved" if one.rank is None else "misread"] += 1
    return counts


def _trust(questions: Sequence[SquadQuestion], asked: dict[str, Asked]) -> dict[str, Any]:
    ordered = [(asked[question.id], question) for question in questions]
    right = [bool(one.answers) and is_right(one.answers[0], question) for one, question in ordered]
    return trust([one.score for one, _ in ordered], right, sum(not question.is_impossible for question in questions))


def _ask_all(
    questions: Sequence[SquadQuestion],
    collection: TrialCollection,
    file: PredictionsFile | None,
    progress: Callable[[int], None],
) -> dict[str, Asked]:
    rows = [row | {"answers": tuple(row["answers"])} for row in (file.load() if file else [])]
    asked = {row["id"]: Asked(**row) for row in rows}
    done = sum(question.id in asked for question in questions)
    progress(done)
    for question in questions:
        if question.id in asked:
            continue
        asked[question.id] = one = _ask(question, collection)
        if file:
            file.add([asdict(one)])
        done += 1
        progress(done)
    return {question.id: asked[question.id] for question in questions}


def _ask(question: SquadQuestion, collection: TrialCollection) -> Asked:
    start = perf_counter()
    reply = collection.service.ask(question.question, top_k=ANSWERS)
    answers = [answer for answer in reply.answers if not answer.is_no_answer]
    return Asked(
        id=question.id,
        answers=tuple(answer.text for answer in answers[:ANSWERS]),
        score=answers[0].score if answers else 0.0,
        found=reply.found,
        rank=rank_of(collection.name_of(question), [passage.meta["name"] for passage in reply.passages]),
        seconds=round(perf_counter() - start, 4),
    )
