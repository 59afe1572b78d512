"""The embedded store as a Haystack document store."""

from pathlib import Path

from needlepoint.nodes.collection_document_store import CollectionDocumentStore
from needlepoint.settings import Settings
from needlepoint.stores.search_fields import weighted
from needlepoint.stores.tantivy import TantivyCollection


class TantivyDocumentStore(CollectionDocumentStore):
    """Keeps documents in a folder and finds them by BM25: no server, no index in memory, nothing lost in a power failure.

    Each index name is a tantivy index of its own. A writing call is one atomic commit. One process at a time writes; any number
    of threads and processes may read, and see a commit with their next call. The constructor opens nothing.

    :param path: the store's folder; by default ``NEEDLEPOINT_STORE`` or the user's data folder.
    :param index: the default index of documents.
    :param label_index: the default index of labels.
    :param similarity: ``dot_product`` or ``cosine``, for :meth:`query_by_embedding`.
    :param return_embedding: whether documents are returned with their embeddings by default.
    :param duplicate_documents: what to do with an existing id: ``overwrite``, ``skip`` or ``fail``.
    :param search_fields: the fields that questions are compared with: ``content`` (the default) and metadata keys; ``title^0.5``
        has half the weight. A word counts with the score of its best field, and a little with those of the others. Fixed when an
        index is created.
    :param embedding_field: the key of the embedding in documents given as dicts.
    :param lock_timeout_s: how long to wait for another writing process, in seconds.
    :raises ValueError: an argument is out of range.
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
