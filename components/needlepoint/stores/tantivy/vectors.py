"""Exact nearest-neighbour search among embeddings, in numpy, on a file that is mapped into memory.

The file ``vectors-<width>.rows`` beside tantivy's files has rows of a record's sequence number and its vector. A batch's rows are
on the disk before its commit, so a kill or a rollback may leave rows without a record, but never a record without its row. The
records themselves contain the same vectors: those missing from the file are read from there, so a lost file only costs time.
"""

import os
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from needlepoint.stores.records import Vector
from needlepoint.stores.tantivy.folder import write_whole

SIMILARITIES = ("dot_product", "cosine")
_SPARE_ROWS = 1_000

Sequences = NDArray[np.int64]


def append_vectors(folder: Path, sequences: Sequence[int], vectors: Sequence[Vector]) -> None:
    """Append vectors to the files; only the writer may call this, before it commits.

    :param folder: the index's folder.
    :param sequences: the sequence number of each vector's record.
    :raises OSError: they cannot be written.
    """
    places: dict[int, list[int]] = defaultdict(list)
    for place, vector in enumerate(vectors):
        places[len(vector)].append(place)
    for width, chosen in places.items():
        rows = np.empty(len(chosen), dtype=_row(width))
        rows["sequence"] = [sequences[place] for place in chosen]
        rows["vector"] = [vectors[place] for place in chosen]
        _append(_file(folder, width), rows)


def _append(path: Path, rows: NDArray[np.void]) -> None:
    with path.open("ab") as file:
        whole = file.tell() - file.tell() % rows.itemsize
        file.truncate(whole)  # a killed process may have left an incomplete row
        try:
            file.write(rows.tobytes())
            file.flush()
            os.fsync(file.fileno())
        except OSError:
            os.ftruncate(file.fileno(), whole)
            raise


def compact_vectors(folder: Path, live: Callable[[], Sequences]) -> None:
    """Rewrite a file without the rows of deleted records if these are more than half; only the writer may call this.

    :param folder: the index's folder.
    :param live: returns the sequence numbers of all records with embeddings, sorted.
    :raises OSError: a file cannot be written; it is unchanged.
    """
    for path in folder.glob("vectors-*.rows"):
        rows = _mapped(path, int(path.stem.removeprefix("vectors-")))
        if len(rows) <= _SPARE_ROWS:
            continue
        kept = np.isin(rows["sequence"], live())
        if len(rows) > 2 * np.count_nonzero(kept) + _SPARE_ROWS:
            write_whole(path, rows[kept].tobytes())


def _file(folder: Path, width: int) -> Path:
    return folder / f"vectors-{width}.rows"


def _row(width: int) -> np.dtype[np.void]:
    return np.dtype([("sequence", "<i8"), ("vector", "<f4", (width,))])


def _mapped(path: Path, width: int) -> NDArray[np.void]:
    row = _row(width)
    try:
        number = path.stat().st_size // row.itemsize
    except FileNotFoundError:
        number = 0
    return np.memmap(path, dtype=row, mode="r", shape=(number,)) if number else np.empty(0, dtype=row)


class VectorTable:
    """The embeddings of one width in one snapshot.

    :param folder: the index's folder.
    :param width: numbers in a vector; records whose embeddings have another width are ignored.
    :param sequences: the sequence numbers of all records with embeddings, sorted.
    :param read: returns the embeddings of the records at these places among the sequences; called for those missing from the
        file.
    """

    def __init__(
        self, folder: Path, width: int, sequences: Sequences, read: Callable[[Sequence[int]], list[Vector]]
    ) -> None:
        self._rows = _mapped(_file(folder, width), width)
        written = np.array(self._rows["sequence"])
        order = np.argsort(written, kind="stable")
        found = np.searchsorted(written, sequences, sorter=order)
        row_of = order[np.minimum(found, len(order) - 1)] if len(order) else np.zeros(len(sequences), dtype=np.intp)
        is_there = written[row_of] == sequences if len(order) else np.zeros(len(sequences), dtype=bool)
        missing = np.flatnonzero(~is_there)
        others = [(place, v) for place, v in zip(missing, read(missing.tolist()), strict=True) if len(v) == width]
        self._further = np.array([vector for _, vector in others], dtype=np.float32).reshape(len(others), width)
        further_places = np.array([place for place, _ in others], dtype=np.intp)
        # a row number beyond the file's end is one of `_further`
        self._row_of = np.concatenate([row_of[is_there], len(self._rows) + np.arange(len(others))]).astype(np.intp)
        self._place_of = np.concatenate([np.flatnonzero(is_there), further_places]).astype(np.intp)

    def __len__(self) -> int:
        return len(self._row_of)

    def nearest(
        self, vector: Vector, *, similarity: str, top_k: int, allowed: NDArray[np.intp] | None = None
    ) -> list[tuple[float, int]]:
        """Return score and place (among the sequences) of the most similar embeddings, best first.

        Equal scores come in the order of writing.

        :param similarity: ``dot_product`` or ``cosine``.
        :param top_k: the most embeddings.
        :param allowed: the places to choose from; None means all.
        """
        chosen = np.arange(len(self)) if allowed is None else np.flatnonzero(np.isin(self._place_of, allowed))
        if not len(chosen) or top_k <= 0:
            return []
        scores = self._scores(vector, chosen, similarity)
        places = self._place_of[chosen]
        worst = np.partition(scores, -top_k)[-top_k] if top_k < len(scores) else -np.inf
        candidates = np.flatnonzero(scores >= worst)  # including all that tie with the last
        order = candidates[np.lexsort((places[candidates], -scores[candidates]))][:top_k]
        return [(float(scores[i]), int(places[i])) for i in order]

    def _scores(self, query: Vector, chosen: NDArray[np.intp], similarity: str) -> NDArray[np.float32]:
        rows = self._row_of[chosen]
        in_file = rows < len(self._rows)
        scores = np.empty(len(rows), dtype=np.float32)
        scores[in_file] = _compared(self._rows["vector"], rows[in_file], query, similarity)
        scores[~in_file] = _compared(self._further, rows[~in_file] - len(self._rows), query, similarity)
        return scores


def _compared(matrix: NDArray[np.float32], rows: NDArray[np.intp], query: Vector, similarity: str) -> Vector:
    if 4 * len(rows) < len(matrix):
        matrix, rows = matrix[rows], np.arange(len(rows))
    # not matrix @ query: on a busy machine BLAS's threads wait for each other, and 0.2 ms of one thread's work takes 90 ms
    scores = np.einsum("ij,j->i", matrix, query)
    if similarity == "cosine":
        norms = np.linalg.norm(matrix, axis=1) * np.linalg.norm(query)
        scores = scores / np.where(norms > 0, norms, 1.0)
    return np.asarray(scores[rows], dtype=np.float32)
