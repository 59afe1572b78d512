import numpy as np
import pytest

from needlepoint.evaluation.reliability import (
    brier_score,
    coverage_and_risk,
    error_by_chance,
    expected_calibration_error,
    reliability_bins,
)


def test_bins_and_error_worked_by_hand():
    probabilities, right = [0.95, 0.91, 0.12, 1.0], [True, False, False, True]
    low, high = reliability_bins(probabilities, right)
    assert (low.low, low.high, low.count, low.probability, low.right) == (0.1, 0.2, 1, 0.12, 0.0)
    assert (high.count, high.right) == (3, pytest.approx(2 / 3))
    expected = (1 * 0.12 + 3 * abs((0.95 + 0.91 + 1.0) / 3 - 2 / 3)) / 4
    assert expected_calibration_error(probabilities, right) == pytest.approx(expected)
    assert brier_score(probabilities, right) == pytest.approx((0.05**2 + 0.91**2 + 0.12**2) / 4)


def test_probabilities_that_are_true_have_a_small_error_and_skewed_ones_a_large_one():
    random = np.random.default_rng(0)
    true = random.uniform(size=20_000)
    right = random.uniform(size=20_000) < true
    assert expected_calibration_error(true, right) < 0.015
    assert expected_calibration_error(true**2, right) > 0.1


def test_a_small_sample_shows_an_error_by_chance_alone():
    random = np.random.default_rng(1)
    few, many = random.uniform(size=100), random.uniform(size=5000)
    assert 0.06 < error_by_chance(few) < 0.15
    assert error_by_chance(many) < 0.02
    right = random.uniform(size=100) < few
    assert abs(expected_calibration_error(few, right) - error_by_chance(few)) < 0.06
    assert error_by_chance(few) == error_by_chance(few)


def test_coverage_and_risk_worked_by_hand():
    rows = coverage_and_risk(
        [0.9, 0.6, 0.6, 0.2], [True, False, True, True], answerable=3, thresholds=[0.0, 0.6, 0.7, 0.95]
    )
    assert [(row.coverage, row.precision) for row in rows] == [(1.0, 0.75), (0.75, 2 / 3), (0.25, 1.0), (0.0, None)]
    assert [row.recall for row in rows] == [1.0, pytest.approx(2 / 3), pytest.approx(1 / 3), 0.0]
    assert rows[1].to_dict()["risk"] == pytest.approx(1 / 3)
    assert rows[3].to_dict()["risk"] is None
    assert coverage_and_risk([0.5], [False], answerable=0)[0].recall is None


def test_impossible_input_is_refused():
    with pytest.raises(ValueError, match=r"lie in \[0, 1\]"):
        reliability_bins([1.2], [True])
    with pytest.raises(ValueError, match="got 2 and 1"):
        reliability_bins([0.1, 0.2], [True])
    with pytest.raises(ValueError, match="got 0 and 0"):
        coverage_and_risk([], [], answerable=0)
