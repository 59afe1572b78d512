"""The embedded store as a Haystack 3 document store."""

from pathlib import Path
from typing import Any

from haystack import default_from_dict, default_to_dict

from haystack_integrations.document_stores.needlepoint.collection_document_store import CollectionDocumentStore
from needlepoint.settings import Settings
from needlepoint.stores.search_fields import weighted
from needlepoint.stores.tantivy import TantivyCollection


class TantivyDocumentStore(CollectionDocumentStore):
    """Keeps documents in a folder and finds them by BM25: needs no server, keeps nothing in memory, survives a power failure.

    It is the application's store: it searches what ``needlepoint index`` has written, and the application searches what it
    writes. Each write is one commit, complete or not done at all. One process writes at a time; any number of threads and
    processes read, and see a commit at their next call. The constructor opens nothing.

    Usage example:

    ```python
    from haystack import Document
    from haystack_integrations.document_stores.needlepoint import TantivyDocumentStore

    store = TantivyDocumentStore("collection", search_fields=["content", "title"])
    store.write_documents([Document(content="The lease ends on 31 March 2031.", meta={"title": "Lease"})])
    print(store.bm25_retrieval("When does the lease end?")[0].content)
    ```
    """

    def __init__(
        self,
        path: str | None = None,
        *,
        index: str = "document",
        similarity: str = "dot_product",
        return_embedding: bool = False,
        search_fields: list[str] | None = None,
        lock_timeout_s: float = 5.0,
    ) -> None:
        """Check and keep the parameters; this opens nothing.

        :param path: the store's folder; None takes ``NEEDLEPOINT_STORE`` or the user's data folder.
        :param index: the index that the documents are in; ``document`` is the application's.
        :param similarity: ``dot_product`` or ``cosine``, for embeddings.
        :param return_embedding: whether retrieved documents come with their embeddings.
        :param search_fields: the fields that questions are compared with: ``content`` (the default) and metadata keys;
            ``title^0.5`` has half the weight. A word counts by its best field, and little by the others. An index keeps the
            fields that it was created with.
        :param lock_timeout_s: how long to wait for another writing process.
        :raises ValueError: an argument is out of its range.
        """
        self.path = path
        self.search_fields = search_fields
        self.lock_timeout_s = lock_timeout_s
        fields = weighted(search_fields)
        folder = Path(path).expanduser() if path else Settings.from_environment().store
        super().__init__(
            TantivyCollection(folder, tuple(fields), lock_timeout_s=lock_timeout_s),
            index=index,
            similarity=similarity,
            return_embedding=return_embedding,
            search_fields=fields,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the store's parameters for a pipeline file."""
        return default_to_dict(
            self,
            path=self.path,
            index=self.index,
            similarity=self.similarity,
            return_embedding=self.return_embedding,
            search_fields=self.search_fields,
            lock_timeout_s=self.lock_timeout_s,
        )

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "TantivyDocumentStore":
        """Make the store from the result of :meth:`to_dict`."""
        return default_from_dict(cls, data)
