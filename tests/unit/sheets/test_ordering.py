"""Columns are sorted by what their words state."""

import pytest

from needlepoint.answers.replies import Quote
from needlepoint.sheets.ordering import order_of_words, ranks
from needlepoint.sheets.questions import Kind, SheetQuestion
from needlepoint.sheets.table import Cell, Sheet, SheetDocument, State
from needlepoint.sheets.verdicts import Judged, Judgement, Verdict

IN_ORDER = {
    Kind.DATE: ["8/17/1994", "January 2003", "2 January 2003", "the 1st day of March, 2003", "2031-04-01", "4 July"],
    Kind.AMOUNT: [
        "12 desks",
        "€70",
        "€9,000",
        "€800 a month",
        "EUR 2 million",
        "$5",
        "seven hundred dollars",
        "5%",
        "12%",
    ],
    Kind.PERIOD: ["48 hours", "three weeks", "30 days", "one month", "ninety (90) days", "two years and six months"],
    Kind.YES_NO: ["The tenant shall not sublet", "Yes"],
    Kind.NAME: ["Acme Inc.", "the State of Maine", "Ohio"],
}


@pytest.mark.parametrize("kind", IN_ORDER)
def test_values_stand_in_their_order_whatever_their_words(kind):
    question = SheetQuestion("What is it?", "It", kind)
    orders = [order_of_words(words, question) for words in IN_ORDER[kind]]
    assert None not in orders
    by_group = {}
    for order in orders:
        by_group.setdefault(order.group, []).append(order.number)
    assert all(numbers == sorted(numbers) for numbers in by_group.values())
    assert len(set(orders)) == len(orders)
    if kind is not Kind.AMOUNT:  # amounts of each currency stand together
        assert orders == sorted(orders)


def test_the_same_value_has_the_same_place():
    question = SheetQuestion("How long?", "Long", Kind.PERIOD)
    assert order_of_words("one year", question) == order_of_words("twelve (12) months", question)


@pytest.mark.parametrize("kind", [Kind.TEXT, Kind.LIST])
def test_texts_have_no_order_but_that_of_their_words(kind):
    assert order_of_words("31 March 2031", SheetQuestion("What?", "What", kind)) is None


@pytest.mark.parametrize("words", ["three years after signing", "3-5 May 2031", "as soon as possible"])
def test_words_that_state_no_date_have_no_place(words):
    assert order_of_words(words, SheetQuestion("When?", "When", Kind.DATE)) is None


def test_ranks_of_a_column_count_corrections_and_leave_out_what_has_no_value():
    question = SheetQuestion("When does it end?", "End", Kind.DATE)
    shown = ["31 March 2031", "1 May 2029", "31/03/2031", "at closing", None, "9 June 2044"]
    documents = [SheetDocument(str(number), f"{number}.pdf") for number in range(len(shown))]
    cells = {
        (document.id, question.text): Cell(State.NOT_FOUND)
        if words is None
        else Cell(State.FOUND, (Quote(words, "", "", document.id, document.name, 1, 0, len(words), 0.9),))
        for document, words in zip(documents, shown, strict=True)
    }
    said = Verdict("5", question.text, Judgement.CORRECTED, "2 May 2028")
    sheet = Sheet([question], documents, cells, judged={("5", question.text): Judged(said)})
    assert ranks(sheet, question) == {"5": 0, "1": 1, "0": 2, "2": 2}
