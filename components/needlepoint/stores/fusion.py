"""Several rankings as one."""

from collections.abc import Sequence

RANK_CONSTANT = 60


def reciprocal_rank_fusion(
    rankings: Sequence[Sequence[str]], *, rank_constant: int = RANK_CONSTANT
) -> dict[str, float]:
    """Return the fused score of every id, best first: the sum of ``1 / (rank_constant + rank)`` over the rankings that hold it.

    Ranks count from 1. Scores of the rankings themselves play no part, so they need not be comparable. Of equal fused scores,
    the earlier ranking's comes first. Of an id that one ranking holds twice, the better place counts.

    G. V. Cormack, C. L. A. Clarke, S. Buettcher: Reciprocal Rank Fusion outperforms Condorcet and individual Rank Learning
    Methods. SIGIR 2009, pages 758-759; the constant of 60 is theirs.

    :param rankings: ids, best first.
    :raises ValueError: if the constant is negative.
    """
    if rank_constant < 0:
        raise ValueError(f"rank_constant must be 0 or more, got {rank_constant}")
    scores: dict[str, float] = {}
    for ranking in rankings:
        for rank, id_ in enumerate(dict.fromkeys(ranking), start=1):
            scores[id_] = scores.get(id_, 0.0) + 1 / (rank_constant + rank)
    return dict(sorted(scores.items(), key=lambda item: -item[1]))
