"""Fuses several rankings into one."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

RANK_CONSTANT = 60


class Identified(Protocol):
    """A ranked item."""

    @property
    def id(self) -> str:
        """Its id, the same in all rankings."""
        ...


Ranked = TypeVar("Ranked", bound=Identified)


def fuse(
    rankings: Sequence[Sequence[Ranked]], *, top_k: int, rank_constant: int = RANK_CONSTANT, scaled: bool = True
) -> list[tuple[float, Ranked]]:
    """Return the best items of several rankings with their fused scores, best first.

    :param rankings: the rankings, each best first; an item in two of them is taken from the earlier one.
    :param top_k: the most items.
    :param rank_constant: see :func:`reciprocal_rank_fusion`.
    :param scaled: scale scores to 0 to 1, where 1 means first in all rankings; otherwise return the formula's sum.
    :raises ValueError: the constant is negative.
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
    """Return the fused score of every id, best first: the sum of ``1 / (rank_constant + rank)`` over the rankings with this id.

    Ranks count from 1. The rankings' own scores are not used, so they need not be comparable. Among equal fused scores, ids of
    the earlier ranking come first. If a ranking contains an id twice, its better rank counts.

    G. V. Cormack, C. L. A. Clarke, S. Buettcher: Reciprocal Rank Fusion outperforms Condorcet and individual Rank Learning
    Methods. SIGIR 2009, pages 758-759; the constant of 60 is theirs.

    :param rankings: lists of ids, each best first.
    :param rank_constant: the larger it is, the less the first ranks count for more than later ones.
    :raises ValueError: the constant is negative.
    """
    if rank_constant < 0:
        raise ValueError(f"rank_constant must be 0 or more, got {rank_constant}")
    scores: dict[str, float] = {}
    for ranking in rankings:
        for rank, id_ in enumerate(dict.fromkeys(ranking), start=1):
            scores[id_] = scores.get(id_, 0.0) + 1 / (rank_constant + rank)
    return dict(sorted(scores.items(), key=lambda item: -item[1]))
