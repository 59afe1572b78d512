"""Writes documents: their passages, the text of each page, and one record for each document."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from needlepoint.collection.known_files import paths_of, with_paths
from needlepoint.collection.members import parents_of
from needlepoint.collection.replacing import replace_documents
from needlepoint.stores.names import SOURCES
from needlepoint.stores.record_store import RecordStore, records_with
from needlepoint.stores.records import Record
from needlepoint.text.cleaning import clean


@dataclass(frozen=True, slots=True)
class WrittenDocument:
    """A document that was written.

    :param path: the file that it was read from.
    :param passages: the number of its passages.
    :param unread: the parts of the file that are not in its text, with the reasons.
    """

    document_id: str
    name: str
    path: str
    passages: int
    unread: tuple[str, ...] = ()


def write_documents(store: RecordStore, passages: Sequence[Record], sources: Sequence[Record]) -> list[WrittenDocument]:
    """Write documents into the collection; they replace their former versions and those that their files contained before.

    :param passages: the passages; ``meta["document_id"]`` names their source.
    :param sources: one record for each file, with the whole text as content; ``meta`` has ``document_id``, ``name``, ``path``
        and ``pages``.
    :returns: one entry for each document; a document whose file was given twice is written once.
    :raises CollectionError: the documents cannot be written.
    """
    distinct = list({source.meta["document_id"]: source for source in sources}.values())
    passages = list({passage.id: passage for passage in passages}.values())
    counts = Counter(passage.meta["document_id"] for passage in passages)
    if distinct:
        with store.writing():
            known = records_with(store, SOURCES, [source.meta["document_id"] for source in distinct])
            paths, parents = _paths(known, sources), _parents(known, sources)
            added = datetime.now(UTC).isoformat(timespec="seconds")
            records = [
                _with_parents(_record(source, paths[source.meta["document_id"]], counts, added=added), parents)
                for source in distinct
            ]
            pages = [page for source in distinct for page in _pages(source)]
            replace_documents(store, passages, pages, records)
    return [
        WrittenDocument(
            id_, source.meta["name"], source.meta["path"], counts[id_], tuple(source.meta.get("unread") or ())
        )
        for source in distinct
        for id_ in [source.meta["document_id"]]
    ]


def _parents(known: Sequence[Record], sources: Sequence[Record]) -> dict[str, list[str]]:
    """Return the documents that hold each document's file: those that are recorded, and those where it was found now."""
    parents: dict[str, dict[str, None]] = {}
    for id_, meta in [
        *((record.id, record.meta) for record in known),
        *((s.meta["document_id"], s.meta) for s in sources),
    ]:
        parents.setdefault(id_, {}).update(dict.fromkeys(parents_of(meta)))
    return {id_: list(ids) for id_, ids in parents.items() if ids}


def _with_parents(record: Record, parents: Mapping[str, Sequence[str]]) -> Record:
    return replace(record, meta={**record.meta, "parents": parents[record.id]}) if record.id in parents else record


def _paths(known: Sequence[Record], sources: Sequence[Record]) -> dict[str, list[str]]:
    """Return the paths of each document's file: those that are recorded, and those where it was found now."""
    holders = {clean(source.meta["path"]): source.meta["document_id"] for source in sources}
    paths: dict[str, list[str]] = {source.meta["document_id"]: [] for source in sources}
    for record in known:
        if parents_of(record.meta):  # its place is below that of the file that holds it now
            continue
        paths[record.id] += [path for path in paths_of(record.meta) if holders.get(path, record.id) == record.id]
    for path, id_ in holders.items():
        paths[id_].append(path)
    return paths


def _pages(source: Record) -> list[Record]:
    document_id = source.meta["document_id"]
    return [
        Record(
            f"{document_id}-{page['number']}",
            source.content[page["start"] : page["end"]],
            {"document_id": document_id, **page},
        )
        for page in source.meta["pages"]
    ]


def _record(source: Record, paths: list[str], passages: Mapping[str, int], *, added: str) -> Record:
    document_id = source.meta["document_id"]
    meta = with_paths(source.meta, paths) | {
        "pages": len(source.meta["pages"]),
        "passages": passages[document_id],
        "characters": len(source.content),
        "added": added,
    }
    meta.pop("marks", None)
    return Record(document_id, source.meta.get("title") or source.meta["name"], meta)
