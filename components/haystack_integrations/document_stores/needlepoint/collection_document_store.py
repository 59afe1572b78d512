"""What the two stores of collections have in common, with an asynchronous twin of each method."""

from asyncio import to_thread
from typing import Any

from haystack import Document
from haystack.document_stores.types import DuplicatePolicy

from haystack_integrations.document_stores.needlepoint.synchronous_store import Filters, SynchronousStore


class CollectionDocumentStore(SynchronousStore):
    """A Haystack document store on one index of a collection.

    Each method has an asynchronous twin that does the same in a thread, so that it does not block the event loop. Both stores
    may be used from several threads: readers see the last commit, and writers wait for each other.
    """

    async def close_async(self) -> None:
        """Do what ``close`` does, in a thread."""
        await to_thread(self.close)

    async def write_documents_async(
        self, documents: list[Document], policy: DuplicatePolicy = DuplicatePolicy.NONE
    ) -> int:
        """Do what ``write_documents`` does, in a thread."""
        return await to_thread(self.write_documents, documents, policy)

    async def update_by_filter_async(self, filters: dict[str, Any], meta: dict[str, Any]) -> int:
        """Do what ``update_by_filter`` does, in a thread."""
        return await to_thread(self.update_by_filter, filters, meta)

    async def delete_documents_async(self, document_ids: list[str]) -> None:
        """Do what ``delete_documents`` does, in a thread."""
        await to_thread(self.delete_documents, document_ids)

    async def delete_by_filter_async(self, filters: dict[str, Any]) -> int:
        """Do what ``delete_by_filter`` does, in a thread."""
        return await to_thread(self.delete_by_filter, filters)

    async def delete_all_documents_async(self, recreate_index: bool = False) -> None:
        """Do what ``delete_all_documents`` does, in a thread."""
        await to_thread(self.delete_all_documents, recreate_index)

    async def bm25_retrieval_async(
        self,
        query: str,
        *,
        filters: Filters = None,
        top_k: int = 10,
        scale_score: bool = True,
        all_terms_must_match: bool = False,
    ) -> list[Document]:
        """Do what ``bm25_retrieval`` does, in a thread."""
        return await to_thread(
            self.bm25_retrieval,
            query,
            filters=filters,
            top_k=top_k,
            scale_score=scale_score,
            all_terms_must_match=all_terms_must_match,
        )

    async def embedding_retrieval_async(
        self, query_embedding: list[float], *, filters: Filters = None, top_k: int = 10, scale_score: bool = True
    ) -> list[Document]:
        """Do what ``embedding_retrieval`` does, in a thread."""
        return await to_thread(
            self.embedding_retrieval, query_embedding, filters=filters, top_k=top_k, scale_score=scale_score
        )

    async def filter_documents_async(self, filters: Filters = None) -> list[Document]:
        """Do what ``filter_documents`` does, in a thread."""
        return await to_thread(self.filter_documents, filters)

    async def count_documents_async(self) -> int:
        """Do what ``count_documents`` does, in a thread."""
        return await to_thread(self.count_documents)

    async def count_documents_by_filter_async(self, filters: dict[str, Any]) -> int:
        """Do what ``count_documents_by_filter`` does, in a thread."""
        return await to_thread(self.count_documents_by_filter, filters)

    async def facets_async(self, field: str, filters: Filters = None, limit: int = 100) -> dict[Any, int]:
        """Do what ``facets`` does, in a thread."""
        return await to_thread(self.facets, field, filters, limit)

    async def count_unique_metadata_by_filter_async(
        self, filters: dict[str, Any], metadata_fields: list[str]
    ) -> dict[str, int]:
        """Do what ``count_unique_metadata_by_filter`` does, in a thread."""
        return await to_thread(self.count_unique_metadata_by_filter, filters, metadata_fields)

    async def get_metadata_fields_info_async(self) -> dict[str, dict[str, str]]:
        """Do what ``get_metadata_fields_info`` does, in a thread."""
        return await to_thread(self.get_metadata_fields_info)

    async def get_metadata_field_min_max_async(self, metadata_field: str) -> dict[str, Any]:
        """Do what ``get_metadata_field_min_max`` does, in a thread."""
        return await to_thread(self.get_metadata_field_min_max, metadata_field)

    async def get_metadata_field_unique_values_async(
        self,
        metadata_field: str,
        search_term: str | None = None,
        from_: int = 0,
        size: int = 10,
        filters: Filters = None,
    ) -> tuple[list[Any], int]:
        """Do what ``get_metadata_field_unique_values`` does, in a thread."""
        return await to_thread(self.get_metadata_field_unique_values, metadata_field, search_term, from_, size, filters)
