import numpy as np
import pytest

from needlepoint.encoders.tokens import Tokens, Window
from needlepoint.reading.answers import Ranking, characters, is_label, merge_windows, scaled
from needlepoint.reading.spans import Span, WindowReading


def tokens(*pairs):
    starts, ends = np.array(pairs, np.int32).T
    return Tokens(np.arange(len(pairs), dtype=np.int32), starts, ends)


def window(first_token=0):
    return Window(np.zeros(4, np.int32), np.zeros(4, np.int32), slice(1, 3), first_token)


TEXT = "one two three four"
FOUR = tokens((0, 3), (4, 7), (8, 13), (14, 18))


def merge(*readings, firsts=(0, 1, 2), **ranking):
    windows = [window(first) for first in firsts[: len(readings)]]
    return merge_windows(TEXT, FOUR, windows, readings, Ranking(**ranking))


def test_a_span_read_in_two_windows_counts_once_with_its_better_score():
    left = WindowReading((Span(1, 1, 3.0, 0.3),), 0.0)
    right = WindowReading((Span(0, 0, 5.0, 0.2),), 9.0)
    reading = merge(left, right)
    assert [(TEXT[c.start : c.end], c.score) for c in reading.candidates] == [("two", 5.0)]


def test_the_gap_compares_each_span_with_the_null_score_of_its_own_window():
    left = WindowReading((Span(0, 0, 3.0, 0.3),), 1.0)  # beats its null score by 2
    right = WindowReading((Span(0, 0, 8.0, 0.2),), 9.0)  # higher, yet loses to its own
    assert merge(left, right).no_answer_gap == 2.0
    assert merge(left, right, no_ans_boost=5.0).no_answer_gap == -3.0


def test_candidates_are_ranked_by_confidence_or_by_score():
    windows = WindowReading((Span(0, 0, 3.0, 0.2),), 0.0), WindowReading((Span(0, 0, 1.0, 0.9),), 0.0)
    by_confidence = [TEXT[c.start : c.end] for c in merge(*windows).candidates]
    by_score = [TEXT[c.start : c.end] for c in merge(*windows, by="score").candidates]
    assert (by_confidence, by_score) == (["two", "one"], ["one", "two"])


def test_ranked_by_margin_a_span_counts_by_how_far_it_beats_its_own_null_score():
    sure = WindowReading((Span(0, 0, 3.0, 0.2),), 1.0)
    loud = WindowReading((Span(0, 0, 8.0, 0.9),), 9.0)  # a higher score, yet "no answer" scores higher still
    reading = merge(sure, loud, by="margin")
    assert [(TEXT[c.start : c.end], c.margin) for c in reading.candidates] == [("one", 2.0), ("two", -1.0)]
    assert [c.margin for c in merge(sure, loud, by="margin", no_ans_boost=0.5).candidates] == [1.5, -1.5]


def test_ranked_by_margin_a_place_read_twice_keeps_its_better_margin():
    left = WindowReading((Span(1, 1, 3.0, 0.3),), 0.0)
    right = WindowReading((Span(0, 0, 5.0, 0.2),), 9.0)
    assert [c.margin for c in merge(left, right, by="margin").candidates] == [3.0]


def test_a_text_without_spans_says_nothing():
    reading = merge_windows("", tokens((0, 0)), [], [], Ranking())
    assert (reading.candidates, reading.no_answer_gap) == ((), None)


@pytest.mark.parametrize(
    ("text", "pairs", "first", "last", "expected"),
    [
        ("café au lait", [(0, 4), (5, 7), (8, 12)], 0, 0, "café"),
        ("cafe\u0301 au lait", [(0, 4), (6, 8), (9, 13)], 0, 0, "cafe\u0301"),  # the accent has no token
        ("  padded \t", [(2, 8)], 0, 0, "padded"),
        ("a 🦦 b", [(0, 1), (2, 3), (2, 3), (2, 3), (4, 5)], 1, 1, "🦦"),  # one character, three tokens
        ("a 🦦 b", [(0, 1), (2, 3), (2, 3), (2, 3), (4, 5)], 3, 4, "🦦 b"),
        ("line\nbreak end", [(0, 4), (5, 10), (11, 14)], 0, 1, "line\nbreak"),
    ],
)
def test_a_span_of_tokens_becomes_whole_characters(text, pairs, first, last, expected):
    start, end = characters(text, tokens(*pairs), first, last)
    assert text[start:end] == expected


def test_a_span_of_white_space_is_no_answer():
    text = "a   b"
    reading = merge_windows(
        text,
        tokens((0, 1), (2, 3), (4, 5)),
        [window()],
        [WindowReading((Span(1, 1, 9.0, 0.9),), 0.0)],
        Ranking(),
    )
    assert reading.candidates == ()


def test_scaled_is_haystacks_squeeze():
    from math import exp

    assert scaled(0.0) == 0.5
    assert scaled(16.0) == pytest.approx(1 / (1 + exp(-2)))
    assert scaled(-1e9) == 0.0


@pytest.mark.parametrize(
    ("text", "answer", "expected"),
    [
        ("9. Either party may end it.", "9", True),
        ("Rent\n4.5 When the lease ends", "4.5", True),
        ("  (a) the tenant", "(a)", True),
        ("iv) the landlord", "iv)", True),
        ("Crew: 9", "9", False),  # stands within its line
        ("Crew\n9\nGuests", "9", False),  # a line of its own: a cell of a table
        ("2034 is the year", "2034", False),
        ("12 ships sail", "12", False),
        ("4.5 million people", "4.5", False),
        ("9. Either party may end it.", "9. Either", False),
        ("A man came", "A", False),
    ],
)
def test_a_paragraphs_number_is_no_answer(text, answer, expected):
    start = text.index(answer)
    assert is_label(text, start, start + len(answer)) is expected
