"""Exact search among embeddings, in numpy."""

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tantivy import DocAddress

SIMILARITIES = ("dot_product", "cosine")


class VectorTable:
    """All embeddings of one snapshot; those of another length than the most frequent one take no part.

    :param addresses: where the records lie.
    :param vectors: their embeddings, in the same order.
    """

    def __init__(self, addresses: Sequence[DocAddress], vectors: Sequence[NDArray[np.float32]]) -> None:
        lengths = [len(vector) for vector in vectors]
        self.width = max(set(lengths), key=lengths.count) if lengths else 0
        kept = [row for row, length in enumerate(lengths) if length == self.width]
        self._addresses = [addresses[row] for row in kept]
        self._matrix = np.array([vectors[row] for row in kept], dtype=np.float32).reshape(len(kept), self.width)

    def nearest(
        self,
        vector: NDArray[np.float32],
        *,
        similarity: str,
        top_k: int,
        allowed: Collection[tuple[int, int]] | None = None,
    ) -> list[tuple[float, DocAddress]]:
        """Return score and place of the most similar embeddings, best first; equal ones in the order of writing.

        :param similarity: ``dot_product`` or ``cosine``.
        :param allowed: segment and number of the records to choose from; None means all.
        :raises ValueError: if the vector has another length than the embeddings.
        """
        if not self._addresses or top_k <= 0:
            return []
        query = np.asarray(vector, dtype=np.float32).reshape(-1)
        if len(query) != self.width:
            raise ValueError(
                f"the query's embedding must have {self.width} numbers, as the stored ones, got {len(query)}"
            )
        scores = self._scores(query, similarity)
        rows = np.arange(len(scores)) if allowed is None else self._rows_of(allowed)
        order = rows[np.argsort(-scores[rows], kind="stable")[:top_k]]
        return [(float(scores[row]), self._addresses[row]) for row in order]

    def _rows_of(self, allowed: Collection[tuple[int, int]]) -> NDArray[np.intp]:
        places = enumerate(self._addresses)
        return np.array([row for row, place in places if (place.segment_ord, place.doc) in allowed], dtype=np.intp)

    def _scores(self, query: NDArray[np.float32], similarity: str) -> NDArray[np.float32]:
        scores: NDArray[np.floating[Any]] = self._matrix @ query
        if similarity == "cosine":
            norms = np.linalg.norm(self._matrix, axis=1) * np.linalg.norm(query)
            scores = scores / np.where(norms > 0, norms, 1.0)
        return scores.astype(np.float32)
