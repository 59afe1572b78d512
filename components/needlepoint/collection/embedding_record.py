"""Records which model the passages of a collection are embedded with: one record, in an index of its own.

Vectors of two models cannot be compared, and usually no error would show it. So whoever embeds passages first records the model,
and any other model is refused.
"""

from dataclasses import dataclass
from typing import Protocol

from needlepoint.errors import CollectionError
from needlepoint.stores.names import EMBEDDINGS
from needlepoint.stores.record_store import RecordStore, number_in, record_with
from needlepoint.stores.records import Record


class Embedder(Protocol):
    """An embedding model."""

    @property
    def name(self) -> str:
        """The model's name."""

    @property
    def fingerprint(self) -> str:
        """A text that is the same for all models whose vectors can be compared."""

    @property
    def dimension(self) -> int:
        """The length of a vector: how many numbers it has."""


@dataclass(frozen=True, slots=True)
class EmbeddingRecord:
    """The embedding model of one index.

    :param is_renewing: whether the vectors of another model are still being removed; until then, none may be compared.
    """

    name: str
    fingerprint: str
    dimension: int
    is_renewing: bool = False

    @classmethod
    def of(cls, record: Record) -> "EmbeddingRecord":
        """Return what a stored record says."""
        meta = record.meta
        return cls(record.content, meta["fingerprint"], meta["dimension"], meta.get("is_renewing", False))

    def to_record(self, index: str) -> Record:
        """Return the record to store for an index."""
        meta = {"fingerprint": self.fingerprint, "dimension": self.dimension, "is_renewing": self.is_renewing}
        return Record(index, self.name, meta)


def read_record(store: RecordStore, index: str) -> EmbeddingRecord | None:
    """Return the recorded model of an index, or None."""
    found = record_with(store, EMBEDDINGS, index)
    return None if found is None else EmbeddingRecord.of(found)


def write_record(store: RecordStore, index: str, record: EmbeddingRecord) -> None:
    """Record a model for an index; it replaces the one recorded before."""
    store.write(EMBEDDINGS, [record.to_record(index)])


def record_of(model: Embedder, *, is_renewing: bool = False) -> EmbeddingRecord:
    """Return the record of a model."""
    return EmbeddingRecord(model.name, model.fingerprint, model.dimension, is_renewing)


def claim(store: RecordStore, index: str, record: EmbeddingRecord) -> None:
    """Record a model before its first vectors are written, or check that it is the recorded one.

    :raises CollectionError: another model is recorded.
    """
    if read_record(store, index) is None:
        # if several processes do this at once, the first one's record stays
        store.write(EMBEDDINGS, [record.to_record(index)], duplicates="skip")
    check(store, index, record)


def check(store: RecordStore, index: str, record: EmbeddingRecord) -> None:
    """Check that an index's vectors can be compared with those of a model.

    :raises CollectionError: the index holds passages without vectors, or with vectors of another model.
    """
    found = read_record(store, index)
    if found is None:
        if number_in(store, index):
            raise CollectionError(
                "the collection is indexed without embeddings: add them with 'needlepoint embed' and this pipeline,"
                " or ask with a pipeline that needs none"
            )
        return
    if found.is_renewing:
        raise CollectionError(
            "embedding the collection again was interrupted: finish it with 'needlepoint embed --again'"
        )
    if found.fingerprint != record.fingerprint:
        raise CollectionError(
            f"the collection is embedded with {_described(found)}, but this pipeline's model is {_described(record)}:"
            " name the collection's model in embedding_model, or embed everything again with 'needlepoint embed --again'"
        )


def _described(record: EmbeddingRecord) -> str:
    return f"{record.name} ({record.dimension} numbers, {record.fingerprint[:8]})"
