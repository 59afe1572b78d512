import pytest

from needlepoint.evaluation.squad import GoldAnswer, SquadQuestion
from needlepoint.trials.asking import Asked, losses, pipeline_scores


def question(number, *golds):
    return SquadQuestion(number, "", "", "?", tuple(GoldAnswer(gold, 0) for gold in golds))


def asked(number, *answers, found=True, rank=1):
    return Asked(number, answers, 0.6 if found else 0.4, found, rank, 0.1)


QUESTIONS = [question("a", "noon"), question("b", "two ferries"), question("c", "Ida"), question("d", "Moreau")]
IMPOSSIBLE = [question("x"), question("y")]
ASKED = {
    one.id: one
    for one in (
        asked("a", "dawn", "noon"),
        asked("b", "two ferries"),
        asked("c", "Ida", found=False),
        asked("d", "Dunlin", rank=None),
        asked("x", "noon", found=False),
        asked("y", "noon"),
    )
}


def test_scores_of_the_first_answer_and_of_the_best_of_three():
    scores = pipeline_scores([*QUESTIONS, *IMPOSSIBLE], ASKED)
    assert scores["exact"] == pytest.approx(100 * 2 / 6)  # b and x
    assert scores["top3_exact"] == pytest.approx(100 * 3 / 6)  # and a
    assert scores["no_answer_precision"] == 0.5  # c and x are left without an answer
    assert scores["no_answer_recall"] == 0.5
    assert scores["NoAns_exact"] == 50.0


def test_where_nothing_is_held_back_there_is_no_precision():
    scores = pipeline_scores(QUESTIONS[:1], ASKED)
    assert scores["no_answer_precision"] is None
    assert scores["no_answer_recall"] is None


def test_each_answerable_question_is_lost_at_one_stage():
    found = losses([*QUESTIONS, *IMPOSSIBLE], ASKED)
    assert found == {"answerable": 4, "right": 1, "not_retrieved": 1, "misread": 1, "withheld": 1}
