"""Records as the server keeps them, and back, exactly."""

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import orjson

from needlepoint.stores.elasticsearch.mapping import SEARCHED
from needlepoint.stores.records import Record, decode_values, encode_values
from needlepoint.stores.search_fields import CONTENT, metadata_fields, searched_texts
from needlepoint.stores.tokens import metadata_tokens

UNREAD = ["keys", "sequence", SEARCHED]


def source_bytes(record: Record, sequence: int, search_fields: Iterable[str] = (CONTENT,)) -> bytes:
    """Return what is kept of a record, as JSON on one line.

    :param record: as ``needlepoint.stores.records.storable`` gives it.
    :param sequence: its place in the order of writing.
    :param search_fields: what questions are compared with.
    """
    _, *forms = searched_texts(record, CONTENT)
    composed = unicodedata.normalize("NFC", "\n".join([record.content, *forms]))
    source = {
        "content": composed,
        "meta": record.meta,
        "fields": record.fields,
        "keys": metadata_tokens(record.meta),
        "sequence": sequence,
    }
    searched = {
        field: [unicodedata.normalize("NFC", text) for text in searched_texts(record, name)]
        for name, field in metadata_fields(search_fields).items()
    }
    if searched:
        source[SEARCHED] = searched
    if composed != record.content:
        source["original"] = record.content
    data = encode_values(source)
    if record.embedding is None:
        return data
    vector = np.ascontiguousarray(record.embedding, dtype=np.float32)  # as few digits as a float32 needs
    return data[:-1] + b',"embedding":' + orjson.dumps(vector, option=orjson.OPT_SERIALIZE_NUMPY) + b"}"


def to_record(hit: Mapping[str, Any]) -> Record:
    """Return the record that a hit was made from."""
    source = hit["_source"]
    embedding = source.get("embedding")
    return Record(
        hit["_id"],
        source.get("original", source["content"]),
        decode_values(source["meta"]),
        decode_values(source["fields"]),
        None if embedding is None else np.asarray(embedding, dtype=np.float32),
    )
