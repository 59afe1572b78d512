"""One tantivy index in its folder: opened at first use, reloaded after each commit of any process."""

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
from needlepoint.stores.tantivy.damage import damaged, damaged_search_file, is_panic, reason_of
from needlepoint.stores.tantivy.leftovers import remove_leftovers
from needlepoint.stores.tantivy.schema import build_schema, require_search_fields, to_document
from needlepoint.stores.tantivy.snapshot import Snapshot, deletion_query
from needlepoint.stores.tantivy.vectors import Sequences, VectorFiles, append_vectors, compact_vectors, rewrite_vectors
from needlepoint.text.terms import ANALYSER, document_analyser

_HEAP_BYTES = 128_000_000
_CHECKED_BYTES = 64_000_000  # some 0.1 s; more is left to `needlepoint documents check`
_ATTEMPTS = 3
_THREADS = max(1, min(4, (os.cpu_count() or 1) - 1))  # one core is left for making the documents

Stamp = tuple[int, int, int]


class TextIndex:
    """One index; any thread may read, one at a time may write (the caller must ensure that).

    :param folder: the folder of tantivy's files, which need not exist.
    :param search_fields: the search fields of a new index.
    """

    def __init__(self, folder: Path, search_fields: Sequence[str]) -> None:
        self.folder = folder
        self._search_fields = tuple(search_fields)
        self._lock = threading.Lock()
        self._index: Index | None = None
        self._folder_id = 0
        self._stamp: Stamp | None = None
        self._snapshot: Snapshot | None = None
        self._whole: set[str] = set()  # files whose checksums were compared
        self._vectors = VectorFiles(folder)
        self._writer: IndexWriter | None = None
        self._links: tempfile.TemporaryDirectory[str] | None = None
        self._sequence = 0

    def snapshot(self) -> Snapshot | None:
        """Return the index as of the last commit of any process, or None if there is no index.

        :raises CollectionError: its files cannot be read.
        """
        for attempt in range(_ATTEMPTS):
            stamp = self._read_stamp()  # read first, so that a commit in between is noticed next time
            try:
                return self._snapshot_at(stamp)
            except CollectionError:
                # another process may have removed or recreated the index meanwhile
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
            self._require_no_segments()
            return None
        except OSError as error:
            raise CollectionError(f"the index {self.folder} cannot be read: {error.strerror}") from error
        return status.st_mtime_ns, status.st_ino, status.st_size

    def _require_no_segments(self) -> None:
        """Tell an index that lacks its list of segments from one that does not exist.

        :raises CollectionError: there are segments.
        """
        if any(self.folder.glob("*.store")) and not (self.folder / "meta.json").exists():
            raise damaged(self.folder, "meta.json is missing")

    def _reload(self) -> Snapshot:
        try:
            index = self._opened() if os.access(self.folder, os.W_OK) else self._opened_read_only()
            index.reload()
            if trouble := damaged_search_file(self.folder, self._whole, most_bytes=_CHECKED_BYTES):
                raise ValueError(trouble)
            return Snapshot(index, index.searcher(), self.folder, self._vectors)
        except PermissionError as error:
            self._forget()
            raise CollectionError(f"the index {self.folder} cannot be read: {reason_of(error)}") from error
        except BaseException as error:
            self._forget()
            if not isinstance(error, ValueError | OSError | KeyError | TypeError) and not is_panic(error):
                raise
            raise damaged(self.folder, reason_of(error)) from error

    def _opened(self) -> Index:
        folder_id = os.stat(self.folder).st_ino
        if self._index is None or folder_id != self._folder_id:
            self._index = _registered(Index.open(str(self.folder)))
            self._folder_id = folder_id
        return self._index

    def _opened_read_only(self) -> Index:
        """Open the index through links in another folder, because tantivy creates a lock file even for reading."""
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
        """Write records, all in one commit or none; they replace those with the same ids.

        :raises CollectionError: they cannot be written; the index is unchanged.
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
        """Delete the records that have one of the ids, if given, and match the filters, in one commit.

        :raises QuestionError: the filters are invalid.
        :raises CollectionError: the index cannot be written; it is unchanged.
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
            # a killed process may have left a file with the name that the next commit will use
            with suppress(ValueError):
                self._writer.garbage_collect_files()
        except (ValueError, OSError) as error:
            self._writer = None
            raise CollectionError(f"the index {self.folder} cannot be written: {reason_of(error)}") from error
        return self._writer

    def _create(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._index = _registered(Index(build_schema(self._search_fields), str(self.folder)))
        self._folder_id = os.stat(self.folder).st_ino

    def _abandon(self, error: BaseException) -> NoReturn:
        """Discard the writer with everything that is not committed, and raise the error."""
        is_tantivys = isinstance(error, ValueError | OSError | MemoryError) or is_panic(error)
        reason = _reason(error, self.folder) if is_tantivys else ""
        self._discard_writer()
        self._remove_leftovers()
        if not is_tantivys:
            raise error
        raise CollectionError(f"the index {self.folder} could not be written and is unchanged: {reason}") from error

    def _discard_writer(self) -> None:
        # ended explicitly, because the error's traceback keeps the writer alive, and with it tantivy's lock
        writer, self._writer = self._writer, None
        if writer is not None:
            for end in (writer.rollback, writer.wait_merging_threads):
                with suppress(ValueError):
                    end()

    def _remove_leftovers(self) -> None:
        """Free the space of uncommitted files; if that fails, the next commit does it."""
        with suppress(ValueError, OSError, CollectionError):
            self._open_writer()
        self._discard_writer()

    def close_writer(self) -> None:
        """Wait for running merges, then close the writer; may be called again.

        :raises CollectionError: a merge failed.
        """
        writer, self._writer = self._writer, None
        if writer is None:
            return
        try:
            writer.wait_merging_threads()
        except ValueError as error:  # committed records are safe; the next writer merges
            raise CollectionError(f"the index {self.folder} could not be merged: {reason_of(error)}") from error
        with suppress(OSError, CollectionError):  # compacting only saves space
            compact_vectors(self.folder, self._embedded_sequences)

    def mend_vectors(self) -> int:
        """Write the files of the embeddings anew from the records, if any is missing or damaged; return how many were.

        :raises CollectionError: a record cannot be read, or a file cannot be written; it is unchanged.
        """
        snapshot = self.snapshot()
        lost = snapshot.lost_vectors() if snapshot else 0
        if snapshot and lost:
            sequences, vectors = snapshot.embeddings()
            try:
                rewrite_vectors(self.folder, sequences.tolist(), vectors)
            except OSError as error:
                raise CollectionError(f"the index {self.folder} cannot be written: {reason_of(error)}") from error
            with self._lock:
                self._forget()
        return lost

    def _embedded_sequences(self) -> Sequences:
        snapshot = self.snapshot()
        return np.empty(0, dtype=np.int64) if snapshot is None else snapshot.embedded_sequences()

    def close(self) -> None:
        """Close the writer and all files; the next call opens them again."""
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
    """Return the reason of an error; tantivy reports only that a thread ended, without the operating system's error."""
    text = reason_of(error)
    if "worker thread" not in text.lower():
        return text
    free_mb = shutil.disk_usage(folder).free / 1e6
    return (
        f"a file could not be written ({free_mb:,.1f} MB are free on the disk):"
        " if the disk is full or the file size is limited, make room and try again"
    )
