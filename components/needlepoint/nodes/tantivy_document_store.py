"""The embedded store as a Haystack document store."""

from pathlib import Path

from needlepoint.nodes.collection_document_store import CollectionDocumentStore
from needlepoint.settings import Settings
from needlepoint.stores.search_fields import weighted
from needlepoint.stores.tantivy import TantivyCollection


class TantivyDocumentStore(CollectionDocumentStore):
    """Keeps documents in a folder and finds them by BM25: no server, nothing in memory, nothing lost when the power goes.

    Each index name is a tantivy index of its own. A writing call is one commit, whole or not at all; one process at a time
    writes, any number of threads and processes read and see it with their next call. The constructor opens nothing.

    :param path: the store's folder; None takes ``NEEDLEPOINT_STORE`` or the user's data folder.
    :param index: where documents go unless a call says otherwise.
    :param label_index: where labels go unless a call says otherwise.
    :param similarity: ``dot_product`` or ``cosine``, for :meth:`query_by_embedding`.
    :param return_embedding: whether documents come with their embeddings unless a call says otherwise.
    :param duplicate_documents: what to do about an id that is there: ``overwrite``, ``skip`` or ``fail``.
    :param search_fields: what questions are compared with: ``content`` (the default) and metadata keys; ``title^0.5``
        counts half. A word counts by its best field, and little by the others. An index keeps those that it was made with.
    :param embedding_field: the name that embeddings have in documents given as dicts.
    :param lock_timeout_s: how long to wait for another writing process.
    """

    def __init__(
        self,
        path: str | None = None,
        index: str = "document",
        label_index: str = "label",
        similarity: str = "dot_product",
        return_embedding: bool = False,
        duplicate_documents: str = "overwrite",
        search_fields: list[str] | None = None,
        embedding_field: str = "embedding",
        lock_timeout_s: float = 5.0,
    ) -> None:
        folder = Path(path).expanduser() if path else Settings.from_environment().store
        fields = weighted(search_fields)
        super().__init__(
            TantivyCollection(folder, tuple(fields), lock_timeout_s=lock_timeout_s),
            index=index,
            label_index=label_index,
            similarity=similarity,
            return_embedding=return_embedding,
            duplicate_documents=duplicate_documents,
            search_fields=fields,
            embedding_field=embedding_field,
        )
