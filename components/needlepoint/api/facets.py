"""Facets: what documents can be filtered by, each value with its number of documents."""

import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import is_
from typing import Any

import numpy as np
from cachetools import LRUCache
from numpy.typing import NDArray

from needlepoint.api.listing import OWN_TO_READ, STANDARD
from needlepoint.stores.records import Record

DATE = "date"
"""The facet whose values are years, such as ``"2024"``; None stands for documents without a date."""
_FIRST = ("type", "folder", DATE)
_NO_FACETS = STANDARD - {*_FIRST} | OWN_TO_READ
_FEW_VALUES, _MOST_VALUES = 100, 1_000
_LONGEST_VALUE = 200
_KEPT = 4
_Key = tuple[Any, bool]
_Ints = NDArray[np.intp]
_Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Facet:
    """The values of a facet, and which document has which: pairs of a document's and a value's number."""

    values: list[Any]
    documents: _Ints
    numbers: _Ints

    @classmethod
    def of(cls, found: Mapping[_Key, Sequence[int]]) -> "_Facet":
        """Order values by their number of documents, the most frequent first."""
        ordered = sorted(found, key=lambda key: (-len(found[key]), str(key[0])))
        sizes = [len(found[key]) for key in ordered]
        documents = np.fromiter((each for key in ordered for each in found[key]), dtype=np.intp, count=sum(sizes))
        return cls([value for value, _ in ordered], documents, np.repeat(np.arange(len(ordered)), sizes))

    @property
    def is_shared(self) -> bool:
        """Whether documents share values: what almost every document has a value of its own in cannot be chosen by."""
        few, most = len(self.values) <= _FEW_VALUES, len(self.values) <= _MOST_VALUES
        return few or (most and 2 * len(self.values) <= len(self.documents))

    def matches(self, wanted: Collection[Any], size: int) -> _Bools:
        """Return for each document whether it has one of some values."""
        keys = set(map(_key, wanted))
        chosen = np.array([_key(value) in keys for value in self.values], dtype=np.bool_)
        found = np.zeros(size, dtype=np.bool_)
        found[self.documents[chosen[self.numbers]]] = True
        return found

    def counted(self, left: _Bools) -> list[dict[str, Any]]:
        """Return the values with the number of documents that have them, among those that are left."""
        counts = np.bincount(self.numbers[left[self.documents]], minlength=len(self.values))
        return [{"value": value, "count": int(count)} for value, count in zip(self.values, counts, strict=True)]


class Facets:
    """The facets of some documents; may be used from several threads.

    :param records: the documents.
    """

    def __init__(self, records: Sequence[Record]) -> None:
        self._ids = [record.id for record in records]
        found: dict[str, dict[_Key, list[int]]] = {name: {} for name in _FIRST}
        for number, record in enumerate(records):
            for name, key in _keys(record):
                found.setdefault(name, {}).setdefault(key, []).append(number)
        facets = {name: _Facet.of(found.pop(name)) for name in _FIRST}
        own = {name: _Facet.of(found[name]) for name in sorted(found)}
        self._facets = facets | {name: facet for name, facet in own.items() if facet.is_shared}

    def counted(self) -> dict[str, list[dict[str, Any]]]:
        """Return the values of each facet with their numbers of documents."""
        everything = np.ones(len(self._ids), dtype=np.bool_)
        return {name: facet.counted(everything) for name, facet in self._facets.items()}

    def combined(
        self, choices: Mapping[str, Collection[Any]], *, within: Collection[str] | None = None
    ) -> dict[str, Any]:
        """Return each facet's values with the number of documents that the choices in all other facets leave.

        All values are there, also those that leave no document. ``documents`` is the number that all choices leave.

        :param choices: the values that are chosen of each facet, of which a document has at least one.
        :param within: the ids of the documents to count; None counts all.
        """
        size = len(self._ids)
        counted = np.array([within is None or id_ in within for id_ in self._ids], dtype=np.bool_)
        missed = {
            name: ~self._facets[name].matches(values, size) if name in self._facets else np.ones(size, dtype=np.bool_)
            for name, values in choices.items()
            if values
        }
        misses = np.sum(list(missed.values()), axis=0) if missed else np.zeros(size, dtype=np.intp)
        shown = [
            {"name": name, "values": facet.counted(counted & (misses - missed.get(name, 0) == 0))}
            for name, facet in self._facets.items()
            if facet.values
        ]
        return {"documents": int(np.sum(counted & (misses == 0))), "facets": shown}


class KnownFacets:
    """The facets of the last lists of documents, so that only a changed list is gone through again."""

    def __init__(self) -> None:
        self._known: LRUCache[int, tuple[Sequence[Record], Facets]] = LRUCache(_KEPT)
        self._lock = threading.Lock()

    def of(self, records: Sequence[Record]) -> Facets:
        """Return the facets of a list of documents: those made before if it has the very same records."""
        with self._lock:
            listed, facets = self._known.get(len(records), ((), None))
        if facets is None or not all(map(is_, listed, records)):
            facets = Facets(records)
            with self._lock:
                self._known[len(records)] = records, facets
        return facets


def listed(records: Sequence[Record]) -> dict[str, Any]:
    """Return the values of type, folder and own metadata, each with its number of documents, and the range of dates."""
    dates = sorted(str(record.meta[DATE])[:10] for record in records if record.meta.get(DATE))
    return Facets(records).counted() | {DATE: {"min": dates[0] if dates else None, "max": dates[-1] if dates else None}}


def _keys(record: Record) -> Iterator[tuple[str, _Key]]:
    """Yield the facets of a document with its values."""
    year = str(record.meta.get(DATE) or "")[:4]
    if not year or (len(year) == 4 and year.isascii() and year.isdecimal()):
        yield DATE, _key(year or None)
    for name, value in record.meta.items():
        if name in _NO_FACETS or name == DATE:
            continue
        if isinstance(value, list):
            yield from ((name, key) for key in {_key(each) for each in value if _is_facet(each)})
        elif _is_facet(value):
            yield name, _key(value)


def _key(value: Any) -> _Key:
    return value, isinstance(value, bool)  # True equals 1


def _is_facet(value: Any) -> bool:
    if isinstance(value, str):
        return 0 < len(value) <= _LONGEST_VALUE
    return isinstance(value, int | float)
