"""Drops repeated answers from the overlap of two documents that a Haystack splitter cut from the same text."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from needlepoint.reading.answers import Candidate, TextReading
from needlepoint.reading.documents import Readable


def without_repeats(documents: Sequence[Readable], readings: Sequence[TextReading]) -> list[TextReading]:
    """Drop an answer that two overlapping documents share from the document where its confidence is lower.

    :param documents: overlapping ones have ``_split_overlap`` in their meta: the other's ``doc_id`` and the shared ``range``.
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
    """Yield each overlapping pair once: both indices, and the shift from offsets in the second to offsets in the first."""
    for number, document in enumerate(documents):
        for overlap in document.meta.get("_split_overlap") or ():
            other = numbers.get(overlap["doc_id"])
            if other is None or other <= number:
                continue
            for back in documents[other].meta.get("_split_overlap") or ():
                if back["doc_id"] == document.id:
                    yield number, other, overlap["range"][0] - back["range"][0]
