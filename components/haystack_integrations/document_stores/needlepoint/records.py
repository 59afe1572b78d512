"""Turns Haystack 3's documents into the records that Needlepoint stores, and back.

A passage with text, metadata and perhaps an embedding becomes exactly the record that the application writes for it. Fields that
only Haystack 3 has are kept beside it.
"""

from base64 import b64decode, b64encode
from typing import Any

import numpy as np
from haystack import Document
from haystack.dataclasses import ByteStream, SparseEmbedding

from needlepoint.stores.records import Record

_TEXT = {"content_type": "text", "id_hash_keys": ["content"]}  # what the application keeps with a text
_NO_CONTENT = "no_content"


def to_record(document: Document) -> Record:
    """Return the record of a document, from which :func:`to_document` makes it again; its embedding becomes float32."""
    fields: dict[str, Any] = dict(_TEXT)
    if document.content is None:
        fields[_NO_CONTENT] = True
    if document.blob is not None:
        fields["blob"] = _blob_values(document.blob)
    if document.sparse_embedding is not None:
        fields["sparse_embedding"] = document.sparse_embedding.to_dict()
    if document.score is not None:
        fields["score"] = document.score
    embedding = None if document.embedding is None else np.asarray(document.embedding, dtype=np.float32).reshape(-1)
    return Record(document.id, document.content or "", document.meta, fields, embedding)


def to_document(record: Record, *, score: float | None = None, with_embedding: bool = True) -> Document:
    """Return the document that a record was made from.

    :param score: replaces the score that it was written with.
    """
    fields = record.fields
    blob, sparse = fields.get("blob"), fields.get("sparse_embedding")
    embedding = record.embedding if with_embedding else None
    return Document(
        id=record.id,
        content=None if fields.get(_NO_CONTENT) else record.content,
        blob=None if blob is None else _blob(blob),
        meta=dict(record.meta),
        score=fields.get("score") if score is None else score,
        embedding=None if embedding is None else embedding.tolist(),
        sparse_embedding=None if sparse is None else SparseEmbedding.from_dict(sparse),
    )


def _blob_values(blob: ByteStream) -> dict[str, Any]:
    return {"data": b64encode(blob.data).decode("ascii"), "meta": blob.meta, "mime_type": blob.mime_type}


def _blob(values: dict[str, Any]) -> ByteStream:
    return ByteStream(b64decode(values["data"]), meta=values["meta"], mime_type=values["mime_type"])
