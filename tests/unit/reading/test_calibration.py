import json
import math

import pytest

from needlepoint.errors import ModelError
from needlepoint.reading.calibration import FILE, Calibration

NO_ANSWER = {"slope": 0.8, "intercept": -0.6}
GOOD = {"margin": 0.2, "confidence": 3.0, "rank": -0.9, "passages": -0.2, "intercept": -2.0}


def test_without_a_file_a_span_counts_by_its_odds_against_no_answer(tmp_path):
    calibration = Calibration.of_model(tmp_path)
    assert calibration.probability(0.0, confidence=0.9, rank=3, passages=20) == 0.5
    assert math.isclose(calibration.probability(math.log(3), confidence=0.1), 0.75)


def test_the_models_own_file_is_used(tmp_path):
    (tmp_path / FILE).write_text(json.dumps({"weights": GOOD, "no_answer": NO_ANSWER, "source": "test"}))
    calibration = Calibration.of_model(tmp_path)
    assert calibration == Calibration(0.2, 3.0, -0.9, -0.2, -2.0, "test", 0.8, -0.6)
    # the log-odds are 0.2 * 4 + 3 * 0.5 - 0.9 * log(1 + 1) - 0.2 * log(20) - 2
    expected = 1 / (1 + math.exp(-(0.8 + 1.5 - 0.9 * math.log(2) - 0.2 * math.log(20) - 2)))
    assert calibration.probability(4.0, confidence=0.5, rank=1, passages=20) == pytest.approx(expected)


def test_probabilities_follow_each_feature_and_stay_in_bounds():
    calibration = Calibration(**GOOD)
    margins = (-math.inf, -1e9, -10, -1, 0, 1, 10, 1e9, math.inf)
    rising = [calibration.probability(margin, confidence=0.5) for margin in margins]
    assert rising == sorted(rising)
    assert calibration.probability(1.0, confidence=0.9) > calibration.probability(1.0, confidence=0.2)
    falling = [calibration.probability(1.0, confidence=0.5, rank=rank) for rank in (0, 1, 5, 10**9)]
    assert falling == sorted(falling, reverse=True)
    fewer = [calibration.probability(1.0, confidence=0.5, passages=count) for count in (1, 2, 20)]
    assert fewer == sorted(fewer, reverse=True)
    assert calibration.probability(1.0, confidence=0.5, passages=10**9) == fewer[-1]  # no calibration knows of so many
    certain = [calibration.probability(1.0, confidence=confidence) for confidence in (0.0, 1e-300, 0.5, 1.0)]
    assert certain == sorted(certain)
    steep = Calibration(margin=1e6)
    extremes = [steep.probability(margin, confidence=0.5) for margin in margins]
    assert all(0.0 <= value <= 1.0 for value in rising + falling + fewer + certain + extremes)


def test_no_answer_is_the_less_likely_the_likelier_the_best_answer_is():
    plain = Calibration()
    assert plain.no_answer_probability(0.3) == pytest.approx(0.7)
    assert plain.no_answer_probability(0.0) == pytest.approx(1.0)
    assert plain.no_answer_probability(1.0) == pytest.approx(0.0, abs=1e-6)
    fitted = Calibration(no_answer_slope=0.8, no_answer_intercept=-0.6)
    # at even odds: 1 / (1 + e^0.6); so the answer is shown, though it is no likelier right than wrong
    assert fitted.no_answer_probability(0.5) == pytest.approx(1 / (1 + math.exp(0.6)))
    falling = [fitted.no_answer_probability(best) for best in (0.0, 0.1, 0.5, 0.9, 1.0)]
    assert falling == sorted(falling, reverse=True)


BROKEN = [
    "",
    "{",
    "[]",
    "{}",
    json.dumps({"no_answer": NO_ANSWER, "weights": {**GOOD, "margin": "x"}}),
    json.dumps({"no_answer": NO_ANSWER, "weights": {key: GOOD[key] for key in ("margin", "confidence", "rank")}}),
    json.dumps({"no_answer": NO_ANSWER, "weights": {**GOOD, "intercept": math.nan}}),
    json.dumps({"no_answer": NO_ANSWER, "weights": {**GOOD, "margin": -0.1}}),
    json.dumps({"no_answer": NO_ANSWER, "weights": {**GOOD, "confidence": -1}}),
    json.dumps({"no_answer": NO_ANSWER, "weights": {**GOOD, "rank": 0.1}}),
    json.dumps({"no_answer": NO_ANSWER, "weights": {**GOOD, "passages": 0.1}}),
    json.dumps({"answer": {"slope": 1, "intercept": 0}}),
    json.dumps({"weights": GOOD}),
    json.dumps({"weights": GOOD, "no_answer": {"slope": -1, "intercept": 0}}),
    json.dumps({"weights": GOOD, "no_answer": {"slope": 1, "intercept": math.inf}}),
]


@pytest.mark.parametrize("content", BROKEN)
def test_a_broken_file_is_named_in_one_line(tmp_path, content):
    (tmp_path / FILE).write_text(content)
    with pytest.raises(ModelError, match=FILE) as caught:
        Calibration.of_model(tmp_path)
    assert "\n" not in str(caught.value)
    assert "needlepoint calibrate" in str(caught.value)


def test_a_file_from_before_passages_were_counted_serves_on(tmp_path):
    former = {"margin": 0.2, "confidence": 3.0, "rank": -0.9, "intercept": -2.0}
    (tmp_path / FILE).write_text(json.dumps({"weights": former, "no_answer": NO_ANSWER}))
    calibration = Calibration.of_model(tmp_path)
    assert calibration.passages == 0.0
    assert calibration.probability(4.0, confidence=0.5, passages=40) == calibration.probability(4.0, confidence=0.5)
