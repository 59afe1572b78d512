"""Writes whole documents into a collection."""

from asyncio import to_thread
from dataclasses import asdict
from typing import Any

from haystack import Document, component, default_from_dict, default_to_dict

from haystack_integrations.document_stores.needlepoint.checks import check_store
from haystack_integrations.document_stores.needlepoint.collection_document_store import CollectionDocumentStore
from haystack_integrations.document_stores.needlepoint.errors import haystack_errors
from haystack_integrations.document_stores.needlepoint.records import to_record
from needlepoint.collection.sources import write_documents


@component
class CollectionWriter:
    """Writes the output of ``PassageSplitter`` as the application does: passages, pages, and one record for each document.

    A file that is indexed again under its old path replaces its former version. That version is removed only after the new one
    is complete, and only if its file is at no other path. Use Haystack's DocumentWriter for documents that are not files.

    Usage example:

    ```python
    from haystack_integrations.components.converters.needlepoint import FileConverter
    from haystack_integrations.components.preprocessors.needlepoint import PassageSplitter
    from haystack_integrations.components.writers.needlepoint import CollectionWriter
    from haystack_integrations.document_stores.needlepoint import TantivyDocumentStore

    sources = FileConverter().run(["lease.pdf"])["documents"]
    passages = PassageSplitter().run(sources)["documents"]
    print(CollectionWriter(TantivyDocumentStore("collection")).run(passages, sources)["written"])
    ```
    """

    def __init__(self, document_store: CollectionDocumentStore) -> None:
        """Check and keep the parameters.

        :param document_store: the store of the collection, one of Needlepoint's.
        :raises ValueError: it is another kind of store.
        """
        check_store(document_store)
        self.document_store = document_store

    def to_dict(self) -> dict[str, Any]:
        """Return the component's parameters for a pipeline file."""
        return default_to_dict(self, document_store=self.document_store)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "CollectionWriter":
        """Make the component from the result of :meth:`to_dict`."""
        return default_from_dict(cls, data)

    @component.output_types(written=list[dict[str, Any]])
    def run(self, documents: list[Document], sources: list[Document]) -> dict[str, list[dict[str, Any]]]:
        """Write passages and their sources.

        :param documents: passages; ``meta["document_id"]`` names their source.
        :param sources: one document for each file, its whole text as content and ``meta["pages"]`` as its pages.
        :returns: ``written``: ``document_id``, ``name``, ``path`` and number of ``passages`` of each document.
        :raises DocumentStoreError: the store cannot write them.
        """
        passages, files = map(to_record, documents), map(to_record, sources)
        with haystack_errors():
            written = write_documents(self.document_store.collection, list(passages), list(files))
        return {"written": [asdict(document) for document in written]}

    @component.output_types(written=list[dict[str, Any]])
    async def run_async(self, documents: list[Document], sources: list[Document]) -> dict[str, list[dict[str, Any]]]:
        """Do what :meth:`run` does, without blocking the event loop."""
        return await to_thread(self.run, documents, sources)

    def close(self) -> None:
        """Close the store: its files, locks and connections."""
        self.document_store.close()

    async def close_async(self) -> None:
        """Close the store, without blocking the event loop."""
        await self.document_store.close_async()
