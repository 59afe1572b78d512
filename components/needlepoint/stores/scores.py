"""Scores between 0 and 1, by Haystack's formulas."""

import numpy as np

_BM25_SCALE = 8
_DOT_PRODUCT_SCALE = 100


def scaled_bm25(score: float) -> float:
    """Return a BM25 score between 0 and 1: the logistic function of an eighth of it."""
    return _logistic(score / _BM25_SCALE)


def scaled_similarity(score: float, similarity: str) -> float:
    """Return the similarity of two embeddings between 0 and 1.

    :param similarity: ``cosine``, where 0 is the opposite direction, or ``dot_product``: the logistic function of a hundredth.
    """
    return (score + 1) / 2 if similarity == "cosine" else _logistic(score / _DOT_PRODUCT_SCALE)


def _logistic(value: float) -> float:
    return float(1 / (1 + np.exp(-np.asarray(value))))
