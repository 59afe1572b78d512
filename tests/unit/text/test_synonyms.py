"""What documents say for the plain words of a question."""

import pytest

from needlepoint.text.synonyms import synonyms
from needlepoint.text.terms import document_terms


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("When does the lease end?", {"end": ["expir", "termin", "term", "continu", "year"]}),
        ("What ended in 1990, and what is ending?", {"end": ["expir", "termin", "term", "continu", "year"]}),
        ("Who signed it?", {"sign": ["execut", "date"]}),
        ("Who is the captain?", {}),
        ("", {}),
    ],
)
def test_documents_say_it_otherwise(question, found):
    assert synonyms(question) == found


def test_a_store_that_analyses_a_synonym_once_more_finds_the_same():
    words = "begin breach cancel cure end expire govern interpret jurisdiction last long notice pay run sign start"
    found = [term for terms in synonyms(words).values() for term in terms]
    assert len(found) > len(words.split())
    assert document_terms(" ".join(found)) == found
