import pytest

from needlepoint.stores.fusion import reciprocal_rank_fusion


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
