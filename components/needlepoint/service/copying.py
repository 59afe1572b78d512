"""Copies a whole collection from one store to another: passages, pages, records and labels, without reading files again."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import perf_counter

from needlepoint.collection.embedding_record import check, claim, read_record
from needlepoint.collection.replacing import replace_documents
from needlepoint.service.facade import Service
from needlepoint.stores.names import PAGES, PASSAGES, SOURCES
from needlepoint.stores.record_store import number_in, of_documents, records_in, records_with
from needlepoint.stores.records import Record

_BATCH_DOCUMENTS = 32
_BATCH_CHARACTERS = 4_000_000


@dataclass(frozen=True, slots=True)
class CopyReport:
    """The result of a copy.

    :param copied: number of documents written.
    :param unchanged: number of documents that the target already had in the same version.
    :param passages: number of passages written.
    :param labels: number of labels (people's feedback) written.
    :param seconds: wall time.
    """

    copied: int
    unchanged: int
    passages: int
    labels: int
    seconds: float


def copy_collection(
    source: Service,
    target: Service,
    *,
    progress: Callable[[Record], None] | None = None,
    on_total: Callable[[int], None] | None = None,
) -> CopyReport:
    """Copy all documents and labels of one service's collection to another's; other documents of the target stay.

    Only missing or different documents are copied, so running an interrupted copy again completes it. If the target has
    another version of a file, the source's version replaces it.

    :param progress: called once for each document.
    :param on_total: called once with the number of documents.
    :raises NeedlepointError: one of the stores cannot be used; documents already reported stay copied.
    """
    start = perf_counter()
    records = source.documents()
    if on_total:
        on_total(len(records))
    copied = unchanged = passages = 0
    with target.collection.writing():
        are_embedded = _carry_model(source, target)
        for batch in batches_of(records):
            new = _missing(batch, target)
            if are_embedded and len(new) < len(batch):
                new += _without_vectors([record for record in batch if record not in new], source, target)
            passages += _copy(new, source, target)
            copied, unchanged = copied + len(new), unchanged + len(batch) - len(new)
            if progress:
                for record in batch:
                    progress(record)
        labels = _copy_labels(source, target)
    return CopyReport(copied, unchanged, passages, labels, perf_counter() - start)


def batches_of(records: list[Record]) -> Iterator[list[Record]]:
    """Yield the records of documents in batches whose texts together fit well into memory."""
    batch: list[Record] = []
    characters = 0
    for record in records:
        size = int(record.meta.get("characters", 0))
        if batch and (len(batch) >= _BATCH_DOCUMENTS or characters + size > _BATCH_CHARACTERS):
            yield batch
            batch, characters = [], 0
        batch.append(record)
        characters += size
    if batch:
        yield batch


def _missing(records: list[Record], target: Service) -> list[Record]:
    there = records_with(target.collection, SOURCES, [record.id for record in records])
    known = {record.id: (record.content, record.meta) for record in there}
    return [record for record in records if known.get(record.id) != (record.content, record.meta)]


def _carry_model(source: Service, target: Service) -> bool:
    """Record in the target the model that the source's passages are embedded with; return whether they are embedded.

    :raises CollectionError: the target is embedded with another model, or the source is being embedded again.
    """
    record = read_record(source.collection, PASSAGES)
    if record is None or not number_in(source.collection, PASSAGES, has_embedding=True):
        return False
    check(source.collection, PASSAGES, record)
    claim(target.collection, PASSAGES, record)
    return True


def _without_vectors(records: list[Record], source: Service, target: Service) -> list[Record]:
    """Return the documents whose passages have more vectors in the source than in the target, being embedded since."""

    def vectors(service: Service, ids: list[str]) -> int:
        return number_in(service.collection, PASSAGES, of_documents(ids), has_embedding=True)

    def lacks(some: list[Record]) -> bool:
        ids = [record.id for record in some]
        return vectors(source, ids) > vectors(target, ids)

    return [record for record in records if lacks([record])] if lacks(records) else []


def _copy(records: list[Record], source: Service, target: Service) -> int:
    """Write documents; return the number of passages."""
    if not records:
        return 0
    of_these = of_documents(record.id for record in records)
    passages = list(records_in(source.collection, PASSAGES, of_these))
    replace_documents(target.collection, passages, list(records_in(source.collection, PAGES, of_these)), records)
    return len(passages)


def _copy_labels(source: Service, target: Service) -> int:
    """Write the labels that are missing or different in the target; return their number."""
    there = {label.id: label for label in target.feedback.all()}
    labels = [label for label in source.feedback.all() if there.get(label.id) != label]
    target.feedback.keep(labels)
    return len(labels)
