"""Numbers that are equal though written otherwise."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlepoint.text.quantities import other_numerals, quantities, worded_as_in


@pytest.mark.parametrize(
    ("question", "text", "asked"),
    [
        ("Which pallet weighs 1480 kg?", "Bearings: 1,480 kg", "Which pallet weighs 1,480 kg?"),
        ("Which pallet weighs 1,480 kg?", "Bearings: 1480 kg", "Which pallet weighs 1480 kg?"),
        ("Which pallet weighs 2350 kg?", "Washers: 2 350 kg", "Which pallet weighs 2 350 kg?"),
        ("Which pallet weighs 3100 kg?", "Flanges: 3'100 kg", "Which pallet weighs 3'100 kg?"),
        ("Who paid $5.2 million?", "Aker paid $5,200,000 in May.", "Who paid $5,200,000?"),
        ("Who paid 5,200,000 dollars?", "Aker paid 5.2 million dollars.", "Who paid 5.2 million dollars?"),
        ("What must happen within 42 days?", "within forty-two days", "What must happen within forty-two days?"),
        ("What must happen within forty-two days?", "within 42 days", "What must happen within 42 days?"),
        ("Which two cost 1480 and 2350?", "2,350 and 1,480", "Which two cost 1,480 and 2,350?"),
    ],
)
def test_a_question_is_worded_as_the_text_writes_its_numbers(question, text, asked):
    assert worded_as_in(question, text) == asked


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Which pallet weighs 1480 kg?", "1480 kg, in all 1,480 kg"),  # the text has these words, too
        ("Which pallet weighs 1480 kg?", "14,800 kg and 1.48 t"),
        ("When did one of them leave?", "on 1 May"),
        ("Who left on 1 July?", "one of them, on the first of July"),
        ("Who leads?", "1,480"),
    ],
)
def test_a_question_keeps_its_words(question, text):
    assert worded_as_in(question, text) == question


def test_a_number_may_mean_two():
    assert [each.values for each in quantities("1.480 or 1,480")] == [(Decimal(1480),), (Decimal(1480),)]
    assert [each.values for each in quantities("12.480")] == [(Decimal(12480), Decimal("12.480"))]


@pytest.mark.parametrize(
    ("words", "forms"),
    [
        ("1480", ["1,480"]),
        ("1,480", ["1480"]),
        ("480", []),
        ("5.2 million", ["5200000", "5,200,000"]),
        ("5200000", ["5,200,000", "5.2 million"]),
        ("forty-two", ["42"]),
        ("12.5", []),
    ],
)
def test_the_other_numerals_of_a_number(words, forms):
    (quantity,) = quantities(words)
    assert other_numerals(quantity) == forms


@given(st.integers(10, 10**15 - 1))
def test_each_form_is_the_same_number(number):
    (quantity,) = quantities(f"{number}")
    for form in other_numerals(quantity):
        (other,) = quantities(f"for {form} each")
        assert other.values[0] == number
        assert worded_as_in(f"Who has {number}?", f"Ida has {form}.") == f"Who has {form}?"


@given(st.text(alphabet="0123456789 ,.'\u2019\u00a0atwohundredmillion-$\u0663", max_size=40))
def test_places_are_true(text):
    assert all(text[each.start : each.end] == each.words for each in quantities(text))
    assert worded_as_in(text, text) == text
