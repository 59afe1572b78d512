import random

import pytest

from needlepoint.errors import SheetError
from needlepoint.sheets.recall import (
    certified_depth,
    depth_for_recall,
    depth_from_sample,
    share_of_others,
)


def test_fewer_than_59_answers_certify_no_recall_of_95_percent():
    assert certified_depth([1] * 58, 0.95) is None
    assert certified_depth([*range(1, 60)], 0.95) == 59


def test_more_answers_spare_depth():
    assert certified_depth([*range(1, 201)], 0.8) < 175
    assert certified_depth([*range(1, 201)], 0.8) > 160


@pytest.mark.parametrize("target", [0.5, 0.8, 0.9])
def test_the_certified_depth_holds_the_target_in_95_of_100_samples(target):
    rng = random.Random(1)
    depths = [min(1 + int(rng.expovariate(0.4)), 40) for _ in range(20_000)]
    held = 0
    for _ in range(400):
        depth = certified_depth(rng.sample(depths, 80), target)
        held += sum(each <= depth for each in depths) / len(depths) >= target
    assert held >= 0.93 * 400


def test_the_answers_of_the_sample_count_for_the_sheet():
    large = share_of_others(0.95, answers=60, cells=100, others=1_000_000)
    assert 0.9499 < large < 0.95
    small = share_of_others(0.95, answers=60, cells=100, others=100)
    assert 0.90 < small < 0.92
    assert share_of_others(0.5, answers=60, cells=100, others=10) == 0.0
    assert share_of_others(0.95, answers=60, cells=100, others=0) == 0.0


@pytest.mark.parametrize("cells", [150, 400, 2_000])
@pytest.mark.parametrize("target", [0.8, 0.95])
def test_a_sheet_of_any_size_has_the_wanted_recall_in_95_of_100_draws(target, cells):
    rng = random.Random(2)
    ranks = [min(1 + int(rng.expovariate(0.4)), 40) if rng.random() < 0.5 else 0 for _ in range(cells)]
    total = sum(rank > 0 for rank in ranks)
    held = 0
    for _ in range(300):
        order = rng.sample(ranks, cells)
        count, depth = 0, None
        while depth is None and count < cells:
            count += 20
            sample = [rank for rank in order[:count] if rank]
            depth = depth_from_sample(sample, target, cells=count, others=cells - count)
        found = sum(rank > 0 for rank in order[:count]) + sum(0 < rank <= (depth or 40) for rank in order[count:])
        held += found >= target * total
    assert held >= 0.93 * 300


@pytest.mark.parametrize("target", [0, 1, 95])
def test_a_recall_out_of_range_is_refused(target):
    with pytest.raises(SheetError, match=r"between 0 and 1, such as 0\.95"):
        depth_for_recall(None, [], [], target=target)
