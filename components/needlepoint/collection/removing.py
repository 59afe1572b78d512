"""Removes documents from the collection, whole or passage by passage."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from needlepoint.stores.changes import Change, Deletion
from needlepoint.stores.names import PAGES, PASSAGES, SOURCES
from needlepoint.stores.record_store import RecordStore, number_in, of_documents, records_in, records_with
from needlepoint.stores.records import Record


def remove_documents(store: RecordStore, document_ids: Sequence[str]) -> None:
    """Remove documents from the collection, with their passages and pages.

    :raises CollectionError: they cannot be removed.
    """
    if document_ids:
        store.change(Change(deletions=removal_of(document_ids)))


def removal_of(document_ids: Sequence[str]) -> list[Deletion]:
    """Return the deletions that remove documents; passages come first, so that a half-removed document is not found."""
    if not document_ids:
        return []
    of_these = of_documents(document_ids)
    return [
        Deletion(PASSAGES, filters=of_these),
        Deletion(PAGES, filters=of_these),
        Deletion(SOURCES, ids=list(document_ids)),
    ]


def remove_passages(store: RecordStore, filters: Mapping[str, Any] | None = None) -> list[str]:
    """Remove the passages that match the filters, and the documents that have no passages left.

    :param filters: on the metadata of passages; None means all.
    :returns: the ids of the removed documents.
    :raises QuestionError: the filters are invalid.
    """
    with store.writing():
        chosen: list[str] = []
        lost: Counter[str] = Counter()
        for passage in records_in(store, PASSAGES, filters):
            chosen.append(passage.id)
            lost[str(passage.meta.get("document_id", passage.id))] += 1
        if not chosen:
            return []
        left = {id_: number_in(store, PASSAGES, {"document_id": id_}) - count for id_, count in lost.items()}
        gone = [id_ for id_, number in left.items() if number <= 0]
        former = records_with(store, SOURCES, [id_ for id_ in left if left[id_] > 0])
        counted = [_with_passages(record, left[record.id]) for record in former]
        deletions = [Deletion(PASSAGES, ids=chosen), *removal_of(gone)]
        store.change(Change(writes={SOURCES: counted}, former={SOURCES: former}, deletions=deletions))
    return gone


def _with_passages(record: Record, number: int) -> Record:
    return replace(record, meta={**record.meta, "passages": number})
