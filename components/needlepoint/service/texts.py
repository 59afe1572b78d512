"""Reads a document's record, its pages, or any part of its text."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

from needlepoint.collection.known_files import known_ids
from needlepoint.errors import UnknownDocumentError
from needlepoint.stores.names import PAGES, SOURCES
from needlepoint.stores.record_store import RecordStore, record_with, records_in, records_with
from needlepoint.stores.records import Record
from needlepoint.text.finding import find_words
from needlepoint.text.paging import join_pages


@dataclass(frozen=True, slots=True)
class PageRecord:
    """A page of a document: ``text[start:end]`` of its source text, without the text itself.

    :param confidence: how sure OCR is of its words, from 0 to 1; None where they are the file's own.
    """

    number: int
    start: int
    end: int
    title: str | None = None
    confidence: float | None = None


class FoundPlace(NamedTuple):
    """Where words were found: ``text[start:end]`` of the source text, and the page on which they begin."""

    start: int
    end: int
    page: int


class Texts:
    """The documents of one store, by their full ids.

    :param store: the store of the collection.
    """

    def __init__(self, store: RecordStore) -> None:
        self._store = store

    def record(self, document_id: str) -> Record:
        """Return a document's record.

        :raises UnknownDocumentError: there is no document with this id.
        """
        record = record_with(self._store, SOURCES, document_id) if document_id else None
        if record is None:
            raise UnknownDocumentError(f"no document '{document_id[:64]}': it was deleted, or the id is mistyped")
        return record

    def has(self, document_id: str) -> bool:
        """Return whether there is a document with this id."""
        return bool(known_ids(self._store, [document_id]))

    def metas(self, document_ids: Sequence[str]) -> dict[str, Mapping[str, Any]]:
        """Return the metadata of documents by id; unknown ids are left out."""
        return {record.id: record.meta for record in records_with(self._store, SOURCES, document_ids)}

    def pages(self, document_id: str) -> list[PageRecord]:
        """Return where the document's pages begin and end, in order."""
        pages = records_in(self._store, PAGES, {"document_id": document_id})
        return sorted(map(_page_record, pages), key=lambda page: page.number)

    def page(self, document_id: str, number: int) -> tuple[PageRecord, str]:
        """Return a page and its text.

        :param number: the page's number, from 1.
        :raises UnknownDocumentError: there is no such document or page.
        """
        found = record_with(self._store, PAGES, f"{document_id}-{number}")
        if found is None:
            record = self.record(document_id)
            raise UnknownDocumentError(f"{record.meta['name']} has no page {number}, only 1 to {record.meta['pages']}")
        return _page_record(found), found.content

    def find(self, document_id: str, wanted: str, *, most: int) -> list[FoundPlace]:
        """Return the first places where words stand in a document; see :func:`needlepoint.text.finding.find_words`."""
        pages = sorted(records_in(self._store, PAGES, {"document_id": document_id}), key=_start)
        starts = [_start(page) for page in pages]
        text = join_pages((_start(page), int(page.meta["end"]), page.content) for page in pages)
        return [
            FoundPlace(start, end, int(pages[bisect_right(starts, start) - 1].meta["number"]))
            for start, end in islice(find_words(text, wanted), most)
        ]

    def part(self, document_id: str, start: int, end: int) -> str:
        """Return the source text's characters from ``start`` to ``end``; only the pages that contain them are read."""
        if start >= end:
            return ""
        touched = {"document_id": document_id, "start": {"$lte": end}, "end": {"$gte": start}}
        found = records_in(self._store, PAGES, touched)
        pages = sorted(found, key=lambda page: int(page.meta["start"]))
        if not pages:
            return ""
        first = int(pages[0].meta["start"])
        text = join_pages((int(page.meta["start"]), int(page.meta["end"]), page.content) for page in pages)
        return text[max(0, start - first) : end - first]


def _start(page: Record) -> int:
    return int(page.meta["start"])


def _page_record(page: Record) -> PageRecord:
    meta = page.meta
    return PageRecord(
        int(meta["number"]), int(meta["start"]), int(meta["end"]), meta.get("title"), meta.get("confidence")
    )
