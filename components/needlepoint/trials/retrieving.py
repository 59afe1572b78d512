"""A retriever on trial: how high it ranks the paragraph that a question was asked of."""

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
    """Retrieve passages for questions and measure at which rank the first one of the right paragraph stands.

    Unanswerable questions count too: they are about their paragraph, although it does not answer them.

    :param collection: with the paragraphs of all questions.
    :param top_k: passages asked for; at least 20 by default, for the measures' sake.
    :param progress: called with the number of questions done.
    :returns: the report, plain data.
    """
    wanted = max(CUTOFFS) if top_k is None else top_k
    collection.retrieve(questions[0].question, top_k=wanted)  # what is done once is no part of the time
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
