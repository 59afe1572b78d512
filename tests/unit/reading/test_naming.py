import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from needlepoint.reading.naming import naming_words

CLAUSE = "This Agreement shall be governed by the laws of the State of Washington."
ABOUT = ["INKTOMI_SOFTWARE_HOSTING.pdf", None, "Software Hosting Agreement between Inktomi Corporation and Microsoft"]


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Which law governs the Inktomi software hosting agreement?", "Inktomi software hosting agreement"),
        ("Which law governs Inktomi's agreements, and why?", "Inktomi's agreements"),
        ("Which law governs the agreement?", ""),  # the passage has all that is known of the document
        ("Which law governs the lease with Emmis?", ""),  # it is another document
        ("", ""),
    ],
)
def test_the_words_by_which_a_question_names_the_document(question, words):
    assert naming_words(question, CLAUSE, ABOUT) == words


def test_joined_words_of_a_file_name_are_known_apart():
    assert naming_words("What does Emmis pay?", "The fee is 5 euros.", ["EmmisMarketing.pdf"]) == "Emmis"


def test_nothing_is_known_of_a_document():
    for about in ([], [None, "", 3, []], [["a list", 4]]):
        assert naming_words("Which law governs the Inktomi agreement?", CLAUSE, about) == ""


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60), st.text(max_size=60), st.lists(st.text(max_size=60), max_size=3))
def test_only_words_of_the_question_come_in_its_order(question, passage, about):
    words = naming_words(question, passage, about).split(" ")
    place = 0
    for word in words:
        place = question.index(word, place) + len(word)
