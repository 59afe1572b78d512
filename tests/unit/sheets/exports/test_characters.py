import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from hostile_sheet import FORMULAS, WORDS
from needlepoint.sheets.exports.characters import (
    as_csv_value,
    as_workbook_value,
    for_reading,
    for_xml,
    from_csv_value,
    from_workbook_value,
    is_right_to_left,
    on_one_line,
)

ANY_TEXT = st.text(st.characters(codec=None), max_size=50) | st.sampled_from(WORDS)


@given(ANY_TEXT)
def test_xml_holds_any_text_at_the_same_length(text):
    element = etree.Element("text")
    element.text = for_xml(text)
    assert etree.fromstring(etree.tostring(element)).text == (for_xml(text) or None)
    assert len(for_xml(text)) == len(for_reading(text)) == len(text)


def test_a_page_break_is_a_line_break_and_other_control_characters_are_seen():
    assert for_xml("one\ftwo\x07") == "one\ntwo\N{REPLACEMENT CHARACTER}"


def test_what_turns_the_direction_is_seen_in_sentences_and_left_out_of_tables():
    assert for_reading("\u202eabc\u202c") == "\ufffdabc\ufffd"
    assert on_one_line(" \u202eabc\u202c\f d\r\n") == "abc d"


@given(st.text(max_size=20) | st.text("'=+-@\t\r\n\N{FULLWIDTH EQUALS SIGN}a", max_size=5))
def test_what_csv_does_to_a_value_is_undone(text):
    assert from_csv_value(as_csv_value(text)) == text


@pytest.mark.parametrize("words", FORMULAS)
def test_no_csv_value_begins_as_a_formula(words):
    assert as_csv_value(words) == f"'{words}"


@pytest.mark.parametrize("words", ["", "'", "it's", "'tis", "a=b", "10 %"])
def test_other_values_of_csv_are_as_they_were(words):
    assert as_csv_value(words) == words
    assert from_csv_value(words) == words


@pytest.mark.parametrize(
    ("words", "right_to_left"), [("", False), ("12", False), ("3. חוזה law", True), ("law חוזה", False)]
)
def test_direction_is_that_of_the_first_letter(words, right_to_left):
    assert is_right_to_left(words) is right_to_left


@given(ANY_TEXT | st.text("_x05F41", max_size=14))
def test_what_a_workbook_does_to_a_value_is_undone(text):
    assert from_workbook_value(as_workbook_value(text)) == for_xml(text)
