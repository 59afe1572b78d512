import json
import math

import pytest

from needlepoint.errors import ModelError
from needlepoint.reading.calibration import FILE, Calibration, Logistic

GOOD = {"slope": 2.0, "intercept": -1.0}
FALLING = {"slope": -2.0, "intercept": 0.0}


def test_without_a_file_a_span_counts_by_its_odds_against_no_answer(tmp_path):
    calibration = Calibration.of_model(tmp_path)
    assert calibration.answer.probability(0.0) == calibration.no_answer.probability(0.0) == 0.5
    assert math.isclose(calibration.answer.probability(math.log(3)), 0.75)


def test_the_models_own_file_is_used(tmp_path):
    (tmp_path / FILE).write_text(json.dumps({"answer": GOOD, "no_answer": FALLING, "source": "test"}))
    assert Calibration.of_model(tmp_path) == Calibration(Logistic(2.0, -1.0), Logistic(-2.0, 0.0), "test")


def test_probabilities_follow_the_margin_and_stay_in_bounds():
    margins = (-math.inf, -1e9, -10, -1, 0, 1, 10, 1e9, math.inf)
    rising = [Logistic(0.5, -1.0).probability(margin) for margin in margins]
    falling = [Logistic(-0.5, -1.0).probability(margin) for margin in margins]
    assert rising == sorted(rising)
    assert falling == sorted(falling, reverse=True)
    assert all(0.0 <= value <= 1.0 for value in rising + falling)
    assert (rising[-1], falling[0]) == (1.0, 1.0)


BROKEN = [
    "",
    "{",
    "[]",
    "{}",
    json.dumps({"answer": GOOD}),
    json.dumps({"answer": {"slope": "x", "intercept": 0}, "no_answer": FALLING}),
    json.dumps({"answer": {"slope": 1, "intercept": math.nan}, "no_answer": FALLING}),
    json.dumps({"answer": FALLING, "no_answer": FALLING}),
    json.dumps({"answer": GOOD, "no_answer": GOOD}),
]


@pytest.mark.parametrize("content", BROKEN)
def test_a_broken_file_is_named_in_one_line(tmp_path, content):
    (tmp_path / FILE).write_text(content)
    with pytest.raises(ModelError, match=FILE) as caught:
        Calibration.of_model(tmp_path)
    assert "\n" not in str(caught.value)
