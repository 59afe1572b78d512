"""How high a retriever ranks the one passage that belongs to a question.

With a single relevant passage, the metrics depend on its rank alone: recall at k is the share of questions whose passage is
among the first k, the mean reciprocal rank is Voorhees's (TREC-8, 1999), and nDCG (Järvelin & Kekäläinen 2002) is
``1 / log2(1 + rank)``, because the ideal ranking puts it first.
"""

import math
from collections.abc import Collection, Iterable

CUTOFFS = (1, 5, 10, 20)


def rank_of(wanted: str, ranking: Iterable[str]) -> int | None:
    """Return the rank of an id among ranked ids, counted from 1, or None; repeated ids count once."""
    distinct = dict.fromkeys(ranking)
    return next((rank for rank, found in enumerate(distinct, start=1) if found == wanted), None)


def ranking_scores(ranks: Collection[int | None], *, cutoffs: Iterable[int] = CUTOFFS) -> dict[str, float]:
    """Return ``recall@k``, ``mrr`` and ``ndcg``, each from 0 to 1, and ``total``.

    :param ranks: for each question, the rank of its passage, from 1, or None if it was not found.
    :param cutoffs: the values of k for ``recall@k``.
    :raises ValueError: there are no ranks, or one is below 1.
    """
    if not ranks or any(rank is not None and rank < 1 for rank in ranks):
        raise ValueError("there must be at least one rank, and ranks count from 1")
    found = [rank for rank in ranks if rank is not None]
    total = len(ranks)
    scores = {f"recall@{k}": sum(rank <= k for rank in found) / total for k in sorted(set(cutoffs))}
    scores["mrr"] = sum(1 / rank for rank in found) / total
    scores["ndcg"] = sum(1 / math.log2(1 + rank) for rank in found) / total
    return scores | {"total": total}
