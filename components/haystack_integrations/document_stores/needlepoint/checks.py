"""What the components ask of their arguments."""

from typing import Any

from haystack_integrations.document_stores.needlepoint.collection_document_store import CollectionDocumentStore


def check_store(document_store: Any) -> None:
    """Refuse a store that is none of Needlepoint's.

    :raises ValueError: naming what it is.
    """
    if not isinstance(document_store, CollectionDocumentStore):
        raise ValueError(
            "document_store must be a TantivyDocumentStore or an ElasticsearchStore of Needlepoint, got "
            f"{type(document_store).__name__}"
        )


def check_top_k(top_k: int, name: str = "top_k") -> None:
    """Refuse a negative number.

    :raises ValueError: naming it.
    """
    if top_k < 0:
        raise ValueError(f"{name} must be 0 or more, got {top_k}")
