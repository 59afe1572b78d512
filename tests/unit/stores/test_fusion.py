import pytest

from needlepoint.stores.fusion import fuse, reciprocal_rank_fusion
from needlepoint.stores.records import Record


def test_the_formula():
    scores = reciprocal_rank_fusion([["a", "b", "c"], ["c", "a", "d"]])
    assert scores == {
        "a": pytest.approx(1 / 61 + 1 / 62),
        "c": pytest.approx(1 / 63 + 1 / 61),
        "b": pytest.approx(1 / 62),
        "d": pytest.approx(1 / 63),
    }
    assert list(scores) == ["a", "c", "b", "d"]


def test_equal_ones_come_in_the_order_of_the_rankings():
    assert list(reciprocal_rank_fusion([["a", "b"], ["c", "d"]])) == ["a", "c", "b", "d"]
    assert list(reciprocal_rank_fusion([["a", "b"], ["b", "a"]])) == ["a", "b"]


def test_twice_in_one_ranking_counts_once():
    assert reciprocal_rank_fusion([["a", "b", "a"]]) == reciprocal_rank_fusion([["a", "b"]])
    assert reciprocal_rank_fusion([["a", "a", "b"]])["b"] == pytest.approx(1 / 62)


@pytest.mark.parametrize("rankings", [[], [[]], [[], []]])
def test_nothing(rankings):
    assert reciprocal_rank_fusion(rankings) == {}


def test_one_ranking_keeps_its_order():
    ids = [f"{n}" for n in range(50)]
    assert list(reciprocal_rank_fusion([ids, []])) == ids


def test_the_constant():
    assert list(reciprocal_rank_fusion([["a", "b"], ["c", "b"]], rank_constant=0)) == ["a", "b", "c"]
    assert list(reciprocal_rank_fusion([["a", "b"], ["c", "b"]], rank_constant=60)) == ["b", "a", "c"]
    with pytest.raises(ValueError, match="rank_constant"):
        reciprocal_rank_fusion([["a"]], rank_constant=-1)


def test_what_is_ranked_comes_from_the_earlier_ranking():
    words = [Record("a", "from words"), Record("b", "from words")]
    meanings = [Record("b", "from meanings"), Record("c", "from meanings")]
    fused = fuse([words, meanings], top_k=2)
    assert [(record.id, record.content) for _, record in fused] == [("b", "from words"), ("a", "from words")]
    assert [score for score, _ in fused] == pytest.approx([(1 / 62 + 1 / 61) / (2 / 61), 1 / 2])
    assert fuse([words, words], top_k=1)[0][0] == 1.0
    assert fuse([words], top_k=1, scaled=False, rank_constant=9) == [(1 / 10, words[0])]
    assert fuse([words, []], top_k=0) == []
