"""Writes a backup while others go on asking and changing the collection."""

import sqlite3
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from needlepoint import __version__
from needlepoint.errors import BackupError, CollectionError
from needlepoint.people.copying import copy_users
from needlepoint.service.backups.archive import (
    COLLECTION,
    DOCUMENTS,
    ORIGINALS,
    PEOPLE,
    SHEETS,
    BackupWriter,
    new_backup,
)
from needlepoint.service.copying import batches_of
from needlepoint.service.facade import Service
from needlepoint.stores.names import EMBEDDINGS, LABELS, PAGES, PASSAGES, SOURCES
from needlepoint.stores.record_store import RecordStore, of_documents, records_in, records_with
from needlepoint.stores.records import Record

_READINGS = 8
_BETWEEN_READINGS_S = 0.25


@dataclass(frozen=True, slots=True)
class BackupReport:
    """What was written.

    :param documents: number of documents; ``passages``, ``labels`` and ``files`` (uploaded originals) likewise.
    :param has_sheets: whether question sheets are in it; ``has_users``, users with the hashes of their passwords.
    :param seconds: wall time.
    """

    documents: int
    passages: int
    labels: int
    files: int
    has_sheets: bool
    has_users: bool
    seconds: float


def write_backup(
    service: Service,
    path: Path,
    *,
    progress: Callable[[Record], None] | None = None,
    on_total: Callable[[int], None] | None = None,
) -> BackupReport:
    """Write the whole collection, its uploaded files, its question sheets and its users into one file.

    Each document is in it as it was at some moment, whole; one that is added meanwhile may be missing.

    :param progress: called once for each document.
    :param on_total: called once with the number of documents.
    :raises BackupError: the file exists, or cannot be written; nothing is left of it.
    :raises CollectionError: the store cannot be read, or a document is being changed all the time.
    """
    start = perf_counter()
    store, records = service.collection, service.documents()
    if on_total:
        on_total(len(records))
    documents = passages = files = 0
    with new_backup(path) as backup:
        for number, batch in enumerate(batches_of(records), start=1):
            whole = _Whole.read(store, [record.id for record in batch])
            backup.add_records(f"{DOCUMENTS}{number:06d}.jsonl", whole.lines())
            files += sum(_add_originals(backup, service.originals.folder, record.id) for record in whole.records)
            documents, passages = documents + len(whole.records), passages + len(whole.passages)
            if progress:
                for record in batch:
                    progress(record)
        others = [(index, record) for index in (LABELS, EMBEDDINGS) for record in records_in(store, index)]
        backup.add_records(COLLECTION, others)
        has_sheets = _add_sheets(backup, service.settings.sheets / SHEETS)
        has_users = _add_users(backup, service.settings.people)
        labels = sum(index == LABELS for index, _ in others)
        counts = {"documents": documents, "passages": passages, "labels": labels, "files": files}
        made = datetime.now(UTC).isoformat(timespec="seconds")
        backup.finish({"made": made, "needlepoint": __version__, **counts, "originals": str(service.originals.folder)})
    return BackupReport(**counts, has_sheets=has_sheets, has_users=has_users, seconds=perf_counter() - start)


@dataclass(frozen=True, slots=True)
class _Whole:
    """Whole documents at one moment."""

    records: Sequence[Record]
    pages: Sequence[Record]
    passages: Sequence[Record]

    @classmethod
    def read(cls, store: RecordStore, ids: Sequence[str]) -> "_Whole":
        """Read documents; one that has gone is left out.

        The indexes are read one after the other, so what is read counts if it is as its records say, or the same twice.

        :raises CollectionError: it is being changed all the time.
        """
        former: _Whole | None = None
        for _ in range(_READINGS):
            found = cls._as_it_is(store, ids)
            if found._is_complete() or (former is not None and found._ids() == former._ids()):
                return found
            former = found
            time.sleep(_BETWEEN_READINGS_S)
        raise CollectionError("a document is being changed all the time: back up again when less is indexed")

    @classmethod
    def _as_it_is(cls, store: RecordStore, ids: Sequence[str]) -> "_Whole":
        of_these = of_documents(ids)
        passages, pages = (list(records_in(store, index, of_these)) for index in (PASSAGES, PAGES))
        records = records_with(store, SOURCES, ids)
        kept = {record.id for record in records}
        return cls(
            records,
            [page for page in pages if page.meta["document_id"] in kept],
            [passage for passage in passages if passage.meta["document_id"] in kept],
        )

    def _is_complete(self) -> bool:
        expected = [sum(int(record.meta[what]) for record in self.records) for what in ("pages", "passages")]
        return expected == [len(self.pages), len(self.passages)]

    def _ids(self) -> list[list[str]]:
        return [sorted(record.id for record in part) for part in (self.records, self.pages, self.passages)]

    def lines(self) -> list[tuple[str, Record]]:
        """Return all records with the names of their indexes."""
        parts = {SOURCES: self.records, PAGES: self.pages, PASSAGES: self.passages}
        return [(index, record) for index, part in parts.items() for record in part]


def _add_originals(backup: BackupWriter, folder: Path, id_: str) -> int:
    place = folder / id_
    if not id_.isalnum() or not place.is_dir():
        return 0
    files = sorted(file for file in place.iterdir() if file.is_file())
    return sum(backup.add_file(f"{ORIGINALS}{id_}/{file.name}", file) for file in files)


def _add_sheets(backup: BackupWriter, path: Path) -> bool:
    """Add the sheets' database as it is at one moment."""
    if not path.is_file():
        return False
    try:
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / SHEETS
            address = f"{path.absolute().as_uri()}?mode=ro"
            with closing(sqlite3.connect(address, uri=True)) as live, closing(sqlite3.connect(copy)) as other:
                live.backup(other)
            return backup.add_file(SHEETS, copy)
    except sqlite3.Error as error:
        raise BackupError(f"the sheets {path} cannot be read: {error}") from error


def _add_users(backup: BackupWriter, folder: Path) -> bool:
    """Add the users, so that who restores the documents restores who may see them."""
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / PEOPLE
        return copy_users(folder, copy) and backup.add_file(PEOPLE, copy)
