"""Embeds passages that have no embedding, or one of another model, without reading files again."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from time import perf_counter
from typing import Any

from needlepoint.collection.embedding_record import EmbeddingRecord, claim, read_record, write_record
from needlepoint.errors import CollectionError, PipelineFileError
from needlepoint.service.facade import Service
from needlepoint.stores.names import PASSAGES
from needlepoint.stores.record_store import RecordStore, number_in, records_in
from needlepoint.stores.records import Record

_BATCH = 256


@dataclass(frozen=True, slots=True)
class EmbeddingReport:
    """The result of a run.

    :param embedded: number of passages that got an embedding.
    :param unchanged: number of passages that had one.
    :param seconds: wall time.
    """

    embedded: int
    unchanged: int
    seconds: float


def add_embeddings(
    service: Service,
    *,
    again: bool = False,
    progress: Callable[[int], None] | None = None,
    on_total: Callable[[int], None] | None = None,
) -> EmbeddingReport:
    """Embed the passages of a service's collection that have no embedding, with the model of its pipeline.

    Every batch is written at once, so running an interrupted run again completes it.

    :param again: remove all embeddings and embed all passages again, as for another model. Until that is complete, the
        collection cannot be searched by embeddings.
    :param progress: called from time to time with the number of passages done.
    :param on_total: called once with the number of passages to embed.
    :raises PipelineFileError: the pipeline embeds nothing.
    :raises CollectionError: the collection is embedded with another model, or the store cannot be used.
    """
    start = perf_counter()
    store, embedder = service.collection, service.pipelines.indexing.embedder
    if embedder is None or not hasattr(embedder, "record"):
        raise PipelineFileError(
            f"the pipeline {service.pipelines.name} has no OnnxEmbeddingRetriever in 'indexing':"
            " use one that has, such as --pipeline hybrid"
        )
    embedded = 0
    with store.writing():
        _claim(store, embedder, again=again)
        total = number_in(store, PASSAGES, has_embedding=False)
        unchanged = number_in(store, PASSAGES, has_embedding=True)
        if on_total:
            on_total(total)
        for batch in _batches(records_in(store, PASSAGES, has_embedding=False)):
            vectors = embedder.embed_documents(batch)
            store.write(PASSAGES, [replace(each, embedding=v) for each, v in zip(batch, vectors, strict=True)])
            embedded += len(batch)
            if progress:
                progress(embedded)
    return EmbeddingReport(embedded, unchanged, perf_counter() - start)


def _claim(store: RecordStore, embedder: Any, *, again: bool) -> None:
    """Record the model; with ``again``, first remove the former model's vectors, so that the two never mix."""
    record = embedder.record
    if again:
        _check_width(store, record)
        write_record(store, PASSAGES, replace(record, is_renewing=True))
        for batch in _batches(records_in(store, PASSAGES, has_embedding=True)):
            store.write(PASSAGES, [replace(passage, embedding=None) for passage in batch])
        write_record(store, PASSAGES, record)
    claim(store, PASSAGES, record)


def _check_width(store: RecordStore, record: EmbeddingRecord) -> None:
    former = read_record(store, PASSAGES)
    if former and former.dimension != record.dimension and store.has_fixed_width:
        raise CollectionError(
            f"the index on the server is fixed to vectors of {former.dimension} numbers, but {record.name} has"
            f" {record.dimension}: set ELASTICSEARCH_INDEX to a new name and index the files again"
        )


def _batches(passages: Iterable[Record]) -> Iterator[list[Record]]:
    rest = iter(passages)
    while batch := list(islice(rest, _BATCH)):
        yield batch
