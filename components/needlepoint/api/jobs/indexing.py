"""The indexing jobs: uploads, re-indexing, the example collection."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from needlepoint.api.jobs.queue import Job, JobFile
from needlepoint.collection.known_files import known_ids
from needlepoint.errors import NeedlepointError, StoreLockedError
from needlepoint.files.identity import file_id
from needlepoint.files.names import shown_name
from needlepoint.files.workers.reading_ahead import page_progress, stoppable
from needlepoint.service.facade import Service
from needlepoint.service.folders import FoundFile
from needlepoint.service.indexing import FileOutcome
from needlepoint.service.originals import Arrival
from needlepoint.service.rereading import file_again, roots
from needlepoint.stores.names import SOURCES
from needlepoint.stores.record_store import records_with
from needlepoint.stores.records import Record

ADDED_BY = "upload"
FOLDER = "Uploads"  # what uploads are filed under, shown among the facets
_IN_COLLECTION = "already in the collection"
_FILES_AT_ONCE = 8
_BYTES_AT_ONCE = 4_000_000
_LOCK_WAIT_S = 2.0
_LONGEST_LOCK_WAIT_S = 600.0


@dataclass(frozen=True, slots=True)
class Upload:
    """The files of one request.

    :param metas: metadata of each file.
    :param keeps_files: whether the files are kept, so that their pages can be shown as pictures.
    :param replaces: whether earlier uploads of the same names are removed.
    :param params: for the nodes of the indexing pipeline.
    """

    arrivals: Sequence[Arrival]
    metas: Sequence[Mapping[str, Any]]
    keeps_files: bool = True
    replaces: bool = False
    params: Mapping[str, Any] = field(default_factory=dict)


def upload_job(service: Service, upload: Upload) -> Job:
    """Return a job that indexes an upload."""

    def clean() -> None:
        for arrival in upload.arrivals:
            service.originals.forget(arrival)

    return Job(
        lambda job: _index_uploads(service, upload, job),
        [JobFile(shown_name(arrival.name)) for arrival in upload.arrivals],
        clean=clean,
    )


def _index_uploads(service: Service, upload: Upload, job: Job) -> None:
    triples = list(zip(upload.arrivals, upload.metas, job.files, strict=True))
    for chunk in _chunks(triples, size=lambda triple: triple[0].size):
        if job.stop.is_set():
            break
        _index_chunk(service, upload, job, chunk)
    if upload.replaces:
        _replace_earlier(service, job)


def _index_chunk(
    service: Service, upload: Upload, job: Job, chunk: Sequence[tuple[Arrival, Mapping[str, Any], JobFile]]
) -> None:
    """Index some files: from their final place if they are kept, otherwise from where they arrived.

    However it ends, every file that this upload added to the originals and that became no document is removed.
    """
    ids = [file_id(arrival.path) for arrival, _, _ in chunk]
    known = set() if upload.keeps_files else known_ids(service.collection, ids)
    found: dict[str, FoundFile] = {}
    of_path: dict[Path, list[JobFile]] = {}
    added: set[str] = set()
    try:
        for id_, (arrival, meta, file) in zip(ids, chunk, strict=True):
            file.document = id_
            if id_ in known:
                file.state, file.reason = "done", _IN_COLLECTION
                continue
            if id_ not in found:
                path, is_new = service.originals.keep(arrival, id_) if upload.keeps_files else (arrival.path, False)
                if is_new:
                    added.add(id_)
                found[id_] = _found(path, meta, arrival)
            of_path.setdefault(found[id_].path, []).append(file)
        if found:
            _index(service, job, list(found.values()), of_path, again=False, params=upload.params)
    finally:
        for file in (file for _, _, file in chunk if file.state != "done"):
            if file.document in added:
                service.originals.remove(str(file.document))
            file.document = None


def _found(path: Path, meta: Mapping[str, Any], arrival: Arrival) -> FoundFile:
    given = {"given": sorted(meta)} if meta else {}
    own = {**meta, **given, "name": shown_name(arrival.name), "added_by": ADDED_BY}
    return FoundFile(path, str(meta.get("folder") or FOLDER), own)


def _replace_earlier(service: Service, job: Job) -> None:
    """Delete earlier uploads that have the name of a file of this job; the job's own documents stay."""
    own = {file.document for file in job.files if file.document}
    names = sorted({file.name for file in job.files if file.document})
    if names:
        earlier = service.documents(filters={"name": {"$in": names}, "added_by": ADDED_BY})
        service.delete([record.id for record in earlier if record.id not in own])


def reindex_job(service: Service, document_ids: Sequence[str]) -> Job:
    """Return a job that reads the files of documents again; for a file inside of another, the one that was added.

    :param document_ids: none for all documents.
    :raises UnknownDocumentError: one of them does not exist.
    """
    records = [service.texts.record(id_) for id_ in document_ids] if document_ids else service.documents()
    records = roots(records, lambda ids: records_with(service.collection, SOURCES, ids))
    files = [JobFile(str(record.meta.get("name")), document=record.id) for record in records]

    def work(job: Job) -> None:
        pairs = list(zip(records, files, strict=True))
        for chunk in _chunks(pairs, size=lambda pair: int(pair[0].meta.get("size", 0))):
            if job.stop.is_set():
                return
            _reindex_chunk(service, job, chunk)

    return Job(work, files)


def _reindex_chunk(service: Service, job: Job, chunk: Sequence[tuple[Record, JobFile]]) -> None:
    found, of_path = [], {}
    for record, file in chunk:
        try:
            again = file_again(service.originals, record)
        except NeedlepointError as error:
            file.state, file.reason = "skipped", str(error)
            continue
        found.append(again)
        of_path[again.path] = [file]
    _index(service, job, found, of_path, again=True)


def folder_job(service: Service, folder: Path) -> Job:
    """Return a job that indexes all files of a folder on this machine."""
    paths = sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))
    files = [JobFile(path.name) for path in paths]

    def work(job: Job) -> None:
        pairs = list(zip(paths, files, strict=True))
        for chunk in _chunks(pairs, size=lambda pair: pair[0].stat().st_size):
            if job.stop.is_set():
                return
            found = [FoundFile(path.resolve(), folder.name) for path, _ in chunk]
            _index(service, job, found, {path.resolve(): [file] for path, file in chunk}, again=False)

    return Job(work, files)


def _index(
    service: Service,
    job: Job,
    files: Sequence[FoundFile],
    of_path: Mapping[Path, Sequence[JobFile]],
    *,
    again: bool,
    params: Mapping[str, Any] | None = None,
) -> None:
    def note(outcome: FileOutcome) -> None:
        for number, file in enumerate(of_path[outcome.path]):
            file.state = "skipped" if outcome.state == "skipped" else "done"
            file.passages = outcome.passages if outcome.state == "indexed" else None
            file.reason = outcome.reason or None
            if outcome.state == "unchanged" or (number and file.state == "done"):
                file.reason = _IN_COLLECTION

    def note_page(path: Path, done: int, total: int) -> None:
        for root in (root for root in of_path if path.is_relative_to(root)):
            for file in of_path[root]:
                file.reason = f"OCR has read {done:,} of {total:,} pages"

    for file in (file for same in of_path.values() for file in same):
        file.state = "reading"
    deadline = time.monotonic() + _LONGEST_LOCK_WAIT_S
    while True:
        try:
            with stoppable(job.stop), page_progress(note_page):
                service.indexing.index(files, progress=note, again=again, params=params)
        except StoreLockedError:
            if time.monotonic() > deadline or job.stop.wait(_LOCK_WAIT_S):
                raise
        else:
            return


def _chunks(entries: Sequence[Any], *, size: Callable[[Any], int]) -> Iterator[list[Any]]:
    """Group entries, so that progress shows, each commit is worth its time, and other writers get their turn in between."""
    chunk: list[Any] = []
    total = 0
    for entry in entries:
        with suppress(OSError):
            bytes_ = size(entry)
            if chunk and (len(chunk) >= _FILES_AT_ONCE or total + bytes_ > _BYTES_AT_ONCE):
                yield chunk
                chunk, total = [], 0
            total += bytes_
        chunk.append(entry)
    if chunk:
        yield chunk
