"""The tantivy schema of an index, and the conversion of a record to a tantivy document."""

from collections.abc import Iterable

from tantivy import Document, Query, Schema, SchemaBuilder

from needlepoint.errors import CollectionError
from needlepoint.stores.filters import KEYS_FIELD
from needlepoint.stores.records import Record, embedding_bytes, encode
from needlepoint.stores.search_fields import missing, searched_texts, text_field
from needlepoint.stores.tokens import metadata_tokens
from needlepoint.text.terms import ANALYSER, rewrite


def build_schema(search_fields: Iterable[str]) -> Schema:
    """Return the schema of an index with these search fields."""
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


def require_search_fields(schema: Schema, search_fields: Iterable[str]) -> None:
    """Check that an index was made with these search fields.

    :raises CollectionError: it was made without one of them.
    """
    for search_field in search_fields:
        try:
            Query.term_query(schema, text_field(search_field), "a", "freq")
        except ValueError as error:
            raise CollectionError(missing(search_field)) from error


def to_document(record: Record, *, sequence: int, search_fields: Iterable[str]) -> Document:
    """Return a record as the document that tantivy indexes and stores.

    :param sequence: a number that grows with every record written.
    """
    document = Document()
    document.add_text("id", record.id)
    for search_field in search_fields:
        for text in searched_texts(record, search_field):
            document.add_text(text_field(search_field), rewrite(text))
    for token in metadata_tokens(record.meta):
        document.add_text(KEYS_FIELD, token)
    document.add_integer("sequence", sequence)
    document.add_boolean("has_embedding", record.embedding is not None)
    document.add_bytes("record", encode(record))
    if record.embedding is not None:
        document.add_bytes("embedding", embedding_bytes(record.embedding))
    return document
