"""Exact nearest-neighbour search among embeddings, in numpy, on a file that is mapped into memory.

The file ``vectors-<width>.checked`` beside tantivy's files has rows of a checksum, a record's sequence number and its vector.
A batch's rows are on the disk before its commit, so a kill or a rollback may leave rows without a record, but never a record
without its row. The records themselves contain the same vectors: those missing from the file, and those whose rows are damaged,
are read from there, so a lost file only costs time.

Versions up to 0.1 wrote ``vectors-<width>.rows``, without checksums. It is read until the next vectors are written.
"""

import os
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from needlepoint.stores.records import Vector
from needlepoint.stores.tantivy.folder import write_whole

SIMILARITIES = ("dot_product", "cosine")
_SPARE_ROWS = 1_000
_SUM_BYTES = 4
_NO_RECORD = -1

Sequences = NDArray[np.int64]


def append_vectors(folder: Path, sequences: Sequence[int], vectors: Sequence[Vector]) -> None:
    """Append vectors to the files; only the writer may call this, before it commits.

    :param folder: the index's folder.
    :param sequences: the sequence number of each vector's record.
    :raises OSError: they cannot be written.
    """
    for width, rows in _rows_by_width(sequences, vectors):
        _renew(folder, width)
        _append(_file(folder, width), rows)


def rewrite_vectors(folder: Path, sequences: Sequence[int], vectors: Sequence[Vector]) -> None:
    """Write the files anew; only the writer may call this.

    :raises OSError: one cannot be written; it is unchanged.
    """
    for width, rows in _rows_by_width(sequences, vectors):
        write_whole(_file(folder, width), rows.tobytes())
        _former_file(folder, width).unlink(missing_ok=True)


def _rows_by_width(sequences: Sequence[int], vectors: Sequence[Vector]) -> Iterable[tuple[int, NDArray[np.void]]]:
    places: dict[int, list[int]] = defaultdict(list)
    for place, vector in enumerate(vectors):
        places[len(vector)].append(place)
    for width, chosen in places.items():
        rows = np.empty(len(chosen), dtype=_row(width))
        rows["sequence"] = [sequences[place] for place in chosen]
        rows["vector"] = [vectors[place] for place in chosen]
        rows["checksum"] = _checksums(rows)
        yield width, rows


def _checksums(rows: NDArray[np.void]) -> NDArray[np.uint32]:
    """Return the CRC-32 of all that a row holds besides it."""
    size = rows.itemsize
    data = rows.view(np.uint8).data
    sums = (zlib.crc32(data[at + _SUM_BYTES : at + size]) for at in range(0, len(data), size))
    return np.fromiter(sums, dtype=np.uint32, count=len(rows))


def _renew(folder: Path, width: int) -> None:
    """Give the rows of a file without checksums checksums."""
    former = _former_file(folder, width)
    if not former.exists():
        return
    path = _file(folder, width)
    if not path.exists():
        found = _mapped(former, _former_row(width))[0]
        rows = np.empty(len(found), dtype=_row(width))
        rows["sequence"], rows["vector"] = found["sequence"], found["vector"]
        rows["checksum"] = _checksums(rows)
        write_whole(path, rows.tobytes())
    former.unlink(missing_ok=True)


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
    for width in _widths(folder):
        path = _file(folder, width)
        rows, _ = _mapped(path, _row(width))
        if len(rows) <= _SPARE_ROWS:
            continue
        kept = np.isin(rows["sequence"], live())
        if len(rows) > 2 * np.count_nonzero(kept) + _SPARE_ROWS:
            write_whole(path, rows[kept].tobytes())


def _file(folder: Path, width: int) -> Path:
    return folder / f"vectors-{width}.checked"


def _former_file(folder: Path, width: int) -> Path:
    return folder / f"vectors-{width}.rows"


def _widths(folder: Path) -> list[int]:
    return sorted({int(path.stem.removeprefix("vectors-")) for path in folder.glob("vectors-*.*")})


def _row(width: int) -> np.dtype[np.void]:
    return np.dtype([("checksum", "<u4"), ("sequence", "<i8"), ("vector", "<f4", (width,))])


def _former_row(width: int) -> np.dtype[np.void]:
    return np.dtype([("sequence", "<i8"), ("vector", "<f4", (width,))])


def _mapped(path: Path, row: np.dtype[np.void]) -> tuple[NDArray[np.void], int]:
    """Return the rows of a file, none where there is no file, and the number of its inode."""
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            number = status.st_size // row.itemsize
            if number:
                return np.memmap(file, dtype=row, mode="r", shape=(number,)), status.st_ino
    except FileNotFoundError:
        pass
    return np.empty(0, dtype=row), 0


class VectorFiles:
    """The files of one index; the checksum of a row is compared once.

    :param folder: the index's folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._compared: dict[int, tuple[int, NDArray[np.bool_]]] = {}

    def widths(self) -> list[int]:
        """Return how many numbers the vectors of each file have."""
        return _widths(self._folder)

    def rows(self, width: int) -> tuple[NDArray[np.void], Sequences]:
        """Return the rows of a file with the sequence number of each; that of a damaged one is no record's."""
        rows, inode = _mapped(_file(self._folder, width), _row(width))
        if not inode:
            former, _ = _mapped(_former_file(self._folder, width), _former_row(width))
            return former, np.array(former["sequence"])
        known_inode, is_whole = self._compared.get(width, (0, np.empty(0, dtype=bool)))
        if known_inode != inode or len(is_whole) > len(rows):
            is_whole = np.empty(0, dtype=bool)
        new = rows[len(is_whole) :]
        is_whole = np.concatenate([is_whole, _checksums(new) == new["checksum"]])
        self._compared[width] = inode, is_whole
        return rows, np.where(is_whole, rows["sequence"], _NO_RECORD)


class VectorTable:
    """The embeddings of one width in one snapshot.

    :param files: the index's files.
    :param width: numbers in a vector; records whose embeddings have another width are ignored.
    :param sequences: the sequence numbers of all records with embeddings, sorted.
    :param read: returns the embeddings of the records at these places among the sequences; called for those missing from the
        file or damaged in it.
    """

    def __init__(
        self, files: VectorFiles, width: int, sequences: Sequences, read: Callable[[Sequence[int]], list[Vector]]
    ) -> None:
        self._rows, written = files.rows(width)
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

    @property
    def lost(self) -> int:
        """How many embeddings are missing from the file, or damaged in it."""
        return len(self._further)

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
