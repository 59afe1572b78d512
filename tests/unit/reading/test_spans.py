import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlepoint.reading.spans import best_spans, read_window

LOGITS = st.lists(st.tuples(st.floats(-9, 9, width=32), st.floats(-9, 9, width=32)), min_size=1, max_size=12)


def all_spans(start, end):
    return [(i, j, float(start[i] + end[j])) for i in range(len(start)) for j in range(i, len(end))]


@given(LOGITS)
def test_the_best_span_is_the_best_of_all(pairs):
    start, end = np.array(pairs, np.float32).T
    ((first, last, score),) = best_spans(start, end, top_k=1)
    assert first <= last
    assert score == start[first] + end[last]
    assert score == max(s for *_, s in all_spans(start, end))


@given(LOGITS, st.integers(1, 5))
def test_without_filtering_the_top_k_are_those_of_all_spans(pairs, top_k):
    start, end = np.array(pairs, np.float32).T
    expected = sorted((s for *_, s in all_spans(start, end)), reverse=True)[:top_k]
    found = best_spans(start, end, top_k=top_k, duplicate_filtering=-1)
    assert [score for *_, score in found] == expected
    assert len({span[:2] for span in found}) == len(found)


@given(LOGITS, st.integers(1, 6), st.integers(0, 3))
def test_filtering_keeps_starts_and_ends_apart_and_is_greedy(pairs, top_k, distance):
    start, end = np.array(pairs, np.float32).T
    found = best_spans(start, end, top_k=top_k, duplicate_filtering=distance)
    left = all_spans(start, end)
    for first, last, score in found:
        assert score == max(s for *_, s in left)
        left = [(i, j, s) for i, j, s in left if abs(i - first) > distance and abs(j - last) > distance]
    assert len(found) == top_k or not left


def test_fewer_spans_than_wanted_gives_those_there_are():
    assert len(best_spans(np.zeros(1), np.zeros(1), top_k=5)) == 1
    assert best_spans(np.zeros(0), np.zeros(0), top_k=5) == []


def test_a_window_is_scored_by_hand():
    # tokens: [CLS] question [SEP] passage passage [SEP]
    logits = np.log(np.array([[2, 1], [1, 1], [1, 1], [4, 1], [1, 3], [1, 1]], np.float32))
    reading = read_window(logits, slice(3, 5), top_k=1, duplicate_filtering=0)
    (span,) = reading.spans
    assert (span.first, span.last) == (0, 1)
    assert span.score == pytest.approx(np.log(4) + np.log(3))
    assert span.confidence == pytest.approx((4 / 10 + 3 / 8) / 2)
    assert reading.null_score == pytest.approx(np.log(2) + np.log(1))


def test_question_and_special_tokens_are_never_an_answer():
    logits = np.zeros((8, 2), np.float32)
    logits[[0, 1, 7]] = 50
    (span,) = read_window(logits, slice(3, 7), top_k=1, duplicate_filtering=0).spans
    assert 0 <= span.first <= span.last < 4
