"""What a collection needs of a store, whichever it is."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from needlepoint.stores.changes import Change
from needlepoint.stores.filters import Filters
from needlepoint.stores.records import Record


class RecordIndex(Protocol):
    """One named index of a store, for reading."""

    def get(self, ids: Sequence[str]) -> list[Record]:
        """Return the records that have these ids, in this order; ids that there are not are left out."""

    def existing_ids(self, ids: Sequence[str]) -> list[str]:
        """Return those of the ids that there is a record of."""

    def scan(
        self, filters: Filters | None = None, batch_size: int = ..., *, has_embedding: bool | None = None
    ) -> Iterator[Record]:
        """Yield the records that the filters let through, in the order in which they were written."""

    def count(self, filters: Filters | None = None, *, has_embedding: bool | None = None) -> int:
        """Return how many records the filters let through."""


class RecordStore(Protocol):
    """Records in named indexes."""

    @property
    def has_fixed_width(self) -> bool:
        """Whether an index keeps the length of the first embedding for good."""

    def version(self) -> object | None:
        """Return what changes with every write, by whatever process; None where that cannot be told."""

    def snapshot(self, name: str) -> RecordIndex | None:
        """Return an index as it is now, or None where there is none of this name."""

    def session(self) -> AbstractContextManager[None]:
        """Keep what writing needs open over several calls; others may write in between."""

    def writing(self) -> AbstractContextManager[None]:
        """Let no other thread write until the end."""

    def write(self, name: str, records: Iterable[Record], *, duplicates: str = ...) -> int:
        """Write records; return how many.

        :param duplicates: of records with one id, ``overwrite`` keeps the last, ``skip`` the first, ``fail`` refuses all.
        """

    def delete(self, name: str, *, ids: Sequence[str] | None = None, filters: Filters | None = None) -> None:
        """Delete what has one of the ids and what the filters let through; where neither is given, all."""

    def change(self, change: Change) -> None:
        """Carry out a change to several indexes.

        :raises CollectionError: if it cannot be carried out; how much of it is done then depends on the store.
        """


def records_with(store: RecordStore, index: str, ids: Sequence[str]) -> list[Record]:
    """Return the records of an index that have these ids, in this order."""
    snapshot = store.snapshot(index) if ids else None
    return snapshot.get(ids) if snapshot else []


def record_with(store: RecordStore, index: str, id_: str) -> Record | None:
    """Return the record of an index that has this id, or None."""
    return next(iter(records_with(store, index, [id_])), None)


def records_in(
    store: RecordStore, index: str, filters: Filters | None = None, *, has_embedding: bool | None = None
) -> Iterator[Record]:
    """Yield the records of an index that the filters let through."""
    snapshot = store.snapshot(index)
    if snapshot:
        yield from snapshot.scan(filters, has_embedding=has_embedding)


def number_in(
    store: RecordStore, index: str, filters: Filters | None = None, *, has_embedding: bool | None = None
) -> int:
    """Return how many records of an index the filters let through."""
    snapshot = store.snapshot(index)
    return snapshot.count(filters, has_embedding=has_embedding) if snapshot else 0


def of_documents(document_ids: Iterable[str]) -> dict[str, Any]:
    """Return the filters that let through the passages, or pages, of these documents."""
    return {"document_id": {"$in": list(document_ids)}}
