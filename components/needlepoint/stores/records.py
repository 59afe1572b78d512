"""The records of an index, and their exact encoding as bytes."""

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from needlepoint.text.cleaning import clean

Vector = NDArray[np.float32]

_TYPE_TAG = "__needlepoint__"
_DIGITS = 8  # of a CRC-32 in hex


@dataclass(frozen=True, slots=True)
class Record:
    """One thing stored under an id: a passage, a page, a source, a label.

    :param id: the key by which it is found, replaced and deleted.
    :param content: the text; it is returned unchanged.
    :param meta: the metadata that filters and facets see; it is returned unchanged. It may contain JSON values, dates and
        datetimes.
    :param fields: further JSON values to return, which filters do not see.
    :param embedding: one float32 vector.
    """

    id: str
    content: str
    meta: Mapping[str, Any] = field(default_factory=dict)
    fields: Mapping[str, Any] = field(default_factory=dict)
    embedding: Vector | None = None


def cleaned(value: Any) -> Any:
    """Return JSON-like data with plain Python types and clean strings at every level.

    :raises TypeError: a value cannot be stored.
    """
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Mapping):
        return _cleaned_mapping(value)
    if isinstance(value, list | tuple):
        return [cleaned(element) for element in value]
    if isinstance(value, np.generic | np.ndarray):
        return cleaned(value.tolist())
    if value is None or isinstance(value, bool | int | float | date):
        return value
    raise TypeError(f"a value of type {type(value).__name__} cannot be stored")


def _cleaned_mapping(value: Mapping[Any, Any]) -> dict[str, Any]:
    if _TYPE_TAG in value:
        raise TypeError(f"the key {_TYPE_TAG!r} cannot be stored: choose another name")
    return {clean(key if isinstance(key, str) else _key(key)): cleaned(member) for key, member in value.items()}


def _is_plain(meta: Mapping[Any, Any]) -> bool:
    """Whether the metadata needs no conversion to be stored; a fast check for the usual case."""
    for key, value in meta.items():
        if type(key) is not str or not key.isascii() or "\x00" in key or key == _TYPE_TAG:
            return False
        kind = type(value)
        if kind is str:
            if not value.isascii() or "\x00" in value:
                return False
        elif kind is not int and kind is not float and kind is not bool and value is not None:
            return False
    return True


def storable(record: Record) -> Record:
    """Return the record as the store will return it: plain types, no NUL, no lone surrogates.

    :raises TypeError: a value cannot be stored; the message names the record.
    """
    try:
        meta = record.meta if _is_plain(record.meta) else cleaned(record.meta)
        fields = cleaned(record.fields)
    except TypeError as error:
        raise TypeError(f"record {record.id!r}: {error}") from error
    return Record(clean(record.id), clean(record.content), meta, fields, record.embedding)


def last_of_each(records: Sequence[Record]) -> list[Record]:
    """Return the last record of each id, in their order."""
    last = {record.id: place for place, record in enumerate(records)}
    return [record for place, record in enumerate(records) if last[record.id] == place]


def _key(key: Any) -> str:
    if key is None or isinstance(key, bool | int | float):
        return json.dumps(key)
    raise TypeError(f"a key of type {type(key).__name__} cannot be stored")


def encode(record: Record) -> bytes:
    """Return a record as bytes for :func:`decode`, without its embedding: JSON, then a line of checksums of it and of that."""
    data = encode_values({"id": record.id, "content": record.content, "meta": record.meta, "fields": record.fields})
    embedding = b"" if record.embedding is None else _checksum(embedding_bytes(record.embedding))
    return b"%b\n%b%b" % (data, _checksum(data), embedding)


def embedding_bytes(embedding: Vector) -> bytes:
    """Return an embedding as bytes for :func:`decode`."""
    return embedding.astype("<f4").tobytes()


def _checksum(data: bytes) -> bytes:
    return b"%08x" % zlib.crc32(data)


def encode_values(values: Mapping[str, Any]) -> bytes:
    """Return values as JSON on one line, with dates marked by a tag."""
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"), default=_tagged).encode("utf-8")


def decode_values(values: Any) -> Any:
    """Return parsed JSON with its tagged dates as dates, at every level."""
    if isinstance(values, dict):
        return _untagged({key: decode_values(member) for key, member in values.items()})
    return [decode_values(element) for element in values] if isinstance(values, list) else values


def decode(data: bytes, embedding: bytes | None = None) -> Record:
    """Return the record that these bytes were made from; stores of earlier versions have no checksums.

    :raises ValueError: the bytes are damaged.
    """
    data = _verified(data, embedding)
    has_tags = f'"{_TYPE_TAG}":'.encode() in data
    values = json.loads(data, object_hook=_untagged) if has_tags else json.loads(data)
    vector = None if embedding is None else np.frombuffer(embedding, dtype="<f4").copy()
    return Record(values["id"], values["content"], values["meta"], values["fields"], vector)


def _verified(data: bytes, embedding: bytes | None) -> bytes:
    if data.endswith(b"}"):
        return data
    values, _, checksums = data.rpartition(b"\n")
    if checksums[:_DIGITS] != _checksum(values) or (embedding and checksums[_DIGITS:] != _checksum(embedding)):
        raise ValueError("the checksum of a record is wrong")
    return values


def _tagged(value: Any) -> dict[str, str]:
    if isinstance(value, date):
        return {_TYPE_TAG: "datetime" if isinstance(value, datetime) else "date", "value": value.isoformat()}
    raise TypeError(f"a value of type {type(value).__name__} cannot be stored")


def _untagged(value: dict[str, Any]) -> Any:
    if value.keys() != {_TYPE_TAG, "value"}:
        return value
    kind = {"date": date, "datetime": datetime}.get(value[_TYPE_TAG])
    return value if kind is None else kind.fromisoformat(value["value"])
