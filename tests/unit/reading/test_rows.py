import pytest

from needlepoint.reading.rows import named_share, within_cell

ROW = "Vessel: Halsnes; Home port: Kanestraum; Built: 2011; Captain: Marit Sundal; Passengers: 310."


@pytest.mark.parametrize(
    ("question", "share"),
    [
        ("Who is the captain of the Halsnes?", 1.0),
        ("How many passengers does the Halsnes carry?", 0.8),
        ("Who is the captain of the Sula?", 0.25),
        ("who is the captain of the sula?", 0.5),
        ("What does the diving course cost?", 0.0),
        ("Which vessel was built in 2012?", 0.4),
        ("What is the total of the passengers?", 0.25),
        ("What is the name?", 1.0),
        ("", 1.0),
    ],
)
def test_names_and_figures_tell_one_row_from_the_next(question, share):
    assert named_share(question, ROW, []) == pytest.approx(share)


def test_what_is_known_of_the_document_counts():
    assert named_share("How many passengers does Fjordlink's Halsnes carry?", ROW, ["Fleet of Fjordlink", None]) > 0.8


def test_a_question_in_capitals_has_no_names():
    assert named_share("WHO IS THE CAPTAIN OF THE SULA?", ROW, []) == 0.5


INCOME = "Operating profit; 2021: 279; 2022: 386; 2023: 423."


@pytest.mark.parametrize(
    ("question", "answer", "own"),
    [
        ("What was the operating profit in 2022?", "279; 2022: 386", "386"),
        ("What was the operating profit in 2021?", "279; 2022: 386", "279"),
        ("What was the operating profit in 2023?", "2022: 386; 2023: 423", "423"),
        ("What was the operating profit?", "Operating profit; 2021: 279", "279"),
        ("What was the operating profit in 2022?", "386", "386"),
        ("Of which year is the profit?", "2022", "2022"),
    ],
)
def test_an_answer_is_the_own_text_of_one_cell(question, answer, own):
    start = INCOME.index(answer)
    first, last = within_cell(question, INCOME, start, start + len(answer))
    assert INCOME[first:last] == own
