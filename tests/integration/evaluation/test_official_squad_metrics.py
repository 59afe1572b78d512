"""Our SQuAD measures are the official script's, as transformers keeps it, on many random cases."""

import random

import pytest

from needlepoint.evaluation.squad import GoldAnswer, SquadQuestion
from needlepoint.evaluation.squad_metrics import squad_scores

squad_metrics = pytest.importorskip("transformers.data.metrics.squad_metrics")

WORDS = [
    "the",
    "a",
    "An",
    "U.S.",
    "noon",
    "Noon,",
    "ferry's",
    "ferry",
    "10,000",
    "—",
    "“the",
    "été",
    "İ",
    "東京",
    "the-end",
    "\u00a0",
    "...",
]


class Example:
    """What the official function looks at."""

    def __init__(self, question):
        self.qas_id = question.id
        self.answers = [{"text": answer.text} for answer in question.answers]


def some_words(chance, most=4):
    return " ".join(chance.choices(WORDS, k=chance.randint(1, most)))


def some_case(chance):
    questions = [
        SquadQuestion(
            str(n), "", "", "?", tuple(GoldAnswer(some_words(chance), 0) for _ in range(chance.randint(0, 3)))
        )
        for n in range(chance.randint(2, 12))
    ]
    answers = {q.id: chance.choice(["", some_words(chance), *(a.text for a in q.answers)]) for q in questions}
    no_answer = {q.id: chance.choice([0.0, 0.5, chance.random(), chance.random()]) for q in questions}
    return questions, answers, no_answer


@pytest.mark.parametrize("threshold", [1.0, 0.5])
def test_random_cases_agree_in_every_number(threshold):
    chance = random.Random(int(10 * threshold))
    for _ in range(500):
        questions, answers, no_answer = some_case(chance)
        official = squad_metrics.squad_evaluate([Example(q) for q in questions], answers, no_answer, threshold)
        assert squad_scores(questions, answers, no_answer, threshold=threshold) == pytest.approx(
            dict(official), abs=1e-9
        )


def test_without_scores_for_no_answer():
    questions, answers, _ = some_case(random.Random(3))
    official = squad_metrics.squad_evaluate([Example(q) for q in questions], answers)
    ours = squad_scores(questions, answers)
    assert ours == pytest.approx({name: official[name] for name in ours})
