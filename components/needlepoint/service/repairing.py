"""Mends a damaged collection: what is broken is read again from the files that the documents came from.

Vectors that are damaged in their file are mended from the records.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from needlepoint.collection.checking import CheckReport
from needlepoint.collection.removing import removal_of
from needlepoint.errors import CollectionError, UnknownDocumentError
from needlepoint.service.folders import FoundFile
from needlepoint.service.indexing import FileOutcome
from needlepoint.service.rereading import file_again, roots
from needlepoint.stores.changes import Change
from needlepoint.stores.names import PASSAGES, SOURCES
from needlepoint.stores.record_store import RecordStore, records_in
from needlepoint.stores.records import Record

if TYPE_CHECKING:
    from needlepoint.service.facade import Service


@dataclass(slots=True)
class RepairReport:
    """What a repair has done.

    :param set_aside: where the damaged indexes are now.
    :param vectors: how many were written again from the records.
    :param outcomes: one for each file that was read again.
    :param lost: why the others could not be read again, one line for each; what is left of these documents stays.
    """

    set_aside: list[str] = field(default_factory=list)
    vectors: int = 0
    outcomes: list[FileOutcome] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """Return what was done and what could not be done, one line each."""
        read = sum(outcome.state == "indexed" for outcome in self.outcomes)
        skipped = [f"{each.path.name}: {each.reason}" for each in self.outcomes if each.state == "skipped"]
        return [
            *(f"the damaged index is now {place}" for place in self.set_aside),
            *([f"vectors written again from the records: {self.vectors:,}"] if self.vectors else []),
            f"{read} files read again",
            *skipped,
            *self.lost,
        ]


def repair_collection(
    service: "Service",
    found: CheckReport,
    *,
    on_total: Callable[[int], None] = lambda total: None,
    progress: Callable[[FileOutcome], None] = lambda outcome: None,
) -> RepairReport:
    """Read the files of all broken documents again; if an index as a whole is damaged, those of all documents.

    A damaged index is moved into the store's subfolder ``damaged`` before. Lost vectors are written again from the records.

    :param found: what :func:`needlepoint.collection.checking.check_collection` has found.
    :param on_total: called once with the number of files to read.
    :param progress: called after each file.
    :raises CollectionError: the collection is on a server that must mend it, or cannot be written.
    """
    store, report = service.collection, RepairReport()
    with store.session():
        known = _known(store, found)
        broken = list(known.values()) if found.indexes else [each.record for each in found.broken]
        files = _files(service, roots(broken, lambda ids: [known[id_] for id_ in ids if id_ in known]), report)
        report.vectors = sum(store.mend_vectors(name) for name in found.vectors)
        report.set_aside = [store.set_aside(name) for name in found.indexes]
        if not found.indexes and files:
            store.change(Change(deletions=removal_of([record.id for record in broken if record.id in files])))
        on_total(len(files))
        report.outcomes = service.indexing.index(files.values(), again=True, progress=progress).outcomes
    return report


def _known(store: RecordStore, found: CheckReport) -> dict[str, Record]:
    """Return the documents' records by id; if they cannot be read, what their passages say of them."""
    if SOURCES not in found.indexes:
        return {record.id: record for record in records_in(store, SOURCES)}
    known: dict[str, Record] = {}
    try:
        for passage in records_in(store, PASSAGES):
            id_ = str(passage.meta.get("document_id") or "")
            known.setdefault(id_, Record(id_, "", passage.meta))
    except CollectionError as error:
        raise CollectionError(
            f"neither the records nor the passages can be read: restore a backup, or index the files again ({error})"
        ) from error
    return known


def _files(service: "Service", records: list[Record], report: RepairReport) -> dict[str, FoundFile]:
    files = {}
    for record in records:
        try:
            files[record.id] = file_again(service.originals, record)
        except UnknownDocumentError as error:
            report.lost.append(str(error))
    return files
