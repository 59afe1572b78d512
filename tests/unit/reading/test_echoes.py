import pytest

from needlepoint.reading.echoes import is_echo


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Who is the tenant of the berth?", "Berths"),
        ("When was the quay at Halsa built?", "the quay at Halsa"),
        ("What is the price of the crane?", "Price"),
    ],
)
def test_an_answer_without_a_word_of_its_own_is_an_echo(question, answer):
    assert is_echo(question, answer)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Who is the tenant of the berth?", "the tenant Solveig Haugland"),
        ("Is Oslo or Bergen larger?", "Bergen"),
        ("Which is larger: Oslo, Bergen?", "Bergen"),
        ("Which of the quays is open?", "the quays"),
        ("Which pallet weighs 1480 kg?", "1,481 kg"),
        ("Who?", "..."),
    ],
)
def test_other_answers_are_none(question, answer):
    assert not is_echo(question, answer)
