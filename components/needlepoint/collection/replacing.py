"""Writes whole documents; they replace their former versions and the documents that their files contained before."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from needlepoint.collection.known_files import file_at, paths_of, with_paths
from needlepoint.collection.members import Adoption, adopted_records, held_by, leaving, parents_of
from needlepoint.collection.removing import removal_of
from needlepoint.stores.changes import Change, Deletion
from needlepoint.stores.names import PAGES, PASSAGES, SOURCES
from needlepoint.stores.record_store import RecordStore, of_documents, record_with, records_in, records_with
from needlepoint.stores.records import Record


def replace_documents(
    store: RecordStore, passages: Sequence[Record], pages: Sequence[Record], records: Sequence[Record]
) -> None:
    """Write documents, and delete what is left of their former versions.

    A document that is in the collection stays there throughout, whatever fails. After an error, nothing is left of documents
    that were not in it.

    :param passages: the passages of all documents.
    :param pages: the pages of all documents.
    :param records: one record for each document.
    :raises CollectionError: the documents cannot be written.
    """
    of_these = of_documents(record.id for record in records)
    with store.writing():
        former = {index: list(records_in(store, index, of_these)) for index in (PASSAGES, PAGES)}
        stale = [
            Deletion(index, ids)
            for index, written in ((PASSAGES, passages), (PAGES, pages))
            if (ids := _missing(former[index], written))
        ]
        holders = {path: record.id for record in records if _has_place(record) for path in paths_of(record.meta)}
        sources = _Sources(store, records, holders)
        store.change(
            Change(
                writes={PASSAGES: passages, PAGES: pages, SOURCES: sources.written},
                former={**former, SOURCES: sources.former},
                deletions=[*stale, *removal_of(sources.gone)],
            )
        )


def _has_place(record: Record) -> bool:
    """Whether a document is what its path holds now: not one inside of another file, nor one that is not complete yet."""
    return not parents_of(record.meta) and not record.meta.get("is_incomplete")


def adopt(store: RecordStore, adoptions: Sequence[Adoption]) -> None:
    """Record that known documents are inside of further files."""
    if adoptions:
        with store.writing():
            merged, former = adopted_records(store, adoptions)
            if merged:
                store.change(Change(writes={SOURCES: merged}, former={SOURCES: former}))


def complete(store: RecordStore, document_id: str, members: Sequence[str], unread: Sequence[str]) -> None:
    """Record that all files inside of a document's file are indexed, and remove those that it held before.

    :param members: the ids of the documents inside.
    :param unread: all that could not be read of the file and of what is inside.
    """
    with store.writing():
        record = record_with(store, SOURCES, document_id)
        if record is None:
            return
        meta = {**record.meta, "unread": list(unread)}
        meta.pop("is_incomplete", None)
        done = replace(record, meta=meta)
        holders = {path: record.id for path in paths_of(meta)} if _has_place(done) else {}
        sources = _Sources(store, [done], holders, lost=_lost(store, document_id, members))
        store.change(sources.change())


def _lost(store: RecordStore, document_id: str, members: Sequence[str]) -> list[Record]:
    """Return the documents that a file held before, without the one that held them."""
    kept = set(members)
    lost = (record for record in held_by(store, document_id) if record.id not in kept)
    return [
        replace(record, meta={**record.meta, "parents": [id_ for id_ in parents_of(record.meta) if id_ != document_id]})
        for record in sorted(lost, key=lambda record: record.id)
    ]


def _missing(former: Iterable[Record], written: Iterable[Record]) -> list[str]:
    new = {record.id for record in written}
    return [record.id for record in former if record.id not in new]


def note_paths(store: RecordStore, holders: Mapping[str, str]) -> None:
    """Record where the files of known documents are; documents that these files contained before are removed.

    A document is removed only if its file is at no other path.

    :param holders: for each path, the id of the document that its file contains.
    """
    with store.writing():
        noted = []
        for record in records_with(store, SOURCES, list(dict.fromkeys(holders.values()))):
            known = paths_of(record.meta)
            new = [path for path, id_ in holders.items() if id_ == record.id and path not in known]
            if new:
                noted.append(replace(record, meta=with_paths(record.meta, [*known, *new])))
        sources = _Sources(store, noted, holders)
        if sources.written or sources.gone:
            store.change(sources.change())


class _Sources:
    """The changes to document records when files contain other documents than before.

    A document loses the paths whose files contain other documents now; if its file is at no other path, it is removed.

    :param new: records that are to be written.
    :param holders: for each path, the id of the document that its file contains.
    :param lost: documents inside of files that do not hold them any more; those that no other holds go.
    """

    def __init__(
        self, store: RecordStore, new: Sequence[Record], holders: Mapping[str, str], lost: Sequence[Record] = ()
    ) -> None:
        self._holders = holders
        self._kept = set(holders.values())
        at_these = {"$in": list(holders)}
        losing = records_in(store, SOURCES, {"$or": {"path": at_these, "paths": at_these}})
        changed = {record.id: record for record in [*new, *lost]}
        known = {record.id: record for record in [*records_with(store, SOURCES, list(changed)), *losing]}
        self.former = list(known.values())
        self.gone = [record.id for record in lost if not parents_of(record.meta)]
        for record in [*new, *(record for record in self.former if record.id not in changed)]:
            if parents_of(record.meta):  # it goes with what holds it, whatever is at its path
                continue
            left = self._left(record)
            if not left:
                self.gone.append(record.id)
            elif left != paths_of(record.meta):
                changed[record.id] = replace(record, meta=with_paths(record.meta, left))
        going = leaving(store, self.gone, changed)
        self.gone = going.gone
        self.former += going.former
        self.written = [record for id_, record in {**changed, **going.changed}.items() if id_ not in self.gone]

    def change(self) -> Change:
        """Return the change, where passages and pages stay as they are."""
        return Change(writes={SOURCES: self.written}, former={SOURCES: self.former}, deletions=removal_of(self.gone))

    def _left(self, record: Record) -> list[str]:
        paths = paths_of(record.meta)
        left = [path for path in paths if self._holders.get(path, record.id) == record.id]
        if left != paths and record.id not in self._kept:
            left = [path for path in left if file_at(path, record.id)]
        return left
