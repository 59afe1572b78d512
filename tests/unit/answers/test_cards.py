"""Which answers count as the same words."""

import pytest

from needlepoint.answers.cards import same_words


@pytest.mark.parametrize(
    "other",
    [
        "12 Million",
        "12  million",
        "“12 million”",
        "12 million.",
        "(12 million)",
        "12\u00a0million",
        " 12 million;",
        "«12 million»",
    ],
)
def test_answers_that_differ_in_case_space_and_marks_around_them_are_the_same(other):
    assert same_words(other) == same_words("12 million")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("€12 million", "$12 million"),
        ("-12 million", "12 million"),
        ("5 %", "5"),
        ("<5", "5"),
        ("C#", "C"),
        ("C++", "C"),
        ("10² m", "102 m"),
        ("3½", "31/2"),
        ("1.5", "15"),
    ],
)
def test_signs_currencies_and_units_tell_answers_apart(one, other):
    assert same_words(one) != same_words(other)


def test_an_answer_of_marks_alone_is_itself():
    assert same_words("...") == "..."
