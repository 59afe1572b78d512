"""The end of an indexing pipeline: one document's passages, pages and record, written so that a kill loses nothing."""

from dataclasses import asdict
from typing import Any

from haystack import Document
from haystack.document_stores import BaseDocumentStore
from haystack.nodes import BaseComponent

from needlepoint.collection.sources import write_documents
from needlepoint.nodes.record_store import record_store
from needlepoint.nodes.store_errors import haystack_errors
from needlepoint.nodes.store_records import to_record


class CollectionWriter(BaseComponent):
    """Writes what ``PassageSplitter`` puts out into three indexes of one store.

    ``document`` holds the passages that are searched, ``page`` the text of every page, ``source`` one record for each
    document. A file indexed again under its old path replaces its former version, which goes only after the new one is
    complete, and only if its file lies at no other path.

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
        :returns: ``{"written": [{"document_id", "name", "path", "passages", "unread"}]}`` and the edge.
        """
        passages, files = map(to_record, documents), map(to_record, sources)
        with haystack_errors():
            written = write_documents(record_store(self.document_store), list(passages), list(files))
        return {"written": [asdict(document) for document in written]}, "output_1"

    def run_batch(self, documents: list[Document], sources: list[Document]) -> tuple[dict[str, Any], str]:
        """Do what ``run`` does: indexing has no per-query batches."""
        return self.run(documents, sources)
