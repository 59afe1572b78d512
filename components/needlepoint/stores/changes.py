"""A change to several indexes of one store that belongs together: what is written, and then what is deleted."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

from needlepoint.stores.filters import Filters
from needlepoint.stores.records import Record


@dataclass(frozen=True, slots=True)
class Deletion:
    """The records of one index to delete.

    :param ids: only those with one of these; None means any.
    :param filters: only those that these let through.
    """

    index: str
    ids: Sequence[str] | None = None
    filters: Filters | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What one operation does to a collection; a store carries out all of it or nothing.

    :param writes: records by the index that they are written to, in this order.
    :param former: what these indexes hold now under the ids that are written; other records may be among them.
    :param deletions: what goes once all is written.
    """

    writes: Mapping[str, Sequence[Record]] = field(default_factory=dict)
    former: Mapping[str, Sequence[Record]] = field(default_factory=dict)
    deletions: Sequence[Deletion] = ()


class Writable(Protocol):
    """What a change is carried out on."""

    def write(self, name: str, records: Iterable[Record]) -> int:
        """Write records in the place of those that have their ids."""

    def delete(self, name: str, *, ids: Sequence[str] | None = None, filters: Filters | None = None) -> None:
        """Delete what has one of the ids and what the filters let through."""


def carry_out(store: Writable, change: Change) -> None:
    """Write, then delete. If a write fails, what was written before it is taken back, as far as that can be done."""
    try:
        for index, records in change.writes.items():
            store.write(index, records)
    except Exception:
        with suppress(Exception):  # the first error counts
            take_back(store, change)
        raise
    for deletion in change.deletions:
        store.delete(deletion.index, ids=deletion.ids, filters=deletion.filters)


def take_back(store: Writable, change: Change) -> None:
    """Delete what a change has added and write anew what it has overwritten."""
    for index, records in change.writes.items():
        written = {record.id for record in records}
        former = [record for record in change.former.get(index, ()) if record.id in written]
        added = written - {record.id for record in former}
        store.delete(index, ids=sorted(added))
        store.write(index, former)
