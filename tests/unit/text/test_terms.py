import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlepoint.text.terms import STOP_WORDS, document_terms, other_words, question_terms, question_words, rewrite


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("The companies' ferries", ["the", "compani", "ferri"]),
        ("company's company\u2019s COMPANY'S", ["compani"] * 3),
        ("don't O\u2019Brien l'été", ["dont", "obrien", "lete"]),
        ("'quoted' 'tis rock 'n' roll", ["quot", "tis", "rock", "n", "roll"]),
        ("1,000.5 and 3.14, in 2023. v2.5", ["1,000.5", "and", "3.14", "in", "2023", "v2.5"]),
        ("naïve İstanbul \ufb01ne Straße \uff21\uff22\uff23", ["naiv", "istanbul", "fine", "strass", "abc"]),
        ("cafe\u0301 café", ["cafe", "cafe"]),
        ("東京都へ visit ภาษา", [*"東京都へ", "visit", *"ภาษา"]),
        ("東京2020年", ["東", "京", "2020", "年"]),
        ("한국어 поезда", ["한국어", "поезда"]),
        ("e-mail foo_bar a/b", ["e", "mail", "foo", "bar", "a", "b"]),
        ("x" * 64 + " " + "y" * 65, ["x" * 64]),
        ("", []),
        ("?! \U0001f600", []),
    ],
)
def test_terms(text, terms):
    assert [term.replace("\u02d0", ".") for term in document_terms(text)] == [term.replace(",", ".") for term in terms]


def test_question_drops_stop_words_and_repetitions():
    assert question_terms("What was the fare, the FARE, of the fares?") == ["fare"]


def test_a_question_is_asked_without_the_words_that_questions_are_made_with():
    assert question_terms("Which law governs, and when did it come into force?") == ["law", "govern", "come", "forc"]


def test_who_and_it_in_capitals_are_names():
    assert question_terms("Who leads the WHO, and who IT?") == ["lead", "who", "it"]
    assert question_terms("WHO LEADS IT?") == ["lead"]
    assert question_terms("lease AND notice") == ["leas", "notic"]


def test_each_term_of_a_question_comes_with_its_first_word():
    assert question_words("Whose Ferries, ferry\u2019s and the ZÜRICH fares?") == {
        "ferri": "ferries",
        "zurich": "zurich",
        "fare": "fares",
    }


def test_question_of_stop_words_keeps_them():
    assert question_terms("To be or not to be?") == ["to", "be", "or", "not"]


def test_questions_and_documents_meet_in_the_same_terms():
    text = "The company\u2019s 1,250 ferries weren't late in Düsseldorf; 東京 was."
    kept = [term for term in document_terms(text) if term not in STOP_WORDS]
    assert question_terms(text) == list(dict.fromkeys(kept))


def test_a_number_is_searched_for_as_others_write_it():
    found = other_words("Which pallets weigh 1480 kg, 2,350 kg or 5.2 million kg in 2019?")
    assert {
        term.replace("\u02d0", "."): [word.replace("\u02d0", ".") for word in words] for term, words in found.items()
    } == {
        "1480": ["1.480"],
        "2.350": ["2350"],
        "5.2": ["5200000", "5.200.000"],
        "2019": ["2.019"],
    }
    assert found.keys() <= question_words("Which pallets weigh 1480 kg, 2,350 kg or 5.2 million kg in 2019?").keys()


def test_endless_question_is_cut():
    assert question_terms("word " * 100_000 + "beyond") == ["word"]


@given(st.text(alphabet="aS s'\u2019.,1٣\n-é", max_size=12))
def test_rewriting_is_what_the_documentation_says(text):
    expected = re.sub(r"(?<=\w)['\u2019][sS](?!\w)", "", text)
    expected = re.sub(r"(?<=\w)['\u2019](?=\w)", "", expected)
    expected = re.sub(r"(?<=\d)[.,](?=\d)", "\u02d0", expected)
    assert rewrite(text) == expected
