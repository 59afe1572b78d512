"""Documents of files inside of other files: they go with the documents that hold them.

``meta["parents"]`` of such a document has the ids of the documents that hold its file. The same file under the same name may be
in two versions of an archive; it stays as long as one of them does.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from needlepoint.collection.known_files import known_ids
from needlepoint.stores.names import SOURCES
from needlepoint.stores.record_store import RecordStore, records_in, records_with
from needlepoint.stores.records import Record


@dataclass(slots=True)
class Leaving:
    """The documents that go, and those that lose some of the documents that hold them.

    :param gone: the ids of all documents that go.
    :param changed: the records that stay with fewer parents.
    :param former: these records as they are.
    """

    gone: list[str] = field(default_factory=list)
    changed: dict[str, Record] = field(default_factory=dict)
    former: list[Record] = field(default_factory=list)


def parents_of(meta: Mapping[str, Any]) -> list[str]:
    """Return the ids of the documents that hold a document's file; none for a file that stands alone."""
    return list(meta.get("parents") or ())


def unread_of(meta: Mapping[str, Any]) -> list[str]:
    """Return what of a document's file was not read, with the reasons; of what is inside of it, too."""
    incomplete = ["some of the files in it: indexing them was interrupted, so index it again"]
    return [*(incomplete if meta.get("is_incomplete") else ()), *(meta.get("unread") or ())]


def leaving(store: RecordStore, document_ids: Iterable[str], written: Mapping[str, Record] | None = None) -> Leaving:
    """Return what leaves the collection with some documents: what is inside of their files, however deep.

    :param written: records that the same change writes, by id.
    """
    new = dict(written or {})
    found = Leaving(list(dict.fromkeys(document_ids)))
    frontier = list(found.gone)
    while frontier:
        orphans, gone = [], set(found.gone)
        for record in _held_by(store, frontier, new):
            if record.id in gone:
                continue
            current = found.changed.get(record.id) or new.get(record.id) or record
            left = _left(store, current, gone, new)
            if left:
                found.changed[record.id] = replace(current, meta={**current.meta, "parents": left})
                found.former += [] if record.id in new else [record]
            else:
                found.changed.pop(record.id, None)
                orphans.append(record.id)
        found.gone += orphans
        frontier = orphans
    return found


def held_by(store: RecordStore, document_id: str) -> list[Record]:
    """Return the documents of the files inside of a document's file, not of those inside of them."""
    return _held_by(store, [document_id], {})


@dataclass(frozen=True, slots=True)
class Adoption:
    """A known document whose file is found inside of another file.

    :param parent: the id of the document of that file.
    :param path: where it is, as a path below that of the file.
    """

    document_id: str
    parent: str
    path: str


def adopted_records(store: RecordStore, adoptions: Iterable[Adoption]) -> tuple[list[Record], list[Record]]:
    """Return the records of known documents with further documents that hold them, and these records as they are."""
    wanted: dict[str, list[Adoption]] = {}
    for each in adoptions:
        wanted.setdefault(each.document_id, []).append(each)
    former = [
        record
        for record in records_with(store, SOURCES, list(wanted))
        if not {each.parent for each in wanted[record.id]} <= set(parents_of(record.meta))
    ]
    merged = []
    for record in former:
        parents = _merged(parents_of(record.meta), [each.parent for each in wanted[record.id]])
        meta = {**record.meta, "parents": parents, "path": wanted[record.id][-1].path}
        merged.append(replace(record, meta=meta))
    return merged, former


def _merged(*lists: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(id_ for each in lists for id_ in each))


def _held_by(store: RecordStore, document_ids: Sequence[str], new: Mapping[str, Record]) -> list[Record]:
    stored = {record.id: record for record in records_in(store, SOURCES, {"parents": {"$in": list(document_ids)}})}
    holders = set(document_ids)
    return list({**stored, **{id_: each for id_, each in new.items() if holders & {*parents_of(each.meta)}}}.values())


def _left(store: RecordStore, record: Record, gone: Collection[str], new: Mapping[str, Record]) -> list[str]:
    """Return the documents that still hold a record's file; one of a killed run may never have come into the collection."""
    parents = [id_ for id_ in parents_of(record.meta) if id_ not in gone]
    others = known_ids(store, [id_ for id_ in parents if id_ not in new])
    return [id_ for id_ in parents if id_ in new or id_ in others]
