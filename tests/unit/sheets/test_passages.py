"""Which kind of value the passages of a cell are chosen by."""

from needlepoint.sheets.passages import value_asked
from needlepoint.sheets.questions import questions_from
from needlepoint.text.asked_values import AskedValue


def test_a_stated_kind_counts_more_than_words():
    questions = questions_from(
        [
            {"question": "End?", "kind": "date"},
            {"question": "When must it be paid?", "kind": "period"},
            {"question": "Deposit?", "kind": "amount"},
            {"question": "Who?", "kind": "name"},
        ]
    )
    assert [value_asked(each) for each in questions] == [
        AskedValue.DATE,
        AskedValue.PERIOD,
        AskedValue.NUMBER,  # an amount may be of money or of anything that is counted
        None,
    ]
