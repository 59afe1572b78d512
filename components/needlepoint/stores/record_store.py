"""The interface of a store, as far as a collection needs it."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from needlepoint.stores.changes import Change
from needlepoint.stores.filters import Filters
from needlepoint.stores.records import Record


class RecordIndex(Protocol):
    """One named index of a store, for reading."""

    def get(self, ids: Sequence[str]) -> list[Record]:
        """Return the records with these ids, in this order; unknown ids are left out."""

    def existing_ids(self, ids: Sequence[str]) -> list[str]:
        """Return those of the ids that have a record."""

    def scan(
        self, filters: Filters | None = None, batch_size: int = ..., *, has_embedding: bool | None = None
    ) -> Iterator[Record]:
        """Yield the records that match the filters, in the order in which they were written."""

    def count(self, filters: Filters | None = None, *, has_embedding: bool | None = None) -> int:
        """Return how many records match the filters."""


class RecordStore(Protocol):
    """Records in named indexes."""

    @property
    def has_fixed_width(self) -> bool:
        """Whether the first embedding fixes the length of an index's embeddings for good."""

    def version(self) -> object | None:
        """Return a value that changes after every write, by any process; None if the store cannot tell."""

    def snapshot(self, name: str) -> RecordIndex | None:
        """Return an index as it is now, or None if there is no index of this name."""

    def session(self) -> AbstractContextManager[None]:
        """Keep locks and writers open over several calls; other threads may write in between."""

    def writing(self) -> AbstractContextManager[None]:
        """Let no other thread write until the block ends."""

    def write(self, name: str, records: Iterable[Record], *, duplicates: str = ...) -> int:
        """Write records; return how many.

        :param duplicates: for records with the same id, ``overwrite`` keeps the last, ``skip`` the first; ``fail`` refuses all.
        """

    def delete(self, name: str, *, ids: Sequence[str] | None = None, filters: Filters | None = None) -> None:
        """Delete the records that have one of the ids and match the filters; without either, all records."""

    def change(self, change: Change) -> None:
        """Carry out a change to several indexes.

        :raises CollectionError: the change cannot be carried out; how much of it is then done depends on the store.
        """

    def damage(self, name: str) -> list[str]:
        """Return what is wrong with an index's files, one line each; a server looks after its files itself."""

    def lost_vectors(self, name: str) -> int:
        """Return how many embeddings of an index cannot be compared, though its records have them."""

    def mend_vectors(self, name: str) -> int:
        """Make those embeddings ready to be compared again, from the records; return how many there were."""

    def set_aside(self, name: str) -> str:
        """Move a damaged index out of the way, and return where it is now.

        :raises CollectionError: it cannot be moved.
        """


def records_with(store: RecordStore, index: str, ids: Sequence[str]) -> list[Record]:
    """Return the records of an index with these ids, in this order; unknown ids are left out."""
    snapshot = store.snapshot(index) if ids else None
    return snapshot.get(ids) if snapshot else []


def record_with(store: RecordStore, index: str, id_: str) -> Record | None:
    """Return the record of an index with this id, or None."""
    return next(iter(records_with(store, index, [id_])), None)


def records_in(
    store: RecordStore, index: str, filters: Filters | None = None, *, has_embedding: bool | None = None
) -> Iterator[Record]:
    """Yield the records of an index that match the filters."""
    snapshot = store.snapshot(index)
    if snapshot:
        yield from snapshot.scan(filters, has_embedding=has_embedding)


def number_in(
    store: RecordStore, index: str, filters: Filters | None = None, *, has_embedding: bool | None = None
) -> int:
    """Return how many records of an index match the filters."""
    snapshot = store.snapshot(index)
    return snapshot.count(filters, has_embedding=has_embedding) if snapshot else 0


def of_documents(document_ids: Iterable[str]) -> dict[str, Any]:
    """Return a filter for the passages or pages of these documents."""
    return {"document_id": {"$in": list(document_ids)}}
