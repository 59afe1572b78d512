"""Changes to several indexes of one store, whole or not at all, although a store writes each of its indexes on its own.

Before the first step a journal says, durably, how the change is taken back: which records it adds, and what those were that it
overwrites. When all is written and something remains to be deleted, the journal says instead what: from then on the change is
decided, and completed whatever happens. When all is done the journal forgets it. So whoever finds an entry whose process has
died brings the collection to the state before the change or to that after it, with :func:`settle`; that may itself be
interrupted and done again.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from needlepoint.errors import CollectionError
from needlepoint.stores.filters import Filters
from needlepoint.stores.records import Record, storable
from needlepoint.text.cleaning import clean


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
    """What one operation does to a collection.

    :param writes: records by the index that they are written to, in this order.
    :param former: what these indexes hold now under the ids that are written; other records may be among them.
    :param deletions: what goes once all is written.
    """

    writes: Mapping[str, Sequence[Record]] = field(default_factory=dict)
    former: Mapping[str, Sequence[Record]] = field(default_factory=dict)
    deletions: Sequence[Deletion] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """What a journal says of a change that is under way.

    :param added: the ids that are written and were not there, by index.
    :param overwritten: the records that are written over, as they were, by index.
    :param deletions: what is still to be deleted.
    :param is_decided: whether all is written, so that the change is completed and not taken back.
    """

    added: Mapping[str, Sequence[str]] = field(default_factory=dict)
    overwritten: Mapping[str, Sequence[Record]] = field(default_factory=dict)
    deletions: Sequence[Deletion] = ()
    is_decided: bool = False

    @classmethod
    def of(cls, change: Change) -> "Entry":
        """Return the entry of a change that has not begun."""
        if not any(change.writes.values()):
            return cls.decided(change)
        added: dict[str, list[str]] = {}
        overwritten: dict[str, list[Record]] = {}
        for index, records in change.writes.items():
            former = {record.id: record for record in change.former.get(index, ())}
            written = {clean(record.id): record for record in records}
            added[index] = [id_ for id_ in written if id_ not in former]
            overwritten[index] = [
                former[id_] for id_, new in written.items() if id_ in former and not _is_same(former[id_], new)
            ]
        return cls(added, overwritten)

    @classmethod
    def decided(cls, change: Change) -> "Entry":
        """Return the entry of a change of which all is written."""
        return cls(deletions=change.deletions, is_decided=True)


def _is_same(former: Record, new: Record) -> bool:
    given = storable(new)
    if (former.content, former.meta, former.fields) != (given.content, given.meta, given.fields):
        return False
    if former.embedding is None or given.embedding is None:
        return former.embedding is given.embedding
    return bool(np.array_equal(former.embedding, given.embedding))


class Writable(Protocol):
    """What a change is carried out on."""

    def write(self, name: str, records: Iterable[Record]) -> int:
        """Write records in the place of those that have their ids."""

    def delete(self, name: str, *, ids: Sequence[str] | None = None, filters: Filters | None = None) -> None:
        """Delete what has one of the ids and what the filters let through."""


class Journal(Protocol):
    """Where the entry of one change is kept, on a disk that outlives the process."""

    def note(self, entry: Entry) -> None:
        """Keep the entry, in the place of what was noted before; it is durable when this returns."""

    def noted(self) -> Entry | None:
        """Return what is kept."""

    def make_room(self) -> None:
        """Give back the room that was reserved for taking the change back."""

    def forget(self) -> None:
        """Remove the entry: the change is over."""


class NoJournal:
    """Keeps an entry as long as the process lives, for stores that have no better place."""

    def __init__(self) -> None:
        self._entry: Entry | None = None

    def note(self, entry: Entry) -> None:
        """Keep the entry."""
        self._entry = entry

    def noted(self) -> Entry | None:
        """Return what is kept."""
        return self._entry

    def make_room(self) -> None:
        """Do nothing: none was reserved."""

    def forget(self) -> None:
        """Remove the entry."""
        self._entry = None


def carry_out(store: Writable, change: Change, journal: Journal) -> None:
    """Write, then delete.

    If a write fails, what was written before it is taken back. If a deletion fails, the change stays in the journal and is
    completed later, unless it has done nothing yet.

    :raises CollectionError: the change could not be carried out now.
    """
    has_writes = any(change.writes.values())
    try:
        journal.note(Entry.of(change))
        for index, records in change.writes.items():
            store.write(index, records)
        if has_writes and change.deletions:
            journal.note(Entry.decided(change))
    except BaseException:
        with suppress(Exception):  # the first error counts; what cannot be done now, the next opening does
            if has_writes:
                settle(store, journal)
            else:
                journal.forget()
        raise
    _delete(store, change, journal, has_begun=has_writes)
    journal.forget()


def _delete(store: Writable, change: Change, journal: Journal, *, has_begun: bool) -> None:
    for deletion in change.deletions:
        try:
            store.delete(deletion.index, ids=deletion.ids, filters=deletion.filters)
        except CollectionError as error:
            if has_begun:
                raise CollectionError(f"{error}; the rest of the change is made as soon as that is possible") from error
            with suppress(Exception):
                journal.forget()
            raise
        has_begun = True


def settle(store: Writable, journal: Journal) -> None:
    """Complete the change that a journal names if it is decided, else take it back; nothing happens where it names none."""
    entry = journal.noted()
    if entry is None:
        return
    journal.make_room()
    for index, ids in entry.added.items():
        if ids:
            store.delete(index, ids=ids)
    for index, records in entry.overwritten.items():
        if records:
            store.write(index, records)
    for deletion in entry.deletions:
        store.delete(deletion.index, ids=deletion.ids, filters=deletion.filters)
    journal.forget()
