"""The embedded store: the named indexes of one folder, with a single writing process."""

import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from needlepoint.errors import CollectionError, DuplicateIdError, NeedlepointError, StoreLockedError
from needlepoint.stores.changes import Change, Deletion, Entry, carry_out, settle
from needlepoint.stores.filters import Filters
from needlepoint.stores.names import SOURCES
from needlepoint.stores.records import Record, last_of_each, storable
from needlepoint.stores.tantivy.damage import damaged_files
from needlepoint.stores.tantivy.folder import StoreFolder
from needlepoint.stores.tantivy.journal import JournalFile, Stamp
from needlepoint.stores.tantivy.locking import WriteLock
from needlepoint.stores.tantivy.snapshot import Snapshot
from needlepoint.stores.tantivy.text_index import TextIndex
from needlepoint.stores.visibility import as_seen, refuse_change, seeing, version_seen

DUPLICATES = ("skip", "overwrite", "fail")
_STUCK_S = 5.0  # between two readings that try to settle a change


@dataclass(frozen=True, slots=True)
class _Stuck:
    """An interrupted change that cannot be settled now, because the disk is full or not writable.

    :param reason: why it cannot be settled.
    """

    stamp: Stamp
    entry: Entry
    reason: str
    since_s: float = field(default_factory=time.monotonic)

    def is_still(self, stamp: Stamp) -> bool:
        return stamp == self.stamp and time.monotonic() < self.since_s + _STUCK_S

    def hidden(self, index: str) -> list[Deletion]:
        """Return the records to hide from readers, so that they see the change completed or undone.

        :raises CollectionError: the change has overwritten records.
        """
        if any(self.entry.overwritten.values()):
            raise CollectionError(f"an interrupted change cannot be undone: {self.reason}")
        if self.entry.is_decided:
            return [deletion for deletion in self.entry.deletions if deletion.index == index]
        return [Deletion(index, ids=ids) for name, ids in self.entry.added.items() if name == index and ids]


class TantivyCollection:
    """Named indexes in one folder. Any number of threads and processes may read; one process at a time writes.

    Nothing is opened, and no folder is made, before it is needed. Each writing call takes the lock, opens a writer and closes
    both; calls inside ``with collection.session():`` share them, and inside ``with collection.writing():`` no other thread
    writes between the calls.

    :param path: the store's folder.
    :param search_fields: the fields that questions are compared with: ``content``, and metadata keys.
    :param lock_timeout_s: how long to wait for another writing process, in seconds.
    """

    has_fixed_width = False

    def __init__(self, path: Path, search_fields: Sequence[str] = ("content",), *, lock_timeout_s: float = 5.0) -> None:
        self.path = path
        self.search_fields = tuple(search_fields)
        self._folder = StoreFolder(path)
        self._lock = WriteLock(self._folder.lock_file, lock_timeout_s)
        self._indexes: dict[str, TextIndex] = {}
        self._indexes_lock = threading.Lock()
        self._journal = JournalFile(self._folder.journal_file)
        self._writing = threading.RLock()
        self._depth = 0
        self._is_changing = False
        self._stuck: _Stuck | None = None

    def version(self) -> object:
        """Return a value that changes after every write, by any process; None while an index is being removed.

        It differs between callers who see different parts of the collection.
        """
        files = sorted((self.path / "indexes").glob("*/meta.json"))
        try:
            stamps = [(file.parent.name, (status := file.stat()).st_mtime_ns, status.st_ino) for file in files]
        except OSError:
            return None
        return version_seen((*stamps, self._journal.stamp()))

    def index_names(self) -> list[str]:
        """Return the names of the indexes that exist, sorted."""
        return self._folder.index_names()

    def snapshot(self, name: str) -> Snapshot | None:
        """Return an index as of its last commit and as the caller may see it, or None if there is no index of this name.

        :raises CollectionError: the name is invalid, or the folder cannot be read or has another format.
        """
        seen: Snapshot | None = as_seen(self._snapshot(name), name, self._snapshot)
        return seen

    def _snapshot(self, name: str) -> Snapshot | None:
        index = self._index(name)
        if not self._folder.exists():
            return None
        with seeing(None):  # whoever reads settles what was interrupted
            unfinished = self._unfinished()
        snapshot = index.snapshot()
        return snapshot.without(unfinished.hidden(name)) if snapshot and unfinished else snapshot

    def _index(self, name: str) -> TextIndex:
        with self._indexes_lock:
            if name not in self._indexes:
                self._indexes[name] = TextIndex(self._folder.index_folder(name), self.search_fields)
            return self._indexes[name]

    @contextmanager
    def session(self) -> Iterator[None]:
        """Keep the store locked and its writers open for several calls; other threads may write in between.

        :raises StoreLockedError: another process is writing.
        :raises CollectionError: the folder cannot be written.
        """
        with self._writing:
            self._begin()
            self._depth += 1
        try:
            yield
        finally:
            with self._writing:
                self._depth -= 1
                if self._depth == 0:
                    self._end()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Do as :meth:`session` does; writes of other threads wait until the block ends."""
        with self._writing, self.session():
            yield

    def _begin(self, *, waits: bool = True) -> None:
        """Take the lock, and settle a change that was interrupted by a kill or a full disk."""
        try:
            if not self._lock.is_held:
                self._folder.make()
                self._lock.acquire(waits=waits)
                self._folder.prepare()
            if not self._is_changing and self._journal.stamp():
                with self._changing():
                    settle(self._journal, lambda _: self)
        except OSError as error:
            self._give_up()
            raise CollectionError(f"the store {self.path} cannot be written: {error.strerror or error}") from error
        except NeedlepointError:
            self._give_up()
            raise

    def _give_up(self) -> None:
        if self._depth == 0:
            self._end()

    @contextmanager
    def _changing(self) -> Iterator[None]:
        self._is_changing = True
        try:
            yield
        finally:
            self._is_changing = False

    def _unfinished(self) -> "_Stuck | None":
        """Settle an interrupted change, and return it if that is impossible.

        While another process or thread is writing, nothing is done and None is returned.
        """
        stamp = self._journal.stamp()
        if stamp is None or self._is_changing or not self._writing.acquire(blocking=False):
            return None
        try:
            if self._stuck and self._stuck.is_still(stamp):
                return self._stuck
            self._begin(waits=False)
            if self._depth == 0:
                self._end()
        except StoreLockedError:
            return None
        except CollectionError as error:
            entry = self._journal.noted()
            self._stuck = None if entry is None else _Stuck(stamp, entry, str(error))
            return self._stuck
        finally:
            self._writing.release()
        return None

    def _end(self) -> None:
        try:
            for index in list(self._indexes.values()):
                index.close_writer()
        finally:
            self._lock.release()

    def write(self, name: str, records: Iterable[Record], *, duplicates: str = "overwrite") -> int:
        """Write records in one commit; return how many.

        :param duplicates: for records with the same id, ``overwrite`` keeps the last, ``skip`` the first (which may be in the
            index already); ``fail`` refuses all.
        :raises DuplicateIdError: an id occurs twice or exists, and ``duplicates`` is ``fail``.
        :raises CollectionError: nothing could be written; the index is unchanged.
        """
        if duplicates not in DUPLICATES:
            raise ValueError(f"duplicates must be one of {', '.join(DUPLICATES)}, got {duplicates!r}")
        refuse_change(name)
        batch = [storable(record) for record in records]
        index = self._index(name)
        if not batch:
            return 0
        with self.writing():
            chosen = last_of_each(batch) if duplicates == "overwrite" else self._new_only(name, batch, duplicates)
            if chosen:
                index.write(chosen)
            return len(chosen)

    def _new_only(self, name: str, batch: Sequence[Record], duplicates: str) -> list[Record]:
        snapshot = self._snapshot(name)
        taken = set(snapshot.existing_ids([record.id for record in batch])) if snapshot else set()
        chosen: list[Record] = []
        for record in batch:
            if record.id not in taken:
                chosen.append(record)
                taken.add(record.id)
            elif duplicates == "fail":
                raise DuplicateIdError(
                    f"the index {name!r} of {self.path} already holds a record with id {record.id!r}"
                )
        return chosen

    def delete(self, name: str, *, ids: Sequence[str] | None = None, filters: Filters | None = None) -> None:
        """Delete the records that have one of the ids and match the filters; without either, all records.

        :raises CollectionError: the index cannot be written; it is unchanged.
        :raises QuestionError: the filters are invalid.
        """
        refuse_change(name)
        index = self._index(name)
        if self._snapshot(name) is None:
            return
        with self.writing():
            if self._snapshot(name) is not None:
                index.delete(ids, filters)

    def change(self, change: Change) -> None:
        """Carry out a change as a whole or not at all, even if the process is killed or the disk fails.

        :raises CollectionError: the change cannot be carried out.
        """
        refuse_change(SOURCES)
        with self.writing(), self._changing():
            carry_out(self, change, self._journal)

    def delete_index(self, name: str) -> None:
        """Remove an index from the disk; if there is none, do nothing.

        :raises CollectionError: the index cannot be removed.
        """
        refuse_change(SOURCES)
        index = self._index(name)
        if self._snapshot(name) is None:
            return
        with self.writing():
            index.close()
            try:
                self._folder.remove_index(name)
            except FileNotFoundError:
                return
            except OSError as error:
                raise CollectionError(f"the index {index.folder} cannot be removed: {error.strerror}") from error

    def damage(self, name: str) -> list[str]:
        """Return what is wrong with an index's files, one line each: their checksums are compared with their bytes."""
        return damaged_files(self._folder.index_folder(name))

    def lost_vectors(self, name: str) -> int:
        """Return how many embeddings of an index are missing from their file or damaged in it; all are compared now."""
        snapshot = self._snapshot(name)
        return snapshot.lost_vectors() if snapshot else 0

    def mend_vectors(self, name: str) -> int:
        """Write the embeddings of an index anew from its records, if any is missing or damaged; return how many were.

        :raises CollectionError: they cannot be read or written; the files are unchanged.
        """
        with self.writing():
            return self._index(name).mend_vectors()

    def set_aside(self, name: str) -> str:
        """Move a damaged index into the subfolder ``damaged``, and return where it is now.

        :raises CollectionError: it cannot be moved.
        """
        with self.writing():
            self._index(name).close()
            try:
                return str(self._folder.set_aside(name))
            except OSError as error:
                raise CollectionError(f"the damaged index {name} cannot be moved: {error.strerror}") from error

    def close(self) -> None:
        """Release the lock, the writers and all files open for reading; later calls open them again."""
        with self._writing:
            try:
                for index in list(self._indexes.values()):
                    index.close()
            finally:
                self._lock.release()
