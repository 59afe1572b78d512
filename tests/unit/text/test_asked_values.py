"""What kind of value a question asks for, and which texts hold one."""

import pytest

from needlepoint.text.asked_values import AskedValue, asked_value, may_state

ASKED = {
    AskedValue.DATE: (
        "When does the lease end?",
        "What is the date of the agreement?",
        "On which day was the survey made?",
        "In what year was the pier built?",
    ),
    AskedValue.PERIOD: (
        "How long is the initial term?",
        "Within how many days must invoices be paid?",
        "Within how many business days is notice given?",
        "Within what period must a breach be cured?",
        "How much notice is needed to terminate?",
        "What is the warranty period?",
        "What is the term of the contract?",
    ),
    AskedValue.AMOUNT: ("How much is the deposit?", "What is the annual rent?", "Which percentage is paid?"),
    AskedValue.NUMBER: ("How many berths are there?", "How high is the crane?"),
    None: ("Which law governs the agreement?", "Who signed it?", "Is the licence transferable?", "What is a Service Term Sheet?"),
}  # fmt: skip


@pytest.mark.parametrize(("question", "value"), [(each, value) for value, those in ASKED.items() for each in those])
def test_the_words_of_a_question_tell_what_it_asks_for(question, value):
    assert asked_value(question) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (AskedValue.DATE, "made as of the 5th day of December"),
        (AskedValue.DATE, "MARCH 31"),
        (AskedValue.DATE, "in the 1950s"),
        (AskedValue.DATE, "am 31.3.31"),
        (AskedValue.DATE, "2031年3月31日"),
        (AskedValue.DATE, "in the 12th century"),
        (AskedValue.PERIOD, "for sixty (60) days"),
        (AskedValue.PERIOD, "until the fifth anniversary"),
        (AskedValue.PERIOD, "until 31 March 2031"),
        (AskedValue.AMOUNT, "€ 300 a month"),
        (AskedValue.AMOUNT, "free of charge"),
        (AskedValue.NUMBER, "eleven berths"),
    ],
)
def test_what_holds_a_value(value, text):
    assert may_state(text, value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (AskedValue.DATE, "Either party may terminate."),
        (AskedValue.DATE, "a deposit of 12,000.50 euros"),
        (AskedValue.DATE, "You may march on."),
        (AskedValue.PERIOD, "The law of Delaware governs."),
        (AskedValue.AMOUNT, "The tenant pays the rent."),
        (AskedValue.NUMBER, "No such thing."),
    ],
)
def test_what_holds_none(value, text):
    assert not may_state(text, value)
