import math

import pytest

from needlepoint.evaluation.squad import GoldAnswer, SquadQuestion
from needlepoint.evaluation.squad_metrics import exact_match, f1, is_right, normalised_words, squad_scores


def question(number, *golds):
    return SquadQuestion(number, "", "", "?", tuple(GoldAnswer(gold, 0) for gold in golds))


def test_case_punctuation_and_articles_do_not_count():
    assert normalised_words(" The  U.S.-based\tanswer, a  “quote”!") == ["usbased", "answer", "“quote”"]
    assert exact_match("The Dunlin.", ["ferry Juniper", "dunlin"]) == 1.0
    assert exact_match("Dunlins", ["dunlin"]) == 0.0


def test_f1_is_that_of_the_nearest_gold_answer():
    # 2 words in common of 3 answered and of 4 wanted: precision 2/3, recall 1/2
    assert math.isclose(f1("left at noon", ["around noon they left"]), 4 / 7)
    assert f1("noon noon", ["noon"]) == pytest.approx(2 / 3)  # a word counts as often as it is in both
    assert f1("noon", ["noon sharp", "noon"]) == 1.0
    assert f1("noon", ["dawn"]) == 0.0


def test_an_empty_answer_fits_questions_without_one():
    assert exact_match("", []) == f1("", []) == 1.0
    assert exact_match("noon", []) == f1("noon", []) == 0.0
    assert f1("", ["noon"]) == 0.0
    assert f1("the", ["a"]) == f1("the", []) == 1.0  # nothing is left of either, so the official script calls it right


def test_an_answer_that_shares_most_words_is_right():
    assert is_right("in the 10th and 11th centuries", question("q", "10th and 11th centuries"))
    assert not is_right("centuries", question("q", "10th and 11th centuries"))
    assert not is_right("", question("q"))
    assert not is_right("noon", question("q"))


QUESTIONS = [question("a", "noon"), question("b", "two ferries"), question("c"), question("d")]
ANSWERS = {"a": "at noon", "b": "ferries", "c": "", "d": "dawn"}


def test_the_official_numbers_worked_by_hand():
    scores = squad_scores(QUESTIONS, ANSWERS)
    third = 100 * 2 / 3
    assert scores == {
        "exact": 25.0,
        "f1": pytest.approx((third + third + 100) / 4),
        "total": 4,
        "HasAns_exact": 0.0,
        "HasAns_f1": pytest.approx(third),
        "HasAns_total": 2,
        "NoAns_exact": 50.0,
        "NoAns_f1": 50.0,
        "NoAns_total": 2,
    }


def test_above_the_threshold_an_answer_counts_as_none():
    scores = squad_scores(QUESTIONS, ANSWERS, {"a": 0.9, "b": 0.1, "c": 0.2, "d": 0.9}, threshold=0.5)
    assert (scores["HasAns_f1"], scores["NoAns_f1"]) == (pytest.approx(100 / 3), 100.0)


def test_the_best_threshold_worked_by_hand():
    answers = {"a": "noon", "b": "two ferries", "c": "dawn", "d": "dawn"}
    scores = squad_scores(QUESTIONS, answers, {"a": 0.1, "b": 0.3, "c": 0.2, "d": 0.9}, threshold=2.0)
    # none shown: 2 of 4; a: 3; a and c: 2; a, c and b: 3; all: 2
    assert (scores["best_exact"], scores["best_exact_thresh"]) == (75.0, 0.1)
    assert scores["exact"] == 50.0


def test_only_questions_of_one_kind():
    assert set(squad_scores(QUESTIONS[:1], ANSWERS)) == {
        "exact",
        "f1",
        "total",
        "HasAns_exact",
        "HasAns_f1",
        "HasAns_total",
    }
    assert squad_scores(QUESTIONS[2:], ANSWERS)["NoAns_total"] == 2


def test_what_is_missing_is_named():
    with pytest.raises(ValueError, match="at least one question"):
        squad_scores([], {})
    with pytest.raises(ValueError, match="question 'a'"):
        squad_scores(QUESTIONS, {})
    with pytest.raises(ValueError, match="question 'd'"):
        squad_scores(QUESTIONS, ANSWERS, {"a": 0.0, "b": 0.0, "c": 0.0})
