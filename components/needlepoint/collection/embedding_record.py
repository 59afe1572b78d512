"""Which model the passages of a collection are embedded with: one record beside them, in an index of its own.

Vectors of two models cannot be compared, and mostly nothing would show it. So whoever embeds passages first puts the model down,
and whoever comes with another one is refused.
"""

from dataclasses import dataclass
from typing import Protocol

from needlepoint.errors import CollectionError
from needlepoint.stores.names import EMBEDDINGS
from needlepoint.stores.record_store import RecordStore, number_in, record_with
from needlepoint.stores.records import Record


class Embedder(Protocol):
    """What is asked of a model."""

    @property
    def name(self) -> str:
        """What the model is called."""

    @property
    def fingerprint(self) -> str:
        """The same text for all models whose vectors can be compared."""

    @property
    def dimension(self) -> int:
        """How many numbers a vector has."""


@dataclass(frozen=True, slots=True)
class EmbeddingRecord:
    """The model of one index.

    :param is_renewing: the vectors of another model are being removed; none may be compared.
    """

    name: str
    fingerprint: str
    dimension: int
    is_renewing: bool = False

    def to_record(self, index: str) -> Record:
        """Return it as it is stored."""
        meta = {"fingerprint": self.fingerprint, "dimension": self.dimension, "is_renewing": self.is_renewing}
        return Record(index, self.name, meta)


def read_record(store: RecordStore, index: str) -> EmbeddingRecord | None:
    """Return what is put down of an index, or None."""
    found = record_with(store, EMBEDDINGS, index)
    if found is None:
        return None
    meta = found.meta
    return EmbeddingRecord(found.content, meta["fingerprint"], meta["dimension"], meta.get("is_renewing", False))


def write_record(store: RecordStore, index: str, record: EmbeddingRecord) -> None:
    """Put a model down in the place of what is there."""
    store.write(EMBEDDINGS, [record.to_record(index)])


def record_of(model: Embedder, *, is_renewing: bool = False) -> EmbeddingRecord:
    """Return what is to be put down of a model."""
    return EmbeddingRecord(model.name, model.fingerprint, model.dimension, is_renewing)


def claim(store: RecordStore, index: str, record: EmbeddingRecord) -> None:
    """Put a model down before the first vectors are written, or see that it is the one that is there.

    :raises CollectionError: it is another.
    """
    if read_record(store, index) is None:
        # of several processes that come at once, the first one's stays
        store.write(EMBEDDINGS, [record.to_record(index)], duplicates="skip")
    check(store, index, record)


def check(store: RecordStore, index: str, record: EmbeddingRecord) -> None:
    """See that an index's vectors can be compared with those of a model.

    :raises CollectionError: it holds passages without vectors, or with those of another model.
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
        raise CollectionError("the collection was being embedded anew: complete that with 'needlepoint embed --again'")
    if found.fingerprint != record.fingerprint:
        raise CollectionError(
            f"the collection is embedded with {_described(found)}, and this pipeline's model is {_described(record)}:"
            " name that model in embedding_model, or embed all anew with 'needlepoint embed --again'"
        )


def _described(record: EmbeddingRecord) -> str:
    return f"{record.name} ({record.dimension} numbers, {record.fingerprint[:8]})"
