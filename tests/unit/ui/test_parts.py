"""The page's plain functions: extracts of pages, cards, names of uploads, words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlepoint_ui import uploads, words
from needlepoint_ui.answers import cards, split_unlikely, without_answer
from needlepoint_ui.client import Answers, Finding, Place, ReadPassage
from needlepoint_ui.filters import Filters
from needlepoint_ui.source_pane import extract

TEXT = "First page.\fSecond page with words.\fThird."


def place_of(words_, page, text=TEXT):
    start = text.index(words_)
    return Place("d", "file.txt", page, start, start + len(words_))


def test_the_mark_is_the_very_words_on_their_page():
    shown = extract(TEXT, place_of("with", 2), 2)
    assert (shown.before, shown.marked, shown.after, shown.pages) == ("Second page ", "with", " words.", 3)


@pytest.mark.parametrize(("page", "text"), [(1, "First page."), (3, "Third."), (0, "First page."), (99, "Third.")])
def test_another_page_has_no_mark(page, text):
    shown = extract(TEXT, place_of("with", 2), page)
    assert (shown.before + shown.after, shown.marked) == (text, "")


def test_words_across_a_page_break_are_marked_on_both_pages():
    place = place_of("page.\fSecond", 1)
    assert extract(TEXT, place, 1).marked == "page."
    assert extract(TEXT, place, 2).marked == "Second"


def test_a_page_as_long_as_a_book_is_cut_around_the_mark():
    text = "a" * 1_000_000 + "HERE" + "b" * 1_000_000
    shown = extract(text, place_of("HERE", 1, text), 1)
    assert shown.marked == "HERE"
    assert len(shown.before) + len(shown.after) < 70_000
    assert shown.before.startswith("[…]")
    assert shown.after.endswith("[…]")


def finding(answer, score, name="a"):
    return Finding(answer, "", "", score, Place(name, name, 1, 10, 20))


def test_equal_answers_share_a_card_in_the_order_of_the_best():
    grouped = cards([finding("31 March", 0.9), finding("May", 0.8), finding("31  march.", 0.7, "b")])
    assert [[each.score for each in card.findings] for card in grouped] == [[0.9, 0.7], [0.8]]


def test_unlikely_answers_are_parted_but_the_best_is_always_shown():
    shown, unlikely = split_unlikely(cards([finding("a", 0.9), finding("b", 0.41), finding("c", 0.1)]))
    assert [card.best.answer for card in shown] == ["a", "b"]
    assert [card.best.answer for card in unlikely] == ["c"]
    assert split_unlikely(cards([finding("c", 0.1)]))[1] == []


def test_passages_without_an_answer_are_those_that_hold_none():
    passages = [ReadPassage("", Place("a", "a", 1, 0, 15)), ReadPassage("", Place("b", "b", 1, 0, 15))]
    found = Answers("q", [finding("x", 0.5)], [], passages, 0.1)
    assert [passage.place.name for passage in without_answer(found)] == ["b"]


@given(st.text())
def test_a_safe_name_is_one_plain_path_component(name):
    safe = uploads.safe_name(name)
    assert safe
    assert not set(safe) & {"/", "\\", "\0", "\n"}
    assert not safe.startswith(".")
    assert len(safe.encode()) <= 220


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("lease 2021.pdf", "lease 2021.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\Verträge.docx", "Verträge.docx"),
        (".hidden", "hidden"),
        ("..", "unnamed"),
        ("a\u202efdp.exe", "afdp.exe"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
    ],
)
def test_safe_names(name, safe):
    assert uploads.safe_name(name) == safe


def test_too_much_at_once_is_refused_with_the_way_out():
    assert uploads.refusal([1] * 200) is None
    assert "at most 200" in uploads.refusal([1] * 201)
    assert "at most 500 MB" in uploads.refusal([300_000_000, 300_000_000])


@pytest.mark.parametrize(
    ("score", "word"), [(1, "very likely"), (0.746, "very likely"), (0.6, "likely"), (0.41, "possible"), (0, "unsure")]
)
def test_confidence_words_agree_with_the_percentage_beside_them(score, word):
    assert words.confidence(score) == word


def test_words():
    assert words.day("2024-03-11") == "11 March 2024"
    assert words.day("soon") == "soon"
    assert words.count(1, "document") == "1 document"
    assert words.count(1_200, "passage") == "1,200 passages"
    assert words.kind("docx") == "Word"
    assert words.kind("odd") == "odd"


def test_filters_for_the_store():
    assert Filters().as_haystack() is None
    assert Filters(types=("pdf",)).as_haystack() == {"$and": [{"type": {"$in": ["pdf"]}}]}
