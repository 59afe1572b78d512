import math

import pytest

from needlepoint.evaluation.ranking_metrics import rank_of, ranking_scores


def test_a_rank_counts_different_ids():
    assert rank_of("b", ["a", "a", "b"]) == 2
    assert rank_of("a", iter(["a"])) == 1
    assert rank_of("c", ["a", "b"]) is None


def test_worked_by_hand():
    scores = ranking_scores([1, 3, None, 7], cutoffs=(5, 1, 10))
    assert scores == {
        "recall@1": 0.25,
        "recall@5": 0.5,
        "recall@10": 0.75,
        "mrr": pytest.approx((1 + 1 / 3 + 1 / 7) / 4),
        "ndcg": pytest.approx((1 + 1 / 2 + 1 / math.log2(8)) / 4),
        "total": 4,
    }
    assert list(scores)[:3] == ["recall@1", "recall@5", "recall@10"]


@pytest.mark.parametrize("ranks", [[], [0], [None, -1]])
def test_ranks_that_cannot_be(ranks):
    with pytest.raises(ValueError, match="rank"):
        ranking_scores(ranks)
