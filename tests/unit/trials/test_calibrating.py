import numpy as np
import pytest

from needlepoint.errors import EvaluationError
from needlepoint.evaluation.squad import GoldAnswer, SquadQuestion
from needlepoint.reading.calibration import Calibration
from needlepoint.reading.fitting import AskedQuestion, Observation
from needlepoint.trials.calibrating import calibrate, calibration_file, check_enough, chosen_questions

TRUTH = Calibration(margin=0.3, intercept=-1.0)


def labels(count, *, articles=12):
    chance = np.random.default_rng(0)
    margins = chance.normal(2, 5, count)
    right = chance.uniform(size=count) < [TRUTH.probability(m, confidence=0.5) for m in margins]
    return [
        AskedQuestion((Observation(float(m), 0.5, 0, bool(r)),), True, str(n % articles))
        for n, (m, r) in enumerate(zip(margins, right, strict=True))
    ]


def test_the_error_falls_on_questions_that_were_left_out():
    fitted, report = calibrate({"alone": labels(1000)}, before=Calibration(), source="made")
    errors = {when: report["alone"][when]["expected_calibration_error"] for when in ("before", "after")}
    assert errors["before"] > 0.1 > 0.06 > errors["after"]
    written = calibration_file(fitted, report, "abc")
    assert written["weights"]["margin"] == pytest.approx(0.3, abs=0.06)
    assert written["source"] == "made"
    assert written["expected_calibration_error"] == {"alone": errors["after"]}
    assert Calibration.from_values(written) == fitted


def test_questions_are_chosen_with_the_share_that_is_asked_for():
    every = [
        SquadQuestion(str(n), "", "x", "?", () if n % 4 == 0 else (GoldAnswer("x", 0),)) for n in range(400)
    ]  # a quarter without an answer

    def share(chosen):
        return sum(question.is_impossible for question in chosen) / len(chosen)

    half = chosen_questions(every, 150, unanswerable=0.5)
    assert (len(half), share(half)) == (150, 0.5)
    assert 0.3 < share(half[:40]) < 0.7  # mixed
    assert (len(chosen_questions(every, 400, unanswerable=0.5)), len({q.id for q in half})) == (200, 150)
    assert len(chosen_questions(every, 1000)) == 400
    assert share(chosen_questions(every, 1000)) == 0.25
    assert chosen_questions(every[1:2], 10, unanswerable=0.5) == []


@pytest.mark.parametrize("count", [0, 20, 49])
def test_too_few_labels_are_refused_in_one_line(count):
    with pytest.raises(EvaluationError, match=f"too few labels to calibrate on: {count} questions") as caught:
        check_enough(labels(count))
    assert "\n" not in str(caught.value)


def test_labels_of_one_kind_are_refused():
    wrong = [AskedQuestion((Observation(1.0, 0.5, 0, False),), True, str(n)) for n in range(100)]
    with pytest.raises(EvaluationError, match="answers 0 correctly"):
        calibrate({"alone": wrong}, before=Calibration(), source="")


def test_one_article_cannot_be_held_out():
    with pytest.raises(EvaluationError, match="single article"):
        calibrate({"alone": labels(100, articles=1)}, before=Calibration(), source="")
