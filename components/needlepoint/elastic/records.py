"""Records as the server keeps them, and back, exactly."""

import json
import unicodedata
from collections.abc import Mapping
from typing import Any

import numpy as np

from needlepoint.index.records import Record, decode, encode
from needlepoint.index.tokens import metadata_tokens

UNREAD = ["keys", "sequence"]


def to_source(record: Record, sequence: int) -> dict[str, Any]:
    """Return what is kept of a record.

    :param record: as ``needlepoint.index.records.storable`` gives it.
    :param sequence: its place in the order of writing.
    """
    source: dict[str, Any] = json.loads(encode(record))
    del source["id"]
    composed = unicodedata.normalize("NFC", record.content)
    if composed != record.content:
        source["original"] = record.content
        source["content"] = composed
    source["keys"] = metadata_tokens(record.meta)
    source["sequence"] = sequence
    if record.embedding is not None:
        source["embedding"] = record.embedding.tolist()
    return source


def to_record(hit: Mapping[str, Any]) -> Record:
    """Return the record that a hit was made from."""
    source = hit["_source"]
    values = {
        "id": hit["_id"],
        "content": source.get("original", source["content"]),
        "meta": source["meta"],
        "fields": source["fields"],
    }
    embedding = source.get("embedding")
    record = decode(json.dumps(values, separators=(",", ":")).encode())
    if embedding is None:
        return record
    return Record(record.id, record.content, record.meta, record.fields, np.asarray(embedding, dtype=np.float32))
