"""Converts Haystack's documents and labels to records of a store, and back."""

from typing import Any, TypeAlias

import numpy as np
from haystack.schema import Document, Label
from pandas import DataFrame

from needlepoint.stores.records import Record
from needlepoint.text.questions import same_question

Filters: TypeAlias = dict[str, Any] | list[Any] | None
Headers: TypeAlias = dict[str, str] | None

ASKED = "asked"
"""The key of a label's record that holds its question as :func:`~needlepoint.text.questions.same_question` returns it."""
_LABEL_FILTERS = (
    "id",
    "query",
    "origin",
    "is_correct_answer",
    "is_correct_document",
    "pipeline_id",
    "created_at",
    "updated_at",
    "meta",
)


def to_record(document: Document) -> Record:
    """Return a document as a record for :func:`to_document`, without its score."""
    fields: dict[str, Any] = {"content_type": document.content_type, "id_hash_keys": document.id_hash_keys}
    content = document.content
    if isinstance(content, DataFrame):
        fields["table"] = [content.columns.tolist(), *content.to_numpy().tolist()]
        content = content.astype(str).to_csv(index=False)
    embedding = None
    if document.embedding is not None:
        embedding = np.asarray(document.embedding, dtype=np.float32).reshape(-1)
    return Record(document.id, content, document.meta, fields, embedding)


def to_document(record: Record, *, score: float | None = None, return_embedding: bool = False) -> Document:
    """Return the document that a record was made from."""
    table = record.fields.get("table")
    return Document(
        content=record.content if table is None else DataFrame(columns=table[0], data=table[1:]),
        content_type=record.fields.get("content_type", "text"),
        id=record.id,
        score=score,
        meta=dict(record.meta),
        embedding=record.embedding if return_embedding else None,
        id_hash_keys=record.fields.get("id_hash_keys"),
    )


def to_label_record(label: Label) -> Record:
    """Return a label as a record with the query as content; filters see its plain values, ``meta.*`` and ``document.id``."""
    values = label.to_dict()
    meta = {key: values.get(key) for key in _LABEL_FILTERS}
    meta["answer"] = label.answer.answer if label.answer else None
    meta[ASKED] = same_question(label.query)
    meta["document"] = {"id": label.document.id} if label.document else None
    return Record(label.id, label.query, meta, {"label": values})


def to_label(record: Record) -> Label:
    """Return the label that a record was made from.

    :raises KeyError: the record is not a label.
    """
    return Label.from_dict(dict(record.fields["label"]))
