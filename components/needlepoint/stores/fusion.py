"""Several rankings as one."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

RANK_CONSTANT = 60


class Identified(Protocol):
    """What is ranked."""

    @property
    def id(self) -> str:
        """The same in all rankings."""
        ...


Ranked = TypeVar("Ranked", bound=Identified)


def fuse(
    rankings: Sequence[Sequence[Ranked]], *, top_k: int, rank_constant: int = RANK_CONSTANT, scaled: bool = True
) -> list[tuple[float, Ranked]]:
    """Return the best of several rankings with their fused scores, best first.

    :param rankings: best first; what two hold is taken from the earlier one.
    :param scaled: scores between 0 and 1, where 1 is the first place in all rankings; else the sum of the formula.
    """
    by_id = {each.id: each for ranking in reversed(rankings) for each in reversed(ranking)}
    scores = reciprocal_rank_fusion(
        [[each.id for each in ranking] for ranking in rankings], rank_constant=rank_constant
    )
    most = len(rankings) / (rank_constant + 1) if scaled else 1.0
    return [(score / most, by_id[id_]) for id_, score in list(scores.items())[:top_k]]


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
