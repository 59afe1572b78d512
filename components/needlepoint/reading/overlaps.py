"""Answers that stand in the overlap of two documents cut from the same text, as Haystack's splitters mark it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from needlepoint.reading.answers import Candidate, TextReading
from needlepoint.reading.documents import Readable


def without_repeats(documents: Sequence[Readable], readings: Sequence[TextReading]) -> list[TextReading]:
    """Drop an answer from the document where it scores less, if it stands in what that shares with another.

    :param documents: with ``_split_overlap`` in their meta where they overlap: ``doc_id`` and the ``range`` shared.
    :param readings: one for each document.
    """
    numbers = {document.id: number for number, document in enumerate(documents)}
    dropped: set[tuple[int, Candidate]] = set()
    for one, other, shift in _overlaps(documents, numbers):
        theirs = {(c.start + shift, c.end + shift): c for c in readings[other].candidates}
        for candidate in readings[one].candidates:
            twin = theirs.get((candidate.start, candidate.end))
            if twin and twin.confidence > candidate.confidence:
                dropped.add((one, candidate))
            elif twin:
                dropped.add((other, twin))
    return [
        replace(reading, candidates=tuple(c for c in reading.candidates if (number, c) not in dropped))
        for number, reading in enumerate(readings)
    ]


def _overlaps(documents: Sequence[Readable], numbers: dict[str, int]) -> Iterator[tuple[int, int, int]]:
    """Yield each overlapping pair once: both numbers, and what turns an offset in the second into one in the first."""
    for number, document in enumerate(documents):
        for overlap in document.meta.get("_split_overlap") or ():
            other = numbers.get(overlap["doc_id"])
            if other is None or other <= number:
                continue
            for back in documents[other].meta.get("_split_overlap") or ():
                if back["doc_id"] == document.id:
                    yield number, other, overlap["range"][0] - back["range"][0]
