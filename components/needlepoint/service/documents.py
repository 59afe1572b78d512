"""Lists, finds, shows and deletes the documents of a collection."""

from collections.abc import Mapping, Sequence
from typing import Any

from needlepoint.collection.removing import remove_documents, remove_passages
from needlepoint.errors import UnknownDocumentError
from needlepoint.files.ocr.cache import OcrCache
from needlepoint.service.originals import Originals
from needlepoint.settings import Settings
from needlepoint.stores.names import PAGES, PASSAGES, SOURCES
from needlepoint.stores.record_store import RecordStore, number_in, record_with, records_in
from needlepoint.stores.records import Record
from needlepoint.text.paging import join_pages

_SHORTEST_BEGINNING = 4


class Documents:
    """The documents of one store, each with one record.

    :param store: the store of the collection.
    :param originals: the uploaded files.
    """

    def __init__(self, store: RecordStore, originals: Originals) -> None:
        self._store = store
        self._originals = originals
        self._known: tuple[object, list[Record]] = (None, [])

    def all(self, *, filters: Mapping[str, Any] | None = None) -> list[Record]:
        """Return the records sorted by name; without filters, they are cached until the collection changes."""
        if filters:
            return self._read(dict(filters))
        version = self._store.version()
        known_version, records = self._known
        if version is None or version != known_version:
            records = self._read(None)
            self._known = version, records
        return list(records)

    def _read(self, filters: dict[str, Any] | None) -> list[Record]:
        records = records_in(self._store, SOURCES, filters)
        return sorted(records, key=lambda record: (record.meta.get("name", ""), record.id))

    def find(self, name: str) -> Record:
        """Return a document's record.

        :param name: the document's id, an unambiguous beginning of it, or the file name.
        :raises UnknownDocumentError: no document matches, or more than one.
        """
        record = record_with(self._store, SOURCES, name) if name else None
        if record is not None:
            return record
        matches = [
            record
            for record in self.all()
            if record.meta.get("name") == name or (len(name) >= _SHORTEST_BEGINNING and record.id.startswith(name))
        ]
        if len(matches) == 1:
            return matches[0]
        if matches:
            ids = ", ".join(match.id[:12] for match in matches)
            raise UnknownDocumentError(f"'{name}' names {len(matches)} documents: give one of the ids {ids}")
        raise UnknownDocumentError(f"no document '{name}': see needlepoint documents list")

    def text(self, name: str, *, page: int | None = None) -> str:
        """Return a document's source text (pages joined by form feeds), or that of one page.

        :param name: as for :meth:`find`.
        :param page: the page's number, from 1.
        :raises UnknownDocumentError: there is no such document or page.
        """
        record = self.find(name)
        filters: dict[str, Any] = {"document_id": record.id}
        if page is not None:
            filters["number"] = page
        pages = list(records_in(self._store, PAGES, filters))
        if not pages and page is not None:
            raise UnknownDocumentError(f"{record.meta['name']} has no page {page}, only 1 to {record.meta['pages']}")
        pages.sort(key=lambda page: int(page.meta["number"]))
        return join_pages((int(page.meta["start"]), int(page.meta["end"]), page.content) for page in pages)

    def delete(self, names: Sequence[str]) -> int:
        """Remove documents with all their passages and uploaded files, and those of files inside of theirs; return how many.

        What OCR has read of them goes, too.

        :raises UnknownDocumentError: one of them does not exist; then none is removed.
        """
        ids = list(dict.fromkeys(self.find(name).id for name in names))
        self._originals.leave(ids)
        gone = remove_documents(self._store, ids)
        self._forget_files(gone)
        return len(gone)

    def delete_passages(self, filters: Mapping[str, Any] | None = None, *, index: str | None = None) -> None:
        """Remove the passages that match the filters, and the documents that have no passages left.

        :param index: an index other than that of the passages; then only the matching records of that index are removed.
        :raises QuestionError: the filters are invalid.
        """
        wanted = dict(filters) if filters else None
        if index in (None, PASSAGES):
            self._forget_files(remove_passages(self._store, wanted))
        else:
            self._store.delete(index, filters=wanted)

    def _forget_files(self, ids: Sequence[str]) -> None:
        for id_ in ids:
            self._originals.remove(id_)
        OcrCache(Settings.from_environment().cache).forget(ids)

    def passage_count(self) -> int:
        """Return the number of passages."""
        return number_in(self._store, PASSAGES)
