# ruff: noqa: RUF001 - letters of many scripts are what this is about
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from needlepoint.answers.evidence import (
    Emphasis,
    Evidence,
    ScoredSpan,
    drop_overlapping,
    emphasise,
    locate,
    sentence_around,
)
from needlepoint.text.passages import split_passages

LONG = "word " * 200


def quoted(content, answer):
    start = content.index(answer)
    begin, stop = sentence_around(content, start, start + len(answer))
    return content[begin:stop]


@settings(max_examples=200, deadline=None)
@given(st.text("ab .\n\f\r👩\u200de\u0301ש猫。", max_size=200), st.data())
def test_the_place_in_the_source_is_exact(text, data):
    for passage in split_passages(text, max_words=5):
        content = text[passage.start : passage.end]
        start = data.draw(st.integers(0, len(content)))
        end = data.draw(st.integers(start, len(content)))
        found = locate(content, start, end, passage_start=passage.start, passage_page=passage.page)
        assert text[found.start : found.end] == content[start:end]
        assert found.page == 1 + text.count("\f", 0, found.start)


def test_the_page_is_that_of_the_answer_not_of_the_passage():
    content = "It begins here and\fends there."
    assert locate(content, 0, 2, passage_start=100, passage_page=7) == Evidence(100, 102, 7, 7)
    assert locate(content, 19, 23, passage_start=100, passage_page=7) == Evidence(119, 123, 8, 8)


def test_an_answer_over_a_page_break_names_both_pages():
    content = "It is cured within forty-two days, or it ends."
    place = locate(content, 12, 29, passage_start=100, passage_page=7, page_turns=[19])
    assert place == Evidence(112, 129, 7, 8)
    assert locate(content, 12, 18, passage_start=100, passage_page=7, page_turns=[19]).last_page == 7
    assert locate(content, 19, 28, passage_start=100, passage_page=7, page_turns=[19]).page == 8


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (3, 2), (0, 6)])
def test_a_span_outside_the_passage(start, end):
    for function in (sentence_around, emphasise):
        with pytest.raises(ValueError, match=rf"\[{start}, {end}\) is not in the content of 5 characters"):
            function("Text.", start, end)
    with pytest.raises(ValueError, match="is not in the content"):
        locate("Text.", start, end, passage_start=0, passage_page=1)


def test_the_quote_is_the_sentence():
    content = "Some other words stand in the first sentence. The fee for the year is EUR 5.50 in total. It ends."
    assert quoted(content, "EUR 5.50") == "The fee for the year is EUR 5.50 in total."
    assert quoted(content, "sentence. The") == content[: content.index(" It ends")]


def test_a_very_short_sentence_takes_its_neighbour():
    content = "What was the population of the whole town in 1990? It was 7. The rest is of no interest to anyone here."
    assert quoted(content, "7") == "What was the population of the whole town in 1990? It was 7."
    assert quoted("Short. One follows that is rather longer than it.", "Short") == (
        "Short. One follows that is rather longer than it."
    )
    assert quoted("Alone.", "Alone") == "Alone."


def test_a_short_paragraph_is_not_quoted_with_another_but_with_its_heading():
    above = "The programme is paid for from cash flow, grants and the facility with Strathlinn Bank"
    content = f"{above}\n\nNo new shares will be issued\fPeople\n\nGrowth of the crew\n\n24 apprentices"
    assert quoted(content, "No new shares") == "No new shares will be issued"
    assert quoted(content, "24") == "People\n\nGrowth of the crew\n\n24 apprentices"


@pytest.mark.parametrize("where", [0, 500, 990])
def test_a_very_long_sentence_is_cut_between_words(where):
    content = LONG[:where] + "needle " + LONG[where:]
    quote = quoted(content, "needle")
    assert 300 <= len(quote) <= 400
    assert set(quote.split()) == {"word", "needle"}
    assert quote == quote.strip()


def test_the_answer_is_never_cut():
    answer = "needle " * 100
    content = LONG + answer + LONG
    assert answer.strip() in quoted(content, answer.strip())
    assert quoted("x" * 5_000, "x" * 2_000).startswith("x" * 2_000)


def test_an_answer_within_a_word_keeps_the_word():
    content = LONG + "twenty-five-storey " + LONG
    assert "twenty-five-storey" in quoted(content, "five")


def test_answers_at_the_edges():
    assert sentence_around("", 0, 0) == (0, 0)
    assert sentence_around(" \n ", 1, 2) == (1, 2)
    begin, stop = sentence_around("First one.   Second one.", 11, 12)
    assert begin <= 11
    assert stop >= 12


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=80), st.text("ab .\n\f猫。\u0301", max_size=1200)), st.data())
def test_the_quote_holds_the_answer(content, data):
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, len(content)))
    begin, stop = sentence_around(content, start, end)
    assert 0 <= begin <= start
    assert end <= stop <= len(content)
    assert stop - begin <= max(400, end - start) + 80
    segments = emphasise(content, start, end)
    assert segments.answer == content[start:end]
    assert segments.before + segments.answer + segments.after == content[begin:stop]


@pytest.mark.parametrize(
    ("content", "answer"),
    [
        ("Das Café e\u0301tait ouvert.\r\nSo wie immer.", "e\u0301tait"),
        ("Sie 👩\u200d👩\u200d👧 lacht laut.", "👩\u200d👩\u200d👧"),
        ("הוא אמר שלום לעולם.", "שלום"),
        ("𝔘nicode 𝔬utside the BMP.", "𝔬utside"),
    ],
)
def test_segments_are_exact_in_any_unicode(content, answer):
    start = content.index(answer)
    segments = emphasise(content, start, start + len(answer))
    assert segments.answer == answer
    assert (
        segments.before + segments.answer + segments.after
        == content[slice(*sentence_around(content, start, start + len(answer)))]
    )


def test_segments_of_a_given_quote():
    assert emphasise("One two three.", 4, 7, around=(0, 14)) == Emphasis("One ", "two", " three.")
    with pytest.raises(ValueError, match=r"the quote \[5, 14\) does not contain the answer \[4, 7\)"):
        emphasise("One two three.", 4, 7, around=(5, 14))
    with pytest.raises(ValueError, match="the quote"):
        emphasise("One two three.", 4, 7, around=(0, 15))


def test_of_overlapping_answers_the_best_is_kept():
    spans = [
        ScoredSpan("a", 10, 20, 0.5),
        ScoredSpan("a", 15, 25, 0.9),
        ScoredSpan("a", 25, 30, 0.1),
        ScoredSpan("b", 10, 20, 0.2),
        ScoredSpan("a", 10, 20, 0.95),
        ScoredSpan("a", 12, 12, 0.3),
    ]
    assert drop_overlapping(spans) == [2, 3, 4, 5]
    assert drop_overlapping([]) == []
    assert drop_overlapping([ScoredSpan("a", 0, 5, 0.5), ScoredSpan("a", 0, 5, 0.5)]) == [0]
