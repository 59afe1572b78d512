from dataclasses import dataclass, field

import pytest

from needlepoint.reading.named_documents import NamedDocuments

FIELDS = ("title", "name", "opening")


@dataclass(frozen=True)
class Passage:
    id: str
    content: str
    meta: dict = field(default_factory=dict)


def passage(content, **meta):
    return Passage(content, content, meta)


TERM = "The initial term of this agreement is three years from the day of signature."
HALSA = passage(TERM, name="HALSA_EX-10.pdf", opening="Supply agreement between Halsa Verft AS and Merrow AS")
TOLVANE = passage(TERM, name="TOLVANE_EX-3.pdf", opening="Charter agreement between Tolvane Oy and Runde AS")
JOINED = passage(TERM, name="BELLRINGBRANDS_INC_EX-10.pdf", opening="Exhibit 10")
NAMING = passage("Halsa may end the agreement in its initial term of two years.", name="letters.pdf", opening="Letters")
ALL = (HALSA, TOLVANE, JOINED, NAMING)


def shares(question, documents=ALL, fields=FIELDS):
    named = NamedDocuments(question, documents, fields)
    return [round(named.share(document), 2) for document in documents]


def test_a_document_that_the_question_does_not_name_counts_less_unless_the_passage_repeats_the_name():
    assert shares("How long is the initial term of the Halsa agreement?") == [1.0, 0.2, 0.2, 1.0]


def test_a_name_may_begin_a_longer_word_of_a_file_name():
    assert shares("How long is the initial term of the BellRing agreement?") == [0.2, 0.2, 1.0, 0.2]


def test_a_document_is_named_by_words_of_its_title_in_succession():
    rates = passage("It costs 40 euros.", title="Rate card for divers", name="a.docx")
    other = passage("It costs 60 euros.", title="Price list", name="card.docx")
    assert shares("What does it cost by the rate card?", (rates, other)) == [1.0, 0.6]
    assert shares("What does a card cost?", (rates, other)) == [1.0, 1.0]


@pytest.mark.parametrize(
    "question",
    [
        "How long is the initial term of the agreement?",
        "Halsa: how long is the initial term?",  # a capital does not make the first word a name
        "HOW LONG IS THE INITIAL TERM WITH HALSA?",
        "How long is the initial term in the EU?",  # an abbreviation, which a text may spell out
        "How long is the initial term of the supply agreement?",  # only the opening says so
    ],
)
def test_a_question_that_names_none_of_them_weights_nothing(question):
    assert shares(question) == [1.0] * 4


def test_a_name_that_occurs_nowhere_is_that_of_another_document():
    assert shares("How long is the initial term of the Zyphrax agreement?") == [0.2] * 4
    assert shares("How long is the initial term between Zyphrax and Halsa?") == [0.6, 0.12, 0.12, 0.6]


def test_other_forms_of_a_name_are_the_name():
    text = passage("The ships of Norwegian owners pay half.", name="a.pdf")
    assert shares("What do ships from Norway pay?", (text,)) == [0.2]
    assert shares("What do ships of Norwegians pay?", (text,)) == [1.0]
    assert shares("What do German ships pay?", (passage("Ships from Germany pay half.", name="b.pdf"),)) == [1.0]


def test_documents_that_are_named_equally_well_count_equally():
    assert shares("Does the contract with Halsa or the one with Tolvane run longer?") == [1.0, 1.0, 0.2, 1.0]


def test_the_document_that_is_named_by_most_words_is_the_one_that_is_meant():
    question = "How long is the initial term between Halsa and Merrow?"
    assert shares(question) == [1.0, 0.2, 0.2, 0.6]


def test_a_figure_names_a_document_by_its_title_not_by_its_opening():
    report = passage("Sales were 40.", title="Report 2022", name="r.pdf")
    letter = passage("Sales were 60.", title="Letter", name="l.pdf", opening="Halsa, 4 May 2022")
    other = passage("Sales were 80.", title="Other", name="o.pdf")
    assert shares("What were the sales in 2022?", (report, letter, other)) == [1.0, 1.0, 0.2]
    assert shares("What were the sales in 2022?", (letter, other)) == [1.0, 1.0]


def test_without_fields_no_document_is_named():
    assert shares("How long is the initial term of the Halsa agreement?", fields=()) == [1.0] * 4
