import json
import math

import pytest

from needlepoint.errors import ModelError
from needlepoint.reading.calibration import FILE, Calibration

GOOD = {"margin": 0.2, "confidence": 3.0, "rank": -0.9, "intercept": -2.0}


def test_without_a_file_a_span_counts_by_its_odds_against_no_answer(tmp_path):
    calibration = Calibration.of_model(tmp_path)
    assert calibration.probability(0.0, confidence=0.9, rank=3) == 0.5
    assert math.isclose(calibration.probability(math.log(3), confidence=0.1), 0.75)


def test_the_models_own_file_is_used(tmp_path):
    (tmp_path / FILE).write_text(json.dumps({"weights": GOOD, "source": "test"}))
    calibration = Calibration.of_model(tmp_path)
    assert calibration == Calibration(0.2, 3.0, -0.9, -2.0, "test")
    # the log-odds are 0.2 * 4 + 3 * 0.5 - 0.9 * log(1 + 1) - 2
    expected = 1 / (1 + math.exp(-(0.8 + 1.5 - 0.9 * math.log(2) - 2)))
    assert calibration.probability(4.0, confidence=0.5, rank=1) == pytest.approx(expected)


def test_probabilities_follow_each_feature_and_stay_in_bounds():
    calibration = Calibration(**GOOD)
    margins = (-math.inf, -1e9, -10, -1, 0, 1, 10, 1e9, math.inf)
    rising = [calibration.probability(margin, confidence=0.5) for margin in margins]
    assert rising == sorted(rising)
    assert calibration.probability(1.0, confidence=0.9) > calibration.probability(1.0, confidence=0.2)
    falling = [calibration.probability(1.0, confidence=0.5, rank=rank) for rank in (0, 1, 5, 10**9)]
    assert falling == sorted(falling, reverse=True)
    steep = Calibration(margin=1e6)
    extremes = [steep.probability(margin, confidence=0.5) for margin in margins]
    assert all(0.0 <= value <= 1.0 for value in rising + falling + extremes)


BROKEN = [
    "",
    "{",
    "[]",
    "{}",
    json.dumps({"weights": {**GOOD, "margin": "x"}}),
    json.dumps({"weights": {key: GOOD[key] for key in ("margin", "confidence", "rank")}}),
    json.dumps({"weights": {**GOOD, "intercept": math.nan}}),
    json.dumps({"weights": {**GOOD, "margin": -0.1}}),
    json.dumps({"weights": {**GOOD, "confidence": -1}}),
    json.dumps({"weights": {**GOOD, "rank": 0.1}}),
    json.dumps({"answer": {"slope": 1, "intercept": 0}}),
]


@pytest.mark.parametrize("content", BROKEN)
def test_a_broken_file_is_named_in_one_line(tmp_path, content):
    (tmp_path / FILE).write_text(content)
    with pytest.raises(ModelError, match=FILE) as caught:
        Calibration.of_model(tmp_path)
    assert "\n" not in str(caught.value)
    assert "needlepoint calibrate" in str(caught.value)
