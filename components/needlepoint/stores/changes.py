"""Atomic changes to several indexes of one store, although a store writes each of its indexes separately.

Before the first step, a journal durably records how to undo the change: which records it adds, and the former content of those
that it overwrites (an undo log). Once everything is written and only deletions remain, the journal records the deletions instead:
from then on the change is decided, and will be completed whatever happens. When all is done, the entry is removed. So whoever
finds an entry whose process has died can bring the collection to the state before or after the change with :func:`settle`, which
may itself be interrupted and repeated.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
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

    :param ids: delete only records with one of these ids; None means any.
    :param filters: delete only records that match these filters.
    """

    index: str
    ids: Sequence[str] | None = None
    filters: Filters | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What one operation does to a collection.

    :param writes: the records to write, by index, in this order.
    :param former: the records that these indexes now hold under the ids that are written; other records may be among them.
    :param deletions: the records to delete after all writes.
    """

    writes: Mapping[str, Sequence[Record]] = field(default_factory=dict)
    former: Mapping[str, Sequence[Record]] = field(default_factory=dict)
    deletions: Sequence[Deletion] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """A journal's entry on a change that is under way.

    :param added: the ids of new records, by index.
    :param overwritten: the former content of overwritten records, by index.
    :param deletions: what is still to be deleted.
    :param is_decided: whether everything is written, so that the change will be completed rather than undone.
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
        """Return the entry of a change whose records are all written."""
        return cls(deletions=change.deletions, is_decided=True)


def _is_same(former: Record, new: Record) -> bool:
    given = storable(new)
    if (former.content, former.meta, former.fields) != (given.content, given.meta, given.fields):
        return False
    if former.embedding is None or given.embedding is None:
        return former.embedding is given.embedding
    return bool(np.array_equal(former.embedding, given.embedding))


class Writable(Protocol):
    """A store that a change is applied to."""

    def write(self, name: str, records: Iterable[Record]) -> int:
        """Write records; they replace those with the same ids."""

    def delete(self, name: str, *, ids: Sequence[str] | None = None, filters: Filters | None = None) -> None:
        """Delete the records that have one of the ids and match the filters."""


class Journal(Protocol):
    """Keeps the entry of one change, so that it outlives the process."""

    def note(self, entry: Entry) -> None:
        """Keep the entry; it replaces the former one and is durable when this returns."""

    def noted(self) -> Entry | None:
        """Return the entry, or None."""

    def make_room(self) -> None:
        """Free the disk space that was reserved for undoing the change."""

    def forget(self) -> None:
        """Remove the entry: the change is over."""


class NoJournal:
    """Keeps the entry in memory only, for stores without a journal: errors are undone, killed processes are not."""

    def __init__(self) -> None:
        self._entry: Entry | None = None

    def note(self, entry: Entry) -> None:
        """Keep the entry."""
        self._entry = entry

    def noted(self) -> Entry | None:
        """Return the entry, or None."""
        return self._entry

    def make_room(self) -> None:
        """Do nothing: no space was reserved."""

    def forget(self) -> None:
        """Remove the entry."""
        self._entry = None


def carry_out(
    store: Writable,
    change: Change,
    journal: Journal,
    *,
    settled_on: Callable[[Entry], Writable] | None = None,
    deletes_at_once: bool = True,
) -> None:
    """Carry out a change: write, then delete.

    If a write fails, the writes before it are undone. If a deletion fails, the change stays in the journal and is completed
    later, unless nothing has been done yet.

    :param settled_on: returns the store to settle an entry on, if it is another one.
    :param deletes_at_once: whether a deletion from one index that fails has done nothing.
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
        with suppress(Exception):  # the first error is raised; if undoing fails, too, the next opening does it
            if has_writes:
                settle(journal, settled_on or (lambda _: store))
            else:
                journal.forget()
        raise
    _delete(store, change, journal, has_begun=has_writes or not deletes_at_once)
    journal.forget()


def _delete(store: Writable, change: Change, journal: Journal, *, has_begun: bool) -> None:
    for deletion in change.deletions:
        try:
            store.delete(deletion.index, ids=deletion.ids, filters=deletion.filters)
        except CollectionError as error:
            if has_begun:
                # of the same kind, so that a server that is away is still told from one that refuses
                error.args = (f"{error}; the rest of the change will be made as soon as possible",)
            else:
                with suppress(Exception):
                    journal.forget()
            raise
        has_begun = True


def settle(journal: Journal, on: Callable[[Entry], Writable]) -> None:
    """Complete a journal's change if it is decided, else undo it; without an entry, do nothing.

    :param on: returns the store to settle an entry on.
    :raises CollectionError: the journal cannot be read, or the store cannot be written.
    """
    entry = journal.noted()
    if entry is not None:
        journal.make_room()
        settle_entry(on(entry), entry)
        journal.forget()


def settle_entry(store: Writable, entry: Entry) -> None:
    """Do what an entry says is left to do; this may be repeated."""
    for index, ids in entry.added.items():
        if ids:
            store.delete(index, ids=ids)
    for index, records in entry.overwritten.items():
        if records:
            store.write(index, records)
    for deletion in entry.deletions:
        store.delete(deletion.index, ids=deletion.ids, filters=deletion.filters)
