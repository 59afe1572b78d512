import random

import pytest

from needlepoint.errors import SheetError
from needlepoint.sheets.recall import answers_needed, certified_depth, depth_for_recall


def test_fewer_than_59_answers_certify_no_recall_of_95_percent():
    assert answers_needed(0.95) == 59
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


@pytest.mark.parametrize("target", [0, 1, 95])
def test_a_recall_out_of_range_is_refused(target):
    with pytest.raises(SheetError, match=r"between 0 and 1, such as 0\.95"):
        depth_for_recall(None, [], [], target=target)
