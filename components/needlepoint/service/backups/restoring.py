"""Restores a backup into either store."""

import os
import secrets
import sqlite3
import tempfile
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Any

from needlepoint.collection.embedding_record import EmbeddingRecord, claim
from needlepoint.collection.known_files import paths_of, with_paths
from needlepoint.collection.replacing import replace_documents
from needlepoint.errors import BackupError
from needlepoint.files.names import safe_name
from needlepoint.people.copying import restore_users
from needlepoint.service.backups.archive import COLLECTION, DOCUMENTS, ORIGINALS, PEOPLE, SHEETS, Backup
from needlepoint.service.facade import Service
from needlepoint.sheets.database import SheetDatabase
from needlepoint.stores.names import EMBEDDINGS, LABELS, PAGES, PASSAGES, SOURCES
from needlepoint.stores.records import Record


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """What was restored: numbers of documents, passages, labels and uploaded files, and the wall time."""

    documents: int
    passages: int
    labels: int
    files: int
    seconds: float


def restore_backup(
    service: Service,
    path: Path,
    *,
    add: bool = False,
    on_total: Callable[[int], None] | None = None,
    progress: Callable[[int], None] | None = None,
) -> RestoreReport:
    """Write what a backup holds into the collection; nothing is written before the whole file has been checked.

    :param add: whether the collection may hold something already, which stays; documents of the backup replace their other
        versions. An interrupted restoring is finished in this way.
    :param on_total: called once with the number of bytes to read.
    :param progress: called with numbers of bytes read.
    :raises BackupError: the file is not a whole backup, or the collection holds something and ``add`` is not given.
    :raises CollectionError: the store cannot be written, or its passages are embedded with another model.
    """
    start = perf_counter()
    with Backup(path) as backup:
        if not add:
            _check_empty(service)
        if on_total:
            on_total(backup.size)
        backup.verify(progress)
        restoring = _Restoring(service, backup)
        if backup.names(PEOPLE):
            restoring.write_users()  # first, so that nobody sees a document who may not
        with service.collection.writing():
            labels = restoring.write_collection()
            files = sum(restoring.write_original(name) for name in backup.names(ORIGINALS))
            counts = [restoring.write_documents(name) for name in backup.names(DOCUMENTS)]
        if backup.names(SHEETS):
            restoring.write_sheets()
    documents, passages = (sum(part) for part in zip(*counts, strict=True)) if counts else (0, 0)
    return RestoreReport(documents, passages, labels, files, perf_counter() - start)


def _check_empty(service: Service) -> None:
    if held := len(service.documents()):
        raise BackupError(
            f"the collection holds {held:,} documents already: restore into an empty one, or add to it with --add"
        )


class _Restoring:
    """One backup on its way into one collection."""

    def __init__(self, service: Service, backup: Backup) -> None:
        self._service, self._backup = service, backup
        self._store = service.collection
        self._former = str(backup.facts.get("originals") or "")

    def write_collection(self) -> int:
        """Record the embedding model and write the labels; return the number of labels."""
        found = defaultdict(list)
        for index, record in self._backup.records(COLLECTION):
            found[index].append(record)
        for record in found[EMBEDDINGS]:
            claim(self._store, record.id, EmbeddingRecord.of(record))
        if labels := found[LABELS]:
            self._store.write(LABELS, labels)
        return len(labels)

    def write_documents(self, name: str) -> tuple[int, int]:
        """Write the documents of one member; return the numbers of documents and passages."""
        found: dict[str, list[Record]] = defaultdict(list)
        for index, record in self._backup.records(name):
            found[index].append(self._moved(record))
        if found[SOURCES]:
            replace_documents(self._store, found[PASSAGES], found[PAGES], found[SOURCES])
        return len(found[SOURCES]), len(found[PASSAGES])

    def _moved(self, record: Record) -> Record:
        """Return the record with its uploaded file where it lies now."""
        meta: dict[str, Any] = dict(record.meta)
        if not any(map(self._was_uploaded, paths_of(meta))):
            return record
        return replace(record, meta=with_paths(meta, [self._now_at(path) for path in paths_of(meta)]))

    def _now_at(self, path: str) -> str:
        if not self._was_uploaded(path):
            return path
        return str(self._service.originals.folder / path.removeprefix(f"{self._former}/"))

    def _was_uploaded(self, path: str) -> bool:
        return bool(self._former) and path.startswith(f"{self._former}/")

    def write_original(self, name: str) -> int:
        """Put an uploaded file into its place; return the number of files written.

        :raises BackupError: its name leads elsewhere.
        """
        _, id_, file = Path(name).parts if name.count("/") == 2 else ("", "", "")
        if not id_.isalnum() or file != safe_name(file):
            raise BackupError(f"{self._backup.path}: no uploaded file has the name {name!r}: this is not our backup")
        place = self._service.originals.folder / id_ / file
        part = place.with_name(f".{secrets.token_hex(8)}.part")
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            with part.open("xb") as data:
                self._backup.save(name, data)
            os.replace(part, place)
        except OSError as error:
            raise BackupError(f"{place} cannot be written: {error.strerror or error}") from error
        finally:
            part.unlink(missing_ok=True)
        return 1

    def write_users(self) -> None:
        """Write the users, unless there are some."""
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / PEOPLE
            with copy.open("wb") as file:
                self._backup.save(PEOPLE, file)
            restore_users(self._service.settings.people, copy)

    def write_sheets(self) -> None:
        """Add the sheets; what is there under the same key stays."""
        target = SheetDatabase(self._service.settings.sheets / SHEETS)  # makes its tables
        target.close()
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / SHEETS
            with copy.open("wb") as file:
                self._backup.save(SHEETS, file)
            try:
                with closing(sqlite3.connect(self._service.settings.sheets / SHEETS, timeout=30)) as connection:
                    _merge(connection, copy)
            except sqlite3.Error as error:
                raise BackupError(f"the sheets of {self._backup.path} cannot be restored: {error}") from error


def _merge(connection: sqlite3.Connection, other: Path) -> None:
    connection.execute("ATTACH ? AS other", (str(other),))
    with connection:
        for table in _tables(connection, "main"):
            columns = [
                name for name in _columns(connection, "other", table) if name in _columns(connection, "main", table)
            ]
            if columns:
                names = ", ".join(f'"{name}"' for name in columns)
                connection.execute(
                    f'INSERT OR IGNORE INTO main."{table}" ({names}) SELECT {names} FROM other."{table}"'
                )


def _tables(connection: sqlite3.Connection, schema: str) -> Sequence[str]:
    found = connection.execute(
        f"SELECT name FROM {schema}.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    )
    return [name for (name,) in found]


def _columns(connection: sqlite3.Connection, schema: str, table: str) -> Sequence[str]:
    return [name for (name,) in connection.execute("SELECT name FROM pragma_table_info(?, ?)", (table, schema))]
