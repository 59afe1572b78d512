"""The end of an indexing pipeline: one document's passages, pages and record, written so that a kill loses nothing."""

from collections import Counter
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from datetime import UTC, datetime
from typing import Any

from haystack import Document
from haystack.document_stores import BaseDocumentStore
from haystack.nodes import BaseComponent

from needlepoint.collection.known_files import file_at, paths_of, with_paths
from needlepoint.stores.names import PAGES, PASSAGES, SOURCES
from needlepoint.text.cleaning import clean


class CollectionWriter(BaseComponent):
    """Writes what ``PassageSplitter`` puts out into three indexes of one store.

    ``document`` holds the passages that are searched, ``page`` the text of every page, ``source`` one record for each
    document. The record is written last: a document is in the collection when its record is, so an interrupted run is
    mended by the next one. A file indexed again under its old path replaces its former version, which goes only after the
    new one is complete, and only if its file lies at no other path.

    :param document_store: any Haystack store that keeps several indexes.
    """

    outgoing_edges = 1

    def __init__(self, document_store: BaseDocumentStore) -> None:
        super().__init__()
        self.document_store = document_store

    def run(self, documents: list[Document], sources: list[Document]) -> tuple[dict[str, Any], str]:
        """Write passages and their sources.

        :param documents: passages; ``meta["document_id"]`` names their source.
        :param sources: one Haystack document for each file, its whole text as content and ``meta["pages"]`` as its pages.
        :returns: ``{"written": [{"document_id", "name", "path", "passages"}]}`` and the edge.
        """
        passages = list({passage.id: passage for passage in documents}.values())
        counts = Counter(passage.meta["document_id"] for passage in passages)
        distinct = list({source.meta["document_id"]: source for source in sources}.values())
        if distinct:
            paths = self._paths(sources)
            added = datetime.now(UTC).isoformat(timespec="seconds")
            records = [_record(source, paths[source.meta["document_id"]], counts, added=added) for source in distinct]
            pages = [page for source in distinct for page in _pages(source)]
            replace_documents(self.document_store, passages, pages, records)
        keys = ("document_id", "name", "path")
        written = [
            {**{key: source.meta[key] for key in keys}, "passages": counts[source.meta["document_id"]]}
            for source in distinct
        ]
        return {"written": written}, "output_1"

    def run_batch(self, documents: list[Document], sources: list[Document]) -> tuple[dict[str, Any], str]:
        """Do what ``run`` does: indexing has no per-query batches."""
        return self.run(documents, sources)

    def _paths(self, sources: list[Document]) -> dict[str, list[str]]:
        """Return where each document's file lies: where it is known to, and where it was found now."""
        holders = {clean(source.meta["path"]): source.meta["document_id"] for source in sources}
        paths: dict[str, list[str]] = {id_: [] for id_ in holders.values()}
        for record in self.document_store.get_documents_by_id(list(paths), index=SOURCES):
            paths[record.id] += [path for path in paths_of(record.meta) if holders.get(path, record.id) == record.id]
        for path, id_ in holders.items():
            paths[id_].append(path)
        return paths


def replace_documents(
    store: BaseDocumentStore, passages: list[Document], pages: list[Document], records: list[Document]
) -> None:
    """Write documents in the place of what there is of them, and of what their files held before.

    The records come last. What there is of a document stays until it is overwritten, so that no moment and no error takes a
    document out of the collection; of those that were not there, an error leaves nothing.

    :param records: of all documents that the passages and pages are of.
    """
    ids = [record.id for record in records]
    with writing_to(store):
        known = {record.id for record in store.get_documents_by_id(ids, index=SOURCES)}
        try:
            _replace(store, PASSAGES, passages, ids)
            _replace(store, PAGES, pages, ids)
            store.write_documents(records, index=SOURCES, duplicate_documents="overwrite")
        except Exception:
            with suppress(Exception):  # the first error counts; what cannot be undone now, the next run clears
                remove_documents(store, [id_ for id_ in ids if id_ not in known])
            raise
        _release(store, {path: record.id for record in records for path in paths_of(record.meta)})


def writing_to(store: BaseDocumentStore) -> AbstractContextManager[Any]:
    """Let no other thread write to a store of ours in between; other stores know no such thing."""
    writing = getattr(store, "writing", None)
    return writing() if writing else nullcontext()


def _replace(store: BaseDocumentStore, index: str, written: list[Document], document_ids: list[str]) -> None:
    """Write passages or pages; those that are left of an earlier or interrupted run go."""
    former = store.get_all_documents(index=index, filters={"document_id": {"$in": document_ids}})
    store.write_documents(written, index=index, duplicate_documents="overwrite")
    new = {document.id for document in written}
    if stale := [document.id for document in former if document.id not in new]:
        store.delete_documents(index=index, ids=stale)


def note_paths(store: BaseDocumentStore, holders: Mapping[str, str]) -> None:
    """Note where files of known documents lie; the documents that these files held before make way.

    :param holders: the id of the document that each path's file holds.
    """
    changed = []
    with writing_to(store):
        for record in store.get_documents_by_id(list(set(holders.values())), index=SOURCES):
            known = paths_of(record.meta)
            new = [path for path, id_ in holders.items() if id_ == record.id and path not in known]
            if new:
                record.meta = with_paths(record.meta, [*known, *new])
                changed.append(record)
        if changed:
            store.write_documents(changed, index=SOURCES, duplicate_documents="overwrite")
        _release(store, holders)


def _release(store: BaseDocumentStore, holders: Mapping[str, str]) -> None:
    """Let documents lose the paths whose files hold others now; one whose file lies at no other path goes."""
    at_these = {"$in": list(holders)}
    changed, gone = [], []
    for record in store.get_all_documents(index=SOURCES, filters={"$or": {"path": at_these, "paths": at_these}}):
        paths = paths_of(record.meta)
        left = [path for path in paths if holders.get(path, record.id) == record.id]
        if left == paths:
            continue
        if record.id not in holders.values():
            left = [path for path in left if file_at(path, record.id)]
        if left:
            record.meta = with_paths(record.meta, left)
            changed.append(record)
        else:
            gone.append(record.id)
    if changed:
        store.write_documents(changed, index=SOURCES, duplicate_documents="overwrite")
    remove_documents(store, gone)


def remove_documents(store: BaseDocumentStore, document_ids: list[str]) -> None:
    """Take documents out of the collection: first the record, so that what a kill leaves behind counts as absent."""
    if not document_ids:
        return
    of_these = {"document_id": {"$in": document_ids}}
    with writing_to(store):
        store.delete_documents(index=SOURCES, ids=document_ids)
        store.delete_documents(index=PASSAGES, filters=of_these)
        store.delete_documents(index=PAGES, filters=of_these)


def _pages(source: Document) -> list[Document]:
    document_id = source.meta["document_id"]
    return [
        Document(
            id=f"{document_id}-{page['number']}",
            content=source.content[page["start"] : page["end"]],
            meta={"document_id": document_id, **page},
        )
        for page in source.meta["pages"]
    ]


def _record(source: Document, paths: list[str], passages: Mapping[str, int], *, added: str) -> Document:
    document_id = source.meta["document_id"]
    meta = with_paths(source.meta, paths) | {
        "pages": len(source.meta["pages"]),
        "passages": passages[document_id],
        "characters": len(source.content),
        "added": added,
    }
    return Document(id=document_id, content=source.meta.get("title") or source.meta["name"], meta=meta)
