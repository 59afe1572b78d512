"""What of a collection the present caller may see: every reading of a store goes through it.

``with seeing(filters):`` holds for the block, in this thread and wherever its context is copied to. Both stores' ``snapshot``
returns an index through :func:`as_seen`, so a retriever, a list, a page's text, a sheet and an export are restricted in one
place. A record that may not be seen is as one that is not there.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

from needlepoint.errors import CollectionError
from needlepoint.stores.filters import ID, Filters
from needlepoint.stores.matching import matches
from needlepoint.stores.names import EMBEDDINGS, LABELS, PAGES, PASSAGES, SOURCES
from needlepoint.stores.records import Record, Vector
from needlepoint.stores.search_fields import SearchFields
from needlepoint.stores.tokens import FacetValue

_BATCH = 1_000
_ELSEWHERE: Final = "paths"  # other places of the same file, which may lie where the caller may not look

_seen: ContextVar[Mapping[str, Any] | None] = ContextVar("seen", default=None)


class SearchableIndex(Protocol):
    """One index of a store, with all that reads from it."""

    def get(self, ids: Sequence[str]) -> list[Record]:
        """Return the records with these ids, in this order; unknown ids are left out."""

    def scan(
        self, filters: Filters | None = None, batch_size: int = ..., *, has_embedding: bool | None = None
    ) -> Iterator[Record]:
        """Yield the records that match the filters, in the order in which they were written."""

    def count(self, filters: Filters | None = None, *, has_embedding: bool | None = None) -> int:
        """Return how many records match the filters."""

    def search(
        self,
        question: str,
        *,
        search_fields: SearchFields,
        top_k: int,
        filters: Filters | None = None,
        all_terms: bool = False,
        with_embeddings: bool = True,
    ) -> list[tuple[float, Record]]:
        """Return the records that match a question best, with their scores."""

    def nearest(
        self,
        vector: Vector,
        *,
        similarity: str,
        top_k: int,
        filters: Filters | None = None,
        with_embeddings: bool = True,
    ) -> list[tuple[float, Record]]:
        """Return the records whose embeddings are most similar to a vector."""

    def facets(self, field: str, filters: Filters | None = None, limit: int = 100) -> list[tuple[FacetValue, int]]:
        """Return the values of a metadata field with the number of records that have them."""


@contextmanager
def seeing(filters: Mapping[str, Any] | None) -> Iterator[None]:
    """Let the block see the documents that match filters only; None lets it see everything.

    :param filters: on documents' metadata, such as ``{"folder": "finance"}``.
    """
    token = _seen.set(filters)
    try:
        yield
    finally:
        _seen.reset(token)


def is_restricted() -> bool:
    """Return whether the present caller sees a part of the collection only."""
    return _seen.get() is not None


def version_seen(version: object | None) -> object | None:
    """Return a store's version as a cache key of what the present caller sees of it; None stays None."""
    filters = _seen.get()
    return (
        version if version is None or filters is None else (version, json.dumps(filters, sort_keys=True, default=str))
    )


def refuse_change(index: str) -> None:
    """Refuse to change documents for a caller who sees a part of them only, since a change may need to see them all.

    :raises CollectionError: always, unless everything is seen or the index is that of the labels.
    """
    if is_restricted() and index != LABELS:
        raise CollectionError("who sees a part of the collection only cannot change its documents")


def as_seen(index: SearchableIndex | None, name: str, other: Callable[[str], SearchableIndex | None]) -> Any:
    """Return an index as the present caller sees it; the index itself if everything is seen.

    :param name: the index's name; an index that holds none of the collection's documents is not there for a restricted caller.
    :param other: returns another index of the same store, as it is.
    """
    filters = _seen.get()
    if (
        filters is None or index is None or name == EMBEDDINGS
    ):  # which has the name of a model, and nothing of documents
        return index
    if name in (SOURCES, PASSAGES):
        return MatchingIndex(index, filters)
    sources = other(SOURCES)
    documents = None if sources is None else MatchingIndex(sources, filters)
    if documents is None or name not in (PAGES, LABELS):
        return None
    if name == PAGES:
        return OfDocumentsIndex(index, documents, lambda record: str(record.meta.get("document_id") or ""))
    return OfDocumentsIndex(index, documents, _document_of_label)


class MatchingIndex:
    """An index of which only the records that match filters are seen.

    :param index: the index.
    :param filters: what a record must match to be seen, whatever else is asked for.
    """

    def __init__(self, index: SearchableIndex, filters: Mapping[str, Any]) -> None:
        self._index = index
        self._filters = filters

    def _within(self, filters: Filters | None) -> dict[str, Any]:
        """Join filters to those that always hold; a filter is one condition of its own, so it can only narrow."""
        asked = {"$and": filters} if isinstance(filters, list) else filters
        return {"$and": [dict(self._filters), dict(asked)]} if filters and asked else dict(self._filters)

    def get(self, ids: Sequence[str]) -> list[Record]:
        """Return the records with these ids that are seen, in this order."""
        wanted = list(dict.fromkeys(ids))
        found: dict[str, Record] = {}
        for start in range(0, len(wanted), _BATCH):
            batch = self._within({ID: {"$in": wanted[start : start + _BATCH]}})
            found |= {record.id: record for record in self._index.scan(batch)}
        return [_without_other_places(found[id_]) for id_ in ids if id_ in found]

    def existing_ids(self, ids: Sequence[str]) -> list[str]:
        """Return those of the ids that have a record that is seen."""
        return [record.id for record in self.get(list(dict.fromkeys(ids)))]

    def scan(
        self, filters: Filters | None = None, batch_size: int = 10_000, *, has_embedding: bool | None = None
    ) -> Iterator[Record]:
        """Yield the records that match the filters and are seen."""
        found = self._index.scan(self._within(filters), batch_size, has_embedding=has_embedding)
        return map(_without_other_places, found)

    def count(self, filters: Filters | None = None, *, has_embedding: bool | None = None) -> int:
        """Return how many of the records that are seen match the filters."""
        return self._index.count(self._within(filters), has_embedding=has_embedding)

    def search(
        self,
        question: str,
        *,
        search_fields: SearchFields,
        top_k: int,
        filters: Filters | None = None,
        all_terms: bool = False,
        with_embeddings: bool = True,
    ) -> list[tuple[float, Record]]:
        """Return those of the records that are seen that match a question best."""
        found = self._index.search(
            question,
            search_fields=search_fields,
            top_k=top_k,
            filters=self._within(filters),
            all_terms=all_terms,
            with_embeddings=with_embeddings,
        )
        return [(score, _without_other_places(record)) for score, record in found]

    def nearest(
        self,
        vector: Vector,
        *,
        similarity: str,
        top_k: int,
        filters: Filters | None = None,
        with_embeddings: bool = True,
    ) -> list[tuple[float, Record]]:
        """Return those of the records that are seen whose embeddings are most similar to a vector."""
        found = self._index.nearest(
            vector,
            similarity=similarity,
            top_k=top_k,
            filters=self._within(filters),
            with_embeddings=with_embeddings,
        )
        return [(score, _without_other_places(record)) for score, record in found]

    def facets(self, field: str, filters: Filters | None = None, limit: int = 100) -> list[tuple[FacetValue, int]]:
        """Return the values of a metadata field among the records that are seen."""
        return self._index.facets(field, self._within(filters), limit)


@dataclass(frozen=True, slots=True)
class OfDocumentsIndex:
    """An index of pages or labels, of which those are seen whose documents are.

    :param documents: the documents that are seen.
    :param document_of: returns the id of a record's document.
    """

    index: SearchableIndex
    documents: MatchingIndex
    document_of: Callable[[Record], str]

    def get(self, ids: Sequence[str]) -> list[Record]:
        """Return the records with these ids that are seen, in this order."""
        return self._seen(self.index.get(ids))

    def existing_ids(self, ids: Sequence[str]) -> list[str]:
        """Return those of the ids that have a record that is seen."""
        return [record.id for record in self.get(list(dict.fromkeys(ids)))]

    def scan(
        self, filters: Filters | None = None, batch_size: int = 10_000, *, has_embedding: bool | None = None
    ) -> Iterator[Record]:
        """Yield the records that match the filters and are seen."""
        batch: list[Record] = []
        for record in self.index.scan(filters, batch_size, has_embedding=has_embedding):
            batch.append(record)
            if len(batch) == _BATCH:
                yield from self._seen(batch)
                batch = []
        yield from self._seen(batch)

    def count(self, filters: Filters | None = None, *, has_embedding: bool | None = None) -> int:
        """Return how many of the records that are seen match the filters."""
        return sum(1 for _ in self.scan(filters, has_embedding=has_embedding))

    def _seen(self, records: Sequence[Record]) -> list[Record]:
        there = set(self.documents.existing_ids([self.document_of(record) for record in records]))
        return [record for record in records if self.document_of(record) in there]


def _document_of_label(record: Record) -> str:
    document = (record.fields.get("label") or {}).get("document") or {}
    return str((document.get("meta") or {}).get("document_id") or "")


def _without_other_places(record: Record) -> Record:
    if _ELSEWHERE not in record.meta:
        return record
    return replace(record, meta={name: value for name, value in record.meta.items() if name != _ELSEWHERE})


def would_be_seen(meta: Mapping[str, Any]) -> bool:
    """Return whether the present caller would see a document with this metadata, by the store's own rules for filters."""
    filters = _seen.get()
    return filters is None or matches(filters, meta)
