"""The check of the components' stores."""

from typing import Any

from haystack_integrations.document_stores.needlepoint.collection_document_store import CollectionDocumentStore


def check_store(document_store: Any) -> None:
    """Refuse a store that is not one of Needlepoint's.

    :raises ValueError: it is another kind of store.
    """
    if not isinstance(document_store, CollectionDocumentStore):
        raise ValueError(
            "document_store must be a TantivyDocumentStore or an ElasticsearchStore of Needlepoint, got "
            f"{type(document_store).__name__}"
        )
