"""Adapts any Haystack document store to a store of records, which a collection reads and writes."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext

from haystack.document_stores import BaseDocumentStore
from haystack.schema import Document

from needlepoint.errors import CollectionError
from needlepoint.nodes.collection_document_store import CollectionDocumentStore
from needlepoint.nodes.store_records import to_document, to_record
from needlepoint.stores.changes import Change, NoJournal, carry_out
from needlepoint.stores.filters import Filters
from needlepoint.stores.record_store import RecordStore
from needlepoint.stores.records import Record


def record_store(store: BaseDocumentStore) -> RecordStore:
    """Return a document store's records: the collection of one of our stores, or an adapter to another store."""
    return store.collection if isinstance(store, CollectionDocumentStore) else HaystackRecordStore(store)


class HaystackRecordStore:
    """One of Haystack's own document stores, which must support several indexes.

    Such a store has neither commits nor locks. A change writes everything before it deletes anything, and is undone after an
    error; a process that is killed in the middle may leave a part of it.
    """

    has_fixed_width = False

    def __init__(self, store: BaseDocumentStore) -> None:
        self._store = store

    def version(self) -> None:
        """Return None: the store cannot tell."""

    def snapshot(self, name: str) -> "HaystackIndex":
        """Return an index for reading; unlike a true snapshot, it shows later writes."""
        return HaystackIndex(self._store, name)

    def session(self) -> AbstractContextManager[None]:
        """Do nothing: the store opens and closes what it needs."""
        return nullcontext()

    def damage(self, name: str) -> list[str]:
        """Return nothing: the store cannot tell."""
        return []

    def lost_vectors(self, name: str) -> int:
        """Return 0: the store cannot tell."""
        return 0

    def mend_vectors(self, name: str) -> int:
        """Do nothing: none are known to be lost."""
        return 0

    def set_aside(self, name: str) -> str:
        """Refuse.

        :raises CollectionError: always.
        """
        raise CollectionError(f"the index {name} of a {type(self._store).__name__} cannot be set aside")

    def writing(self) -> AbstractContextManager[None]:
        """Do nothing: the store has no lock."""
        return nullcontext()

    def write(self, name: str, records: Iterable[Record], *, duplicates: str = "overwrite") -> int:
        """Write records; return how many were given."""
        documents = [to_document(record, return_embedding=True) for record in records]
        if documents:
            self._store.write_documents(documents, index=name, duplicate_documents=duplicates)
        return len(documents)

    def delete(self, name: str, *, ids: Sequence[str] | None = None, filters: Filters | None = None) -> None:
        """Delete the records that have one of the ids and match the filters; without either, all records."""
        if ids is None or ids:  # Haystack's stores treat an empty list as if no ids were given
            self._store.delete_documents(index=name, ids=None if ids is None else list(ids), filters=filters)

    def change(self, change: Change) -> None:
        """Carry out a change, without protection against a kill."""
        carry_out(self, change, NoJournal())


class HaystackIndex:
    """One index of a Haystack document store."""

    def __init__(self, store: BaseDocumentStore, name: str) -> None:
        self._store = store
        self._name = name

    def get(self, ids: Sequence[str]) -> list[Record]:
        """Return the records with these ids, in this order; unknown ids are left out."""
        found = {document.id: document for document in self._found(list(ids))}
        return [to_record(found[id_]) for id_ in ids if id_ in found]

    def _found(self, ids: list[str]) -> list[Document]:
        try:
            return list(self._store.get_documents_by_id(ids, index=self._name))
        except KeyError:  # raised by InMemoryDocumentStore for an unknown id
            return [] if len(ids) == 1 else [document for id_ in ids for document in self._found([id_])]

    def existing_ids(self, ids: Sequence[str]) -> list[str]:
        """Return those of the ids that have a record."""
        return [record.id for record in self.get(list(dict.fromkeys(ids)))]

    def scan(
        self, filters: Filters | None = None, batch_size: int = 10_000, *, has_embedding: bool | None = None
    ) -> Iterator[Record]:
        """Yield the records that match the filters."""
        documents = self._store.get_all_documents_generator(
            index=self._name, filters=filters, return_embedding=True, batch_size=batch_size
        )
        for document in documents:
            if has_embedding is None or has_embedding == (document.embedding is not None):
                yield to_record(document)

    def count(self, filters: Filters | None = None, *, has_embedding: bool | None = None) -> int:
        """Return how many records match the filters."""
        if has_embedding:
            return int(self._store.get_embedding_count(index=self._name, filters=filters))
        without = has_embedding is False
        return int(
            self._store.get_document_count(index=self._name, filters=filters, only_documents_without_embedding=without)
        )
