"""Atomic changes to several indexes of the server, and the settling of abandoned ones.

Every record has a sequence number, and every change has a range of them, its fence, above those of everything that it deletes and
of all changes that were under way when it began. A step that is late, or done twice, or by two processes at once, touches only
records inside or below the fence: whatever others have written since stays.
"""

import logging
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Protocol

from needlepoint.errors import CollectionError, ServerUnavailableError, StoreLockedError
from needlepoint.stores.changes import Change, Entry, carry_out, settle, settle_entry
from needlepoint.stores.elasticsearch.journal import clear_parts, entry_as_it_is, pending
from needlepoint.stores.elasticsearch.journal_entry import JournalEntry, LostChangeError
from needlepoint.stores.elasticsearch.leases import Watch
from needlepoint.stores.elasticsearch.owner import this_process
from needlepoint.stores.elasticsearch.places import Fence, Place
from needlepoint.stores.elasticsearch.server import Server
from needlepoint.stores.filters import Filters
from needlepoint.stores.records import Record

log = logging.getLogger(__name__)
_LOOK_S = 15.0  # between two searches of a reader for abandoned changes
_LONGEST_WAIT_S = 60.0  # for older writes of others
_SHORT_WAIT_S = 2.0  # without a message
_PAUSE_S = 0.1
_ENDS = {True: "completed", False: "undone"}

Found = Mapping[str, Any]


class Indexes(Protocol):
    """Operations on indexes that select records by the sequence numbers they were written with."""

    def write_from(
        self, name: str, records: Iterable[Record], sequence: int, *, places: Mapping[str, Place] | None = None
    ) -> int:
        """Write records, the first with this sequence number; return how many.

        :param places: versions of the records to overwrite, by id; a record that has changed since is left alone.
        """

    def delete_within(self, name: str, fence: Fence, *, ids: Sequence[str] | None, filters: Filters | None) -> None:
        """Delete the records within the fence that have one of the ids and match the filters."""

    def places_within(self, name: str, fence: Fence, ids: Sequence[str]) -> dict[str, Place]:
        """Return the versions of those of the records that were written within the fence, by id."""

    def newest(self, names: Iterable[str]) -> int:
        """Return the greatest sequence number of some indexes."""


class _Writing:
    """Writes with the sequence numbers of one change, and deletes only older records.

    :param before_deleting: called before the first deletion.
    """

    def __init__(self, indexes: Indexes, entry: JournalEntry, before_deleting: Callable[[], None]) -> None:
        self._indexes = indexes
        self._entry = entry
        self._next = entry.fence.first
        self._before_deleting: Callable[[], None] | None = before_deleting

    def write(self, name: str, records: Iterable[Record]) -> int:
        self._entry.hold()
        number = self._indexes.write_from(name, records, self._next)
        self._next += number
        return number

    def delete(self, name: str, *, ids: Sequence[str] | None = None, filters: Filters | None = None) -> None:
        if self._before_deleting:
            self._before_deleting()
            self._before_deleting = None
        self._indexes.delete_within(name, Fence(0, self._entry.fence.last), ids=ids, filters=filters)


class _Settling:
    """Settles a change without touching records that others have written since.

    :param is_decided: whether deletions are completed (of older records), or the change's own records undone.
    """

    def __init__(self, indexes: Indexes, fence: Fence, *, is_decided: bool) -> None:
        self._indexes = indexes
        self._fence = Fence(0, fence.last) if is_decided else fence
        self._next = fence.restored_from

    def write(self, name: str, records: Iterable[Record]) -> int:
        given = list(records)
        places = self._indexes.places_within(name, self._fence, [record.id for record in given])
        left = [record for record in given if record.id in places]
        number = self._indexes.write_from(name, left, self._next, places=places)
        self._next += number
        return number

    def delete(self, name: str, *, ids: Sequence[str] | None = None, filters: Filters | None = None) -> None:
        self._indexes.delete_within(name, self._fence, ids=ids, filters=filters)


class Changes:
    """Carries out the changes of one collection object, and settles abandoned changes.

    :param journal: the full name of the journal's index.
    :param has_journal: returns whether the index exists; raises if it is not of our making.
    :param make_journal: creates the index.
    """

    def __init__(
        self,
        server: Server,
        indexes: Indexes,
        journal: str,
        *,
        has_journal: Callable[[], bool],
        make_journal: Callable[[], None],
    ) -> None:
        self._server = server
        self._indexes = indexes
        self._journal = journal
        self._name = server.settings.prefix
        self._has_journal = has_journal
        self._make_journal = make_journal
        self._token = secrets.token_hex(8)
        self._watch = Watch()
        self._active: set[str] = set()
        self._is_cleared = False
        self._looked_s: float | None = None
        self._looking = threading.Lock()
        self._told = ""

    @property
    def _owner(self) -> str:
        return f"{this_process()}#{self._token}"  # computed every time, because the process may fork

    def carry_out(self, change: Change) -> None:
        """Carry out a change completely or not at all.

        :raises CollectionError: the change cannot be carried out now, or another process has taken this one for dead.
        """
        if not any(change.writes.values()) and not change.deletions:
            return
        entry = JournalEntry(self._server, self._journal, self._owner, self._fence(change))
        with self._being(entry), entry.kept_alive():
            try:
                writing = _Writing(self._indexes, entry, lambda: self._await_older(entry.fence))
                carry_out(writing, change, entry, settled_on=self._settled_on(entry.fence), deletes_at_once=False)
            except LostChangeError:
                if entry.is_decided:  # the other process has completed it
                    return
                begun = Entry.of(change)
                with suppress(CollectionError):  # undo what was written after the other process had undone the rest
                    settle_entry(self._settled_on(entry.fence)(begun), begun)
                raise

    @contextmanager
    def _being(self, entry: JournalEntry) -> Iterator[None]:
        self._active.add(entry.id)
        try:
            yield
        finally:
            self._active.discard(entry.id)

    def _settled_on(self, fence: Fence) -> Callable[[Entry], _Settling]:
        return lambda entry: _Settling(self._indexes, fence, is_decided=entry.is_decided)

    def _fence(self, change: Change) -> Fence:
        """Return sequence numbers above those of all records to delete, whatever the clocks of their writers said."""
        found_entries = self._settled()
        if found_entries is None:
            self._make_journal()
        last = max((int(found["_source"]["last"]) for found in found_entries or ()), default=0)
        if change.deletions:
            last = max(last, self._indexes.newest({deletion.index for deletion in change.deletions}) + 1)
        return Fence.above(max(last, time.time_ns()), sum(map(len, change.writes.values())))

    def _settled(self) -> list[Found] | None:
        """Settle abandoned changes; return the entries found before that, or None if there is no journal."""
        if not self._has_journal():
            return None
        if not self._is_cleared:
            clear_parts(self._server, self._journal)
            self._is_cleared = True
        found_entries = pending(self._server, self._journal)
        if found_entries:
            self._settle(found_entries)
        return found_entries

    def _settle(self, found_entries: Sequence[Found]) -> list[Found]:
        """Settle abandoned changes, oldest first; return the entries of those that are still being written."""
        self._watch.look(found["_id"] for found in found_entries)
        writing: list[Found] = []
        for found in found_entries:
            current = entry_as_it_is(self._server, self._journal, found["_id"])
            if current is None:
                continue
            source = current["_source"]
            # a late deletion must not hit records of an older change that is still being written
            has_older = any(each["_source"]["first"] < source["last"] for each in writing)
            if self._is_left(current) and not (source["is_decided"] and has_older):
                self._settle_one(current)
            elif not source["is_decided"]:
                writing.append(current)
        return writing

    def _is_left(self, found: Found) -> bool:
        if found["_id"] in self._active:
            return False
        return found["_source"]["owner"] == self._owner or self._watch.is_abandoned(found)

    def _settle_one(self, found: Found) -> None:
        source = found["_source"]
        fence = Fence(source["first"], source["last"])
        entry = JournalEntry(self._server, self._journal, self._owner, fence, id_=found["_id"])
        with suppress(LostChangeError), self._being(entry), entry.kept_alive():  # lost: another process settles it
            if not source["is_decided"]:
                entry.claim(found)
            settle(entry, self._settled_on(fence))
            log.warning("an interrupted change to %s has been %s", self._name, _ENDS[source["is_decided"]])

    def _await_older(self, fence: Fence) -> None:
        """Wait until writes that began before this change have ended: they may be writing what it deletes.

        :raises StoreLockedError: they take too long.
        """
        began_s = time.monotonic()
        is_told = False
        while self._has_older(fence):
            waited_s = time.monotonic() - began_s
            if waited_s > _LONGEST_WAIT_S:
                raise StoreLockedError(f"another process is still writing into {self._name}")
            if waited_s > _SHORT_WAIT_S and not is_told:
                is_told = True
                log.warning(
                    "waiting up to %g s for other processes that are writing into %s", _LONGEST_WAIT_S, self._name
                )
            time.sleep(_PAUSE_S)

    def _has_older(self, fence: Fence) -> bool:
        writing = self._settle(pending(self._server, self._journal) or ())
        return any(each["_source"]["first"] < fence.last and each["_id"] not in self._active for each in writing)

    def settle_for_reading(self) -> None:
        """Settle abandoned changes now and then; a user who may only read sees what is there."""
        with self._looking:
            if self._looked_s is not None and time.monotonic() < self._looked_s + _LOOK_S:
                return
            self._looked_s = time.monotonic()
        try:
            if self._has_journal():
                self._settle(pending(self._server, self._journal) or ())
        except ServerUnavailableError:
            self._looked_s = None
            raise
        except CollectionError as error:
            if str(error) != self._told:
                self._told = str(error)
                log.warning("an interrupted change cannot be settled: %s", error)
