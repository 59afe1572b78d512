import math

import numpy as np
import pytest

from needlepoint.evaluation.reliability import expected_calibration_error
from needlepoint.reading.calibration import FEATURES, Calibration
from needlepoint.reading.fitting import AskedQuestion, Observation, fit

TRUTH = Calibration(margin=0.4, confidence=2.0, rank=-0.7, passages=-0.3, intercept=-1.5)


def questions(count, *, seed=0, answers=1, truth=TRUTH):
    chance = np.random.default_rng(seed)

    def answer(passages):
        margin, confidence, rank = chance.normal(0, 5), chance.uniform(), int(chance.integers(0, 20))
        probability = truth.probability(margin, confidence=confidence, rank=rank, passages=passages)
        return Observation(margin, confidence, rank, bool(chance.uniform() < probability))

    def question(number):
        passages = int(chance.integers(1, 40))
        read = tuple(answer(passages) for _ in range(answers))
        return AskedQuestion(read, bool(chance.uniform() < 0.6), str(number % 20), passages)

    return [question(number) for number in range(count)]


def test_the_function_that_made_the_outcomes_is_found_again():
    found = fit({"made": questions(20_000)}, source="made")
    assert found.source == "made"
    tolerance = {"margin": 0.05, "intercept": 0.3}
    for name in (*FEATURES, "intercept"):
        assert getattr(found, name) == pytest.approx(getattr(TRUTH, name), abs=tolerance.get(name, 0.1))


def test_probabilities_of_unseen_questions_are_true():
    found = fit({"made": questions(3000)})
    shown = [question.best(found) for question in questions(5000, seed=1)]
    error = expected_calibration_error([p for p, _ in shown], [answer.is_right for _, answer in shown])
    assert error < 0.03


def test_the_best_answer_is_the_likeliest():
    low, high = Observation(5.0, 0.1, 19, False), Observation(4.0, 0.9, 0, True)
    probability, answer = AskedQuestion((low, high), True, "").best(TRUTH)
    assert answer is high
    assert probability == TRUTH.probability(4.0, confidence=0.9, rank=0)


def test_a_feature_that_the_labels_turn_round_is_left_out():
    upside_down = Calibration(margin=0.4, intercept=-1.0)
    labels = questions(2000, truth=upside_down)
    turned = [
        AskedQuestion(
            tuple(Observation(o.margin, -o.margin / 30 + 0.5, o.rank, o.is_right) for o in q.answers), True, q.group
        )
        for q in labels
    ]
    found = fit({"turned": turned})
    assert found.confidence == 0.0
    assert found.margin > 0


def test_what_never_varies_gets_no_weight():
    same_rank = [
        AskedQuestion(tuple(Observation(o.margin, o.confidence, 0, o.is_right) for o in q.answers), True, q.group)
        for q in questions(500)
    ]
    found = fit({"made": same_rank})
    assert (found.rank, found.passages) == (0.0, 0.0)


def test_every_kind_counts_alike():
    often, seldom = (
        [AskedQuestion((Observation(1.0, 0.5, 0, number % 10 < right),), True, str(number)) for number in range(count)]
        for right, count in ((2, 1000), (8, 100))
    )
    found = fit({"often wrong": often, "seldom wrong": seldom, "not asked": []})
    assert found.probability(1.0, confidence=0.5) == pytest.approx(0.5, abs=0.01)


def test_perfect_separation_stays_finite_and_only_one_outcome_is_refused():
    apart = [AskedQuestion((Observation(m, 0.5, 0, m > 0),), True, str(m)) for m in range(-30, 31)]
    assert math.isfinite(fit({"apart": apart}).margin)
    with pytest.raises(ValueError, match="all right or all wrong"):
        fit({"right": [AskedQuestion((Observation(1.0, 0.5, 0, True),), True, "a")] * 60})


def test_no_answer_has_a_function_of_its_own():
    chance = np.random.default_rng(5)

    def question(number):
        # three in ten have no answer; of the others, one in four is answered wrongly, at margins as high as the right ones
        has_answer, is_misread = chance.uniform() < 0.7, chance.uniform() < 0.25
        margin = chance.normal(3 if has_answer else -3, 2)
        return AskedQuestion(
            (Observation(margin, 0.5, 0, has_answer and not is_misread),), has_answer, str(number % 20)
        )

    asked = [question(number) for number in range(4000)]
    found = fit({"made": asked})
    best = [one.best(found)[0] for one in asked]
    none = [found.no_answer_probability(value) for value in best]
    assert expected_calibration_error(none, [not one.has_answer for one in asked]) < 0.03
    refused = [one.has_answer for one, p, n in zip(asked, best, none, strict=True) if n > p]
    refused_below_half = [one.has_answer for one, p in zip(asked, best, strict=True) if p < 0.5]
    assert sum(refused) < sum(refused_below_half)


def test_where_all_questions_have_an_answer_a_wrong_one_counts_as_none():
    asked = [AskedQuestion(one.answers, True, one.group) for one in questions(500)]
    assert fit({"made": asked}).no_answer_probability(0.3) == pytest.approx(0.7)
