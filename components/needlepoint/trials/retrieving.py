"""Evaluates a retriever: how high it ranks the paragraph that a question was asked about."""

from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Any

from needlepoint.evaluation.ranking_metrics import CUTOFFS, rank_of, ranking_scores
from needlepoint.evaluation.squad import SquadQuestion
from needlepoint.trials.collection import TrialCollection
from needlepoint.trials.reports import circumstances


def try_retriever(
    questions: Sequence[SquadQuestion],
    collection: TrialCollection,
    *,
    top_k: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> dict[str, Any]:
    """Retrieve passages for questions, and compute metrics of the rank of the first passage from the right paragraph.

    Unanswerable questions count too: they are about their paragraph, although it does not answer them.

    :param collection: a collection with the paragraphs of all questions.
    :param top_k: the number of passages to retrieve; by default the largest cutoff of the metrics, 20.
    :param progress: called with the number of questions done.
    :returns: the report as plain data.
    """
    wanted = max(CUTOFFS) if top_k is None else top_k
    collection.retrieve(questions[0].question, top_k=wanted)  # one-time work does not count in the time
    start = perf_counter()
    ranks = []
    for number, question in enumerate(questions, start=1):
        passages = collection.retrieve(question.question, top_k=wanted)
        ranks.append(rank_of(collection.name_of(question), [passage.meta["name"] for passage in passages]))
        if progress:
            progress(number)
    seconds = perf_counter() - start
    return {
        "what": "retriever",
        "scores": ranking_scores(ranks, cutoffs=[*(k for k in CUTOFFS if k <= wanted), wanted]),
        "top_k": wanted,
        **collection.settings,
        "seconds": round(seconds, 2),
        "questions_per_s": round(len(questions) / seconds, 1),
        **circumstances(questions),
    }
