"""The tantivy schema of one index, and a record as a tantivy document."""

from collections.abc import Sequence
from typing import Any

from tantivy import Document, Query, Schema, SchemaBuilder

from needlepoint.errors import CollectionError
from needlepoint.index.analysis import ANALYSER, rewrite
from needlepoint.index.filters import KEYS_FIELD
from needlepoint.index.records import Record, encode
from needlepoint.index.tokens import metadata_tokens

CONTENT = "content"
MAX_INDEXED_CHARACTERS = 20_000_000


def text_field(search_field: str) -> str:
    """Return the name that a searched field has in the schema: the content, or a metadata key in hex."""
    return CONTENT if search_field == CONTENT else f"meta_{search_field.encode('utf-8').hex()}"


def build_schema(search_fields: Sequence[str]) -> Schema:
    """Return the schema of an index whose content and metadata are searched in these fields."""
    builder = SchemaBuilder()
    builder.add_text_field("id", tokenizer_name="raw", index_option="basic")
    for search_field in dict.fromkeys(search_fields):
        builder.add_text_field(text_field(search_field), tokenizer_name=ANALYSER, index_option="freq")
    builder.add_text_field(KEYS_FIELD, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("sequence", indexed=True, fast=True)
    builder.add_boolean_field("has_embedding", indexed=True)
    builder.add_bytes_field("record", stored=True)
    builder.add_bytes_field("embedding", stored=True)
    return builder.build()


def require_search_fields(schema: Schema, search_fields: Sequence[str]) -> None:
    """Check that an index was made for being searched in these fields.

    :raises CollectionError: if it was not.
    """
    for search_field in search_fields:
        try:
            Query.term_query(schema, text_field(search_field), "a", "freq")
        except ValueError as error:
            raise CollectionError(
                f"the index was made without the search field {search_field!r}: index the files again into another store"
            ) from error


def to_document(record: Record, *, sequence: int, search_fields: Sequence[str]) -> Document:
    """Return what tantivy indexes and stores of a record."""
    document = Document()
    document.add_text("id", record.id)
    for search_field in search_fields:
        for text in _texts(record.content if search_field == CONTENT else record.meta.get(search_field)):
            document.add_text(text_field(search_field), rewrite(text[:MAX_INDEXED_CHARACTERS]))
    for token in metadata_tokens(record.meta):
        document.add_text(KEYS_FIELD, token)
    document.add_integer("sequence", sequence)
    document.add_boolean("has_embedding", record.embedding is not None)
    document.add_bytes("record", encode(record))
    if record.embedding is not None:
        document.add_bytes("embedding", record.embedding.astype("<f4").tobytes())
    return document


def _texts(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [element for element in values if isinstance(element, str)]
