import json
import math

import pytest

from needlepoint.errors import ModelError
from needlepoint.reading.calibration import FILE, Calibration


def test_without_a_file_a_span_counts_by_its_odds_against_no_answer(tmp_path):
    calibration = Calibration.of_model(tmp_path)
    assert calibration.probability(0.0) == 0.5
    assert math.isclose(calibration.probability(math.log(3)), 0.75)


def test_the_models_own_file_is_used(tmp_path):
    (tmp_path / FILE).write_text(json.dumps({"slope": 2.0, "intercept": -1.0, "source": "test"}))
    calibration = Calibration.of_model(tmp_path)
    assert calibration.source == "test"
    assert math.isclose(calibration.probability(0.5), 0.5)


def test_probabilities_rise_with_the_margin_and_stay_in_bounds():
    calibration = Calibration(0.5, -1.0)
    values = [calibration.probability(margin) for margin in (-1e9, -10, -1, 0, 1, 10, 1e9)]
    assert values == sorted(values)
    assert values[0] >= 0.0
    assert values[-1] == 1.0


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"slope": 1}',
        '{"slope": "x", "intercept": 0}',
        '{"slope": 0, "intercept": 0}',
        '{"slope": 1, "intercept": NaN}',
    ],
)
def test_a_broken_file_is_named_in_one_line(tmp_path, content):
    (tmp_path / FILE).write_text(content)
    with pytest.raises(ModelError, match=FILE) as caught:
        Calibration.of_model(tmp_path)
    assert "\n" not in str(caught.value)
