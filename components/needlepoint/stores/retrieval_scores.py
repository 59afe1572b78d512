"""Scales scores to between 0 and 1 by Haystack's formulas."""

import numpy as np

_BM25_SCALE = 8
_DOT_PRODUCT_SCALE = 100


def scaled_bm25(score: float) -> float:
    """Scale a BM25 score to between 0 and 1: the logistic function of score / 8."""
    return _logistic(score / _BM25_SCALE)


def scaled_similarity(score: float, similarity: str) -> float:
    """Scale the similarity of two embeddings to between 0 and 1.

    :param similarity: ``cosine``: (score + 1) / 2; or ``dot_product``: the logistic function of score / 100.
    """
    return (score + 1) / 2 if similarity == "cosine" else _logistic(score / _DOT_PRODUCT_SCALE)


def _logistic(value: float) -> float:
    return float(1 / (1 + np.exp(-np.asarray(value))))
