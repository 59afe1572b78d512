"""Cards name each page of a document once."""

from needlepoint_ui.ask.answers import elsewhere, one_a_place
from needlepoint_ui.service.models import Card, Document, Passage, Place


def place(name, page, start):
    return Place(Document(name, name), page, start, start + 5, answer="words")


def card(*places):
    first, *others = places
    return Card(first, Passage("p", "words", first), tuple(others))


def test_the_same_page_of_a_document_is_named_once_and_never_that_of_the_card():
    own, again = place("lease.pdf", 1, 0), place("lease.pdf", 1, 90)
    letter, annex = place("letter.pdf", 2, 0), place("annex.pdf", 1, 0)
    shown = card(own, letter, again, place("letter.pdf", 2, 50), annex, place("letter.pdf", 3, 500))
    assert elsewhere(shown) == [letter, annex, place("letter.pdf", 3, 500)]


def test_of_cards_with_one_place_the_first_is_kept():
    first, second = card(place("lease.pdf", 1, 0)), card(place("lease.pdf", 1, 50))
    assert one_a_place([first, second, card(place("lease.pdf", 1, 0), place("annex.pdf", 1, 0))]) == [first, second]
