"""The last node of an indexing pipeline: writes documents with their passages and pages, so that a kill loses nothing."""

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
    """Writes the output of ``PassageSplitter`` into three indexes of one store.

    ``document`` contains the passages that are searched, ``page`` the text of every page, ``source`` one record for each
    document. A changed file at the same path replaces its former version. That is removed only after the new version is
    complete, and only if its file is at no other path.

    :param document_store: any Haystack store that supports several indexes.
    """

    outgoing_edges = 1

    def __init__(self, document_store: BaseDocumentStore) -> None:
        super().__init__()
        self.document_store = document_store

    def run(self, documents: list[Document], sources: list[Document]) -> tuple[dict[str, Any], str]:
        """Write passages and their sources.

        :param documents: the passages; ``meta["document_id"]`` names their source.
        :param sources: one Haystack document for each file, with the whole text as content and its pages in ``meta["pages"]``.
        :returns: ``{"written": [{"document_id", "name", "path", "passages", "unread"}]}`` and the edge.
        :raises CollectionError: the documents cannot be written (also a ``DocumentStoreError``).
        """
        passages, files = map(to_record, documents), map(to_record, sources)
        with haystack_errors():
            written = write_documents(record_store(self.document_store), list(passages), list(files))
        return {"written": [asdict(document) for document in written]}, "output_1"

    def run_batch(self, documents: list[Document], sources: list[Document]) -> tuple[dict[str, Any], str]:
        """Do as :meth:`run` does; indexing has no batches of queries."""
        return self.run(documents, sources)
