"""One tantivy index in its folder: opened when first asked for, looked at afresh when another commit has come."""

import os
import shutil
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import numpy as np
from tantivy import Index, IndexWriter

from needlepoint.errors import CollectionError
from needlepoint.stores.changes import Deletion
from needlepoint.stores.filters import Filters
from needlepoint.stores.records import Record, Vector
from needlepoint.stores.tantivy.leftovers import remove_leftovers
from needlepoint.stores.tantivy.schema import build_schema, require_search_fields, to_document
from needlepoint.stores.tantivy.snapshot import Snapshot, deletion_query
from needlepoint.stores.tantivy.vectors import Sequences, append_vectors, compact_vectors
from needlepoint.text.terms import ANALYSER, document_analyser

_HEAP_BYTES = 128_000_000
_ATTEMPTS = 3
_THREADS = max(1, min(4, (os.cpu_count() or 1) - 1))  # one core makes the documents

Stamp = tuple[int, int, int]


class TextIndex:
    """One index; any thread may read, one at a time may write (the caller sees to that).

    :param folder: where tantivy's files lie; it need not exist.
    :param search_fields: the fields that a new index will be searched in.
    """

    def __init__(self, folder: Path, search_fields: Sequence[str]) -> None:
        self.folder = folder
        self._search_fields = tuple(search_fields)
        self._lock = threading.Lock()
        self._index: Index | None = None
        self._folder_id = 0
        self._stamp: Stamp | None = None
        self._snapshot: Snapshot | None = None
        self._writer: IndexWriter | None = None
        self._links: tempfile.TemporaryDirectory[str] | None = None
        self._sequence = 0

    def snapshot(self) -> Snapshot | None:
        """Return the index as the last commit of any process left it, or None where there is no index.

        :raises CollectionError: if its files cannot be read.
        """
        for attempt in range(_ATTEMPTS):
            stamp = self._read_stamp()  # taken first: a commit in between is seen next time
            try:
                return self._snapshot_at(stamp)
            except CollectionError:
                # another process may have removed the index, or made it anew, between two looks at its files
                if attempt == _ATTEMPTS - 1 or self._read_stamp() == stamp:
                    raise
        raise AssertionError("the last attempt returns or raises")

    def _snapshot_at(self, stamp: Stamp | None) -> Snapshot | None:
        with self._lock:
            if stamp is None:
                self._forget()
                return None
            if stamp != self._stamp or self._snapshot is None:
                self._snapshot = self._reload()
                self._stamp = stamp
            return self._snapshot

    def _read_stamp(self) -> Stamp | None:
        try:
            status = os.stat(self.folder / "meta.json")
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise CollectionError(f"the index {self.folder} cannot be read: {error.strerror}") from error
        return status.st_mtime_ns, status.st_ino, status.st_size

    def _reload(self) -> Snapshot:
        try:
            index = self._opened() if os.access(self.folder, os.W_OK) else self._opened_read_only()
            index.reload()
            return Snapshot(index, index.searcher(), self.folder)
        except (ValueError, OSError) as error:
            self._forget()
            raise CollectionError(f"the index {self.folder} cannot be read: {_one_line(error)}") from error

    def _opened(self) -> Index:
        folder_id = os.stat(self.folder).st_ino
        if self._index is None or folder_id != self._folder_id:
            self._index = _registered(Index.open(str(self.folder)))
            self._folder_id = folder_id
        return self._index

    def _opened_read_only(self) -> Index:
        """Open the index through links elsewhere, since tantivy wants to make a lock file even for reading."""
        links = tempfile.TemporaryDirectory(prefix="needlepoint-")
        for entry in self.folder.resolve().iterdir():
            if not entry.name.endswith(".lock"):
                (Path(links.name) / entry.name).symlink_to(entry)
        index = _registered(Index.open(links.name))
        self._links, self._index = links, None
        return index

    def _forget(self) -> None:
        self._index = self._snapshot = self._stamp = self._links = None

    def write(self, records: Sequence[Record]) -> None:
        """Put records in the place of those with the same ids, all in one commit or none.

        :raises CollectionError: if they cannot be written; the index is as before.
        """
        writer = self._open_writer()
        try:
            embedded: dict[int, Vector] = {}
            for record in records:
                sequence = self._next_sequence()
                writer.delete_documents_by_term("id", record.id)
                writer.add_document(to_document(record, sequence=sequence, search_fields=self._search_fields))
                if record.embedding is not None:
                    embedded[sequence] = record.embedding
            append_vectors(self.folder, list(embedded), list(embedded.values()))
            writer.commit()
        except BaseException as error:
            self._abandon(error)

    def delete(self, ids: Sequence[str] | None, filters: Filters | None) -> None:
        """Delete the records that have one of the ids, where given, and that the filters let through; all at once.

        :raises QuestionError: if the filters are not such.
        :raises CollectionError: if it cannot be written; the index is as before.
        """
        writer = self._open_writer()
        index = self._index
        if index is None:
            return
        query = deletion_query(Deletion(self.folder.name, ids, filters), index)
        try:
            writer.delete_documents_by_query(query)
            writer.commit()
        except BaseException as error:
            self._abandon(error)

    def _next_sequence(self) -> int:
        self._sequence = max(time.time_ns(), self._sequence + 1)
        return self._sequence

    def _open_writer(self) -> IndexWriter:
        if self._writer is not None and self._read_stamp() is not None:
            return self._writer
        try:
            with self._lock:
                if self._read_stamp() is None:
                    self._create()
                index = self._opened()
            require_search_fields(index.schema, self._search_fields)
            remove_leftovers(self.folder)
            self._writer = index.writer(_HEAP_BYTES, _THREADS)
            # a killed process may have left a file of the very name that the next commit gives one of its own
            with suppress(ValueError):
                self._writer.garbage_collect_files()
        except (ValueError, OSError) as error:
            self._writer = None
            raise CollectionError(f"the index {self.folder} cannot be written: {_one_line(error)}") from error
        return self._writer

    def _create(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._index = _registered(Index(build_schema(self._search_fields), str(self.folder)))
        self._folder_id = os.stat(self.folder).st_ino

    def _abandon(self, error: BaseException) -> NoReturn:
        """Throw the writer away, and with it all that it had not committed."""
        is_tantivys = isinstance(error, ValueError | OSError | MemoryError) or type(error).__name__ == "PanicException"
        reason = _reason(error, self.folder) if is_tantivys else ""
        self._discard_writer()
        self._remove_leftovers()
        if not is_tantivys:
            raise error
        raise CollectionError(
            f"the index {self.folder} could not be written, and is as it was before: {reason}"
        ) from error

    def _discard_writer(self) -> None:
        # Ended by hand: the error's traceback keeps the writer alive, and with it tantivy's lock.
        writer, self._writer = self._writer, None
        if writer is not None:
            for end in (writer.rollback, writer.wait_merging_threads):
                with suppress(ValueError):
                    end()

    def _remove_leftovers(self) -> None:
        """Give the room back that uncommitted files take; if that fails too, the next commit does it."""
        with suppress(ValueError, OSError, CollectionError):
            self._open_writer()
        self._discard_writer()

    def close_writer(self) -> None:
        """Let the merges under way finish and give the writer's files and threads back; may be called again."""
        writer, self._writer = self._writer, None
        if writer is None:
            return
        try:
            writer.wait_merging_threads()
        except ValueError as error:  # what was committed is safe; the next writer merges
            raise CollectionError(f"the index {self.folder} could not be merged: {_one_line(error)}") from error
        with suppress(OSError, CollectionError):  # it only takes less room
            compact_vectors(self.folder, self._embedded_sequences)

    def _embedded_sequences(self) -> Sequences:
        snapshot = self.snapshot()
        return np.empty(0, dtype=np.int64) if snapshot is None else snapshot.embedded_sequences()

    def close(self) -> None:
        """Give everything back; the index can be used again, which opens it again."""
        try:
            self.close_writer()
        finally:
            with self._lock:
                self._forget()


def _registered(index: Index) -> Index:
    index.register_tokenizer(ANALYSER, document_analyser())
    index.config_reader("manual", 0)
    return index


def _reason(error: BaseException, folder: Path) -> str:
    """Say more where tantivy only knows that one of its threads has ended: it keeps the operating system's error to itself."""
    text = _one_line(error)
    if "worker thread" not in text.lower():
        return text
    free_mb = shutil.disk_usage(folder).free / 1e6
    return (
        f"a file could not be written, with {free_mb:,.1f} MB free on the disk:"
        " if it is full (or files may not grow as large), make room and try again"
    )


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())[:300]
