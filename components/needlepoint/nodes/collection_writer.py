"""The end of an indexing pipeline: one document's passages, pages and record, written so that a kill loses nothing."""

from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from haystack import Document
from haystack.document_stores import BaseDocumentStore
from haystack.nodes import BaseComponent

from needlepoint.index_names import PAGES, PASSAGES, SOURCES


class CollectionWriter(BaseComponent):
    """Writes what ``PassageSplitter`` puts out into three indexes of one store.

    ``document`` holds the passages that are searched, ``page`` the text of every page, ``source`` one record for each
    document. The record is written last: a document is in the collection when its record is, so an interrupted run is
    mended by the next one. A file indexed again under its old path replaces its former version, which goes only after the
    new one is complete.

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
        :returns: ``{"written": [{"document_id", "name", "passages"}]}`` and the edge.
        """
        counts = self._count(documents)
        distinct = list({source.meta["document_id"]: source for source in sources}.values())
        if distinct:
            former = self._former_versions(distinct)
            self._clear(distinct)
            try:
                self._write(documents, distinct, counts)
            except Exception:
                with suppress(Exception):  # the first error counts; what cannot be undone now, the next run clears
                    remove_documents(self.document_store, [source.meta["document_id"] for source in distinct])
                raise
            remove_documents(self.document_store, former)
        written = [
            {"document_id": s.meta["document_id"], "name": s.meta["name"], "passages": counts[s.meta["document_id"]]}
            for s in distinct
        ]
        return {"written": written}, "output_1"

    def run_batch(self, documents: list[Document], sources: list[Document]) -> tuple[dict[str, Any], str]:
        """Do what ``run`` does: indexing has no per-query batches."""
        return self.run(documents, sources)

    @staticmethod
    def _count(passages: Iterable[Document]) -> dict[str, int]:
        counts: dict[str, int] = defaultdict(int)
        for passage in passages:
            counts[passage.meta["document_id"]] += 1
        return counts

    def _former_versions(self, sources: list[Document]) -> list[str]:
        new_ids = {source.meta["document_id"] for source in sources}
        paths = [source.meta["path"] for source in sources]
        records = self.document_store.get_all_documents(index=SOURCES, filters={"path": {"$in": paths}})
        return [record.id for record in records if record.id not in new_ids]

    def _clear(self, sources: list[Document]) -> None:
        """Remove what an earlier or interrupted run left of these very documents."""
        ids = [source.meta["document_id"] for source in sources]
        if self.document_store.get_document_count(index=PASSAGES, filters={"document_id": {"$in": ids}}):
            remove_documents(self.document_store, ids)

    def _write(self, passages: list[Document], sources: list[Document], counts: dict[str, int]) -> None:
        store = self.document_store
        store.write_documents(passages, index=PASSAGES, duplicate_documents="overwrite")
        pages = [page for source in sources for page in _pages(source)]
        store.write_documents(pages, index=PAGES, duplicate_documents="overwrite")
        added = datetime.now(UTC).isoformat(timespec="seconds")
        records = [_record(source, passages=counts[source.meta["document_id"]], added=added) for source in sources]
        store.write_documents(records, index=SOURCES, duplicate_documents="overwrite")


def remove_documents(store: BaseDocumentStore, document_ids: list[str]) -> None:
    """Take documents out of the collection: first the record, so that what a kill leaves behind counts as absent."""
    if not document_ids:
        return
    store.delete_documents(index=SOURCES, ids=document_ids)
    of_these = {"document_id": {"$in": document_ids}}
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


def _record(source: Document, *, passages: int, added: str) -> Document:
    meta = {key: value for key, value in source.meta.items() if key != "pages"}
    meta |= {
        "pages": len(source.meta["pages"]),
        "passages": passages,
        "characters": len(source.content),
        "added": added,
    }
    return Document(id=source.meta["document_id"], content=source.meta.get("title") or source.meta["name"], meta=meta)
