"""Removes documents from the collection, whole or passage by passage."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from needlepoint.collection.members import Leaving, held_by, leaving, parents_of
from needlepoint.stores.changes import Change, Deletion
from needlepoint.stores.names import PAGES, PASSAGES, SOURCES
from needlepoint.stores.record_store import RecordStore, number_in, of_documents, records_in, records_with
from needlepoint.stores.records import Record


def remove_documents(store: RecordStore, document_ids: Sequence[str]) -> list[str]:
    """Remove documents from the collection, with their passages and pages, and with the documents of files inside of theirs.

    :returns: the ids of all removed documents.
    :raises CollectionError: they cannot be removed.
    """
    if not document_ids:
        return []
    with store.writing():
        change, gone = removing(leaving(store, document_ids))
        store.change(change)
    return gone


def removing(left: Leaving) -> tuple[Change, list[str]]:
    """Return the change by which documents leave the collection, and their ids."""
    changed = list(left.changed.values())
    writes = {SOURCES: changed} if changed else {}
    former = {SOURCES: left.former} if changed else {}
    return Change(writes=writes, former=former, deletions=removal_of(left.gone)), left.gone


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
    What is inside of the file of a removed document goes with it; an archive goes with the last document inside of it.

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
        emptied = [id_ for id_, number in left.items() if number <= 0]
        former = records_with(store, SOURCES, [id_ for id_ in left if left[id_] > 0])
        counted = {record.id: _with_passages(record, left[record.id]) for record in former}
        going = leaving(store, [*emptied, *_empty_holders(store, emptied)], counted)
        written = [record for id_, record in {**counted, **going.changed}.items() if id_ not in going.gone]
        deletions = [Deletion(PASSAGES, ids=chosen), *removal_of(going.gone)]
        store.change(Change(writes={SOURCES: written}, former={SOURCES: [*former, *going.former]}, deletions=deletions))
    return going.gone


def _empty_holders(store: RecordStore, emptied: Sequence[str]) -> list[str]:
    """Return the documents without passages, such as archives, all of whose members go."""
    gone, frontier = {*emptied}, list(emptied)
    empty: list[str] = []
    while frontier:
        parents = {id_ for record in records_with(store, SOURCES, frontier) for id_ in parents_of(record.meta)}
        holders = [each for each in records_with(store, SOURCES, [*parents - gone]) if not each.meta.get("passages")]
        frontier = [each.id for each in holders if {held.id for held in held_by(store, each.id)} <= gone]
        gone.update(frontier)
        empty += frontier
    return empty


def _with_passages(record: Record, number: int) -> Record:
    return replace(record, meta={**record.meta, "passages": number})
