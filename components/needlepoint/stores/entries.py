"""Encodes the entries of a journal as bytes, and decodes them exactly."""

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from needlepoint.stores.changes import Deletion, Entry
from needlepoint.stores.records import Record, decode_values, encode_values

FORMAT = 1


def encode_entry(entry: Entry) -> bytes:
    """Return an entry as bytes for :func:`decode_entry`: a checksum, and JSON on one line."""
    body = encode_values(
        {
            "format": FORMAT,
            "is_decided": entry.is_decided,
            "added": {index: list(ids) for index, ids in entry.added.items() if ids},
            "overwritten": {
                index: [_values(record) for record in records]
                for index, records in entry.overwritten.items()
                if records
            },
            "deletions": [
                {"index": each.index, "ids": None if each.ids is None else list(each.ids), "filters": each.filters}
                for each in entry.deletions
            ],
        }
    )
    return hashlib.sha256(body).hexdigest().encode() + b"\n" + body


def decode_entry(data: bytes) -> Entry:
    """Return the entry that these bytes were made from.

    :raises ValueError: they were not made by :func:`encode_entry`, are damaged, or have another format version.
    """
    checksum, _, body = data.partition(b"\n")
    if hashlib.sha256(body).hexdigest().encode() != checksum:
        raise ValueError("it is damaged")
    values = decode_values(json.loads(body))
    if values["format"] != FORMAT:
        raise ValueError(f"it has format {values['format']}, and this version knows format {FORMAT}")
    return Entry(
        values["added"],
        {index: [_record(each) for each in records] for index, records in values["overwritten"].items()},
        [Deletion(**each) for each in values["deletions"]],
        values["is_decided"],
    )


def _values(record: Record) -> dict[str, Any]:
    vector = None
    if record.embedding is not None:
        vector = base64.b64encode(np.ascontiguousarray(record.embedding, dtype="<f4").tobytes()).decode()
    return {
        "id": record.id,
        "content": record.content,
        "meta": record.meta,
        "fields": record.fields,
        "embedding": vector,
    }


def _record(values: Mapping[str, Any]) -> Record:
    vector = values["embedding"]
    embedding = None if vector is None else np.frombuffer(base64.b64decode(vector), dtype="<f4").copy()
    return Record(values["id"], values["content"], values["meta"], values["fields"], embedding)
