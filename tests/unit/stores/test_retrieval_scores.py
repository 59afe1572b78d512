"""Scores between 0 and 1."""

import pytest

from needlepoint.stores.retrieval_scores import scaled_bm25, scaled_similarity


def test_a_score_of_nothing_is_in_the_middle():
    assert scaled_bm25(0.0) == 0.5
    assert scaled_similarity(0.0, "dot_product") == 0.5
    assert scaled_similarity(0.0, "cosine") == 0.5


@pytest.mark.parametrize(
    ("scaled", "expected"),
    [
        (scaled_bm25(8.0), 0.7310585786300049),
        (scaled_similarity(100.0, "dot_product"), 0.7310585786300049),
        (scaled_similarity(0.5, "cosine"), 0.75),
        (scaled_similarity(-1.0, "cosine"), 0.0),
    ],
)
def test_known_values(scaled, expected):
    assert scaled == pytest.approx(expected)
