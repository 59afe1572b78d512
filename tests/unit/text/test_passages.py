import dataclasses
import unicodedata
from itertools import pairwise

import pytest
import regex
from hypothesis import example, given, settings
from hypothesis import strategies as st

from needlepoint.text.passages import Passage, split_passages
from needlepoint.text.sentences import sentence_spans
from needlepoint.text.words import count_words, cut_at_words

SENTENCE = "The quick brown fox number {} jumps over the lazy dog today. "

WORDS = ["word", "Word", "No.", "Inc.", "3.1", "(a)", "* ", "A: b; C: d."]
MARKS = [".", "!", "?", "。", ";", ",", " ", " ", " ", "\n", "\n\n", "\f", "\r\n", "\t", "\u2028", "\u200b", "\x1f"]
SCRIPTS = ["猫", "カタカナ", "ไทย", "한국어", "e\u0301", "👩\u200d👩\u200d👧", "🇩🇪", "שלום"]
PIECES = st.sampled_from(WORDS + MARKS + SCRIPTS)
TEXTS = st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=150).map("".join))
CASES = settings(max_examples=150, deadline=None)


def passages(text, **options):
    return [text[p.start : p.end] for p in split_passages(text, **options)]


@CASES
@given(TEXTS, st.integers(1, 30), st.integers(0, 3))
@example("00⺀\x1f0", 1, 0)
def test_passages_hold_everything_in_order(text, max_words, overlap):
    found = split_passages(text, max_words=max_words, overlap_sentences=overlap)
    covered = set()
    for passage in found:
        content = text[passage.start : passage.end]
        assert content
        assert content == content.strip()
        assert passage.page == 1 + text.count("\f", 0, passage.start)
        covered.update(range(passage.start, passage.end))
    assert all(index in covered for index, character in enumerate(text) if not character.isspace())
    assert all(a.start < b.start and a.end < b.end for a, b in pairwise(found))


@CASES
@given(TEXTS)
def test_sentences_hold_everything_once(text):
    spans = sentence_spans(text)
    assert all(text[start:end] and text[start:end] == text[start:end].strip() for start, end in spans)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    assert "".join("".join(text[start:end].split()) for start, end in spans) == "".join(text.split())


@CASES
@given(TEXTS, st.integers(1, 30))
def test_a_passage_crosses_a_page_only_with_a_sentence(text, max_words):
    spans = sentence_spans(text)
    for passage in split_passages(text, max_words=max_words):
        for index in range(passage.start, passage.end):
            if text[index] == "\f":
                assert any(start < index < end for start, end in spans)


@CASES
@given(TEXTS, st.integers(1, 30))
def test_cuts_fall_between_graphemes(text, max_words):
    boundaries = {0, *(match.end() for match in regex.finditer(r"\X", text))}
    for start, end in cut_at_words(text, 0, len(text), max_words=max_words):
        assert start in boundaries or text[start - 1].isspace()
        assert end in boundaries or text[end : end + 1].isspace()


@CASES
@given(st.lists(st.text("abcdefgh", min_size=1, max_size=20), min_size=1, max_size=300), st.integers(5, 40))
def test_a_word_is_never_cut(words, max_words):
    text = " ".join(words)
    for passage in split_passages(text, max_words=max_words):
        assert passage.start == 0 or text[passage.start - 1] == " "
        assert passage.end == len(text) or text[passage.end] == " "
        assert len(text[passage.start : passage.end].split()) <= max_words


def test_passages_are_about_as_long_as_asked_and_share_one_sentence():
    text = "".join(SENTENCE.format(number) for number in range(200))
    found = split_passages(text)
    assert [len(text[p.start : p.end].split()) for p in found[:-1]] == [120] * (len(found) - 1)
    for one, other in pairwise(found):
        assert text[other.start : one.end].count("fox") == 1
    without = split_passages(text, overlap_sentences=0)
    assert all(one.end < other.start for one, other in pairwise(without))
    two = split_passages(text, overlap_sentences=2)
    assert all(text[b.start : a.end].count("fox") == 2 for a, b in pairwise(two))


def test_a_passage_starts_afresh_on_a_new_page():
    text = "One page. It ends here.\fAnother page. It goes on to the\fthird page. Last words."
    assert passages(text) == [
        "One page. It ends here.",
        "Another page. It goes on to the\fthird page.",
        "Last words.",
    ]
    assert [p.page for p in split_passages(text)] == [1, 2, 3]
    assert [p.page for p in split_passages("\f\fText.\f\f")] == [3]


def test_a_heading_begins_a_passage_and_does_not_end_one():
    text = (SENTENCE * 9) + "\n\n3. Fees\n\nPayment\n\n" + SENTENCE * 3
    first, second = passages(text)
    assert first.endswith("today.")
    assert second.startswith("3. Fees\n\nPayment\n\nThe quick")


def test_a_label_on_a_line_of_its_own_goes_with_its_text():
    first, second = passages((SENTENCE * 9) + "\n12.1.\n" + SENTENCE * 3)
    assert first.endswith("today.")
    assert second.startswith("12.1.\nThe quick")


def test_a_heading_with_nothing_after_it_is_kept():
    assert passages("Text stands here.\n\nAnnex\fNext page.") == ["Text stands here.\n\nAnnex", "Next page."]
    assert passages("Heading\n" * 5, max_words=2) == ["Heading\nHeading", "Heading\nHeading", "Heading"]


def test_a_long_sentence_is_cut_at_its_semicolons():
    clause = "the party of the first part shall give notice, in writing, to the party of the second part; "
    text = "If " + clause * 12 + "and so on."
    found = passages(text)
    assert all(part.endswith((";", ".")) for part in found)
    assert all(len(part.split()) <= 120 for part in found)
    assert all(one[-20:] in other for one, other in pairwise(found))


def test_a_row_of_a_table_stays_whole():
    row = "Product: Pump No. {}. Blue; Price: EUR 5. Net; Stock: 3 pcs. Only."
    text = "\n".join(row.format(number) for number in range(40))
    for passage in passages(text, max_words=30):
        assert all(line.startswith("Product:") and line.endswith("Only.") for line in passage.split("\n"))


def test_a_long_token_is_cut_only_if_it_must_be():
    address = "https://example.org/" + "a" * 400
    assert address in " ".join(passages(f"See {address} for more. " * 3))
    assert all(address in part for part in passages(f"See {address} for more. " * 3))
    key = "x" * 10_000
    assert "".join(passages(key, overlap_sentences=0)) == key
    assert max(map(len, passages(key))) <= 120 * 6
    family = "👩\u200d👩\u200d👧"
    for part in passages(family * 1_000, max_words=10, overlap_sentences=0):
        assert part == family * part.count(family)


def test_scripts_without_spaces_are_measured_too():
    text = "吾輩は猫である名前はまだ無いどこで生れたかとんと見当がつかぬ、" * 40
    found = passages(text, overlap_sentences=0)
    assert "".join(found) == text
    assert all(len(part) <= 260 and part.endswith("、") for part in found)
    assert count_words("吾輩は猫である。") == 4
    assert 200 < max(map(len, passages("ภาษาไทย" * 300))) <= 500


def test_count_words():
    assert count_words("") == 0
    assert count_words("three plain words") == 3
    assert count_words("naïve café") == 2
    assert count_words("x" * 600) == 100
    assert count_words("한국어 문장") == 2


@pytest.mark.parametrize("text", ["", " \n\f\t\u3000", "\n" * 10])
def test_no_empty_passages(text):
    assert split_passages(text) == []


@pytest.mark.parametrize(("name", "value"), [("max_words", 0), ("max_words", -1), ("overlap_sentences", -1)])
def test_numbers_out_of_range(name, value):
    with pytest.raises(ValueError, match=rf"{name} must be at least \d, got {value}"):
        split_passages("Text.", **{name: value})


def test_a_passage_is_plain_frozen_data():
    (passage,) = split_passages("  Some text.  ")
    assert passage == Passage(start=2, end=12, page=1)
    with pytest.raises(dataclasses.FrozenInstanceError):
        passage.start = 0


def test_offsets_are_exact_in_any_unicode():
    text = unicodedata.normalize("NFD", "Ünïcödé ist schön. ") + "👩\u200d👩\u200d👧 lacht. שלום עולם.\r\nEnde."
    assert passages(text, max_words=3, overlap_sentences=0) == [
        unicodedata.normalize("NFD", "Ünïcödé ist schön."),
        "👩\u200d👩\u200d👧 lacht.",
        "שלום עולם.\r\nEnde.",
    ]
