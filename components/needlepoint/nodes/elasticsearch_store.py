"""The collection on an Elasticsearch server as a Haystack document store."""

from needlepoint.elastic import ElasticCollection, Server, ServerSettings
from needlepoint.nodes.collection_document_store import CollectionDocumentStore


class ElasticsearchStore(CollectionDocumentStore):
    """Keeps documents on an Elasticsearch 8 or 9 server and finds them by BM25, ranked as ``TantivyDocumentStore`` ranks them.

    The server and the login come from the environment: ``ELASTICSEARCH_URL``, ``_USERNAME``, ``_PASSWORD``, ``_API_KEY``,
    ``_CA_CERTS``, and ``_INDEX``, which all index names begin with: ``needlepoint`` gives ``needlepoint-document``,
    ``needlepoint-page`` and so on. The constructor connects to nothing; the first write makes an index. Any number of threads
    and processes may write.

    :param index: where documents go unless a call says otherwise.
    :param label_index: where labels go unless a call says otherwise.
    :param similarity: ``dot_product`` or ``cosine``, for :meth:`query_by_embedding`; an index keeps that which it was made with.
    :param return_embedding: whether documents come with their embeddings unless a call says otherwise.
    :param duplicate_documents: what to do about an id that is there: ``overwrite``, ``skip`` or ``fail``.
    :param embedding_field: the name that embeddings have in documents given as dicts.
    :param shards: of a new index.
    :param replicas: of a new index; None means one where the cluster has a second node.
    :param bulk_workers: how many requests one writing call has on the way at once.
    :param timeout_s: how long one request may take.
    """

    def __init__(
        self,
        index: str = "document",
        label_index: str = "label",
        similarity: str = "dot_product",
        return_embedding: bool = False,
        duplicate_documents: str = "overwrite",
        embedding_field: str = "embedding",
        shards: int = 1,
        replicas: int | None = None,
        bulk_workers: int = 4,
        timeout_s: float = 60.0,
    ) -> None:
        server = Server(ServerSettings.from_environment(), timeout_s=timeout_s)
        super().__init__(
            ElasticCollection(
                server, similarity=similarity, shards=shards, replicas=replicas, bulk_workers=bulk_workers
            ),
            index=index,
            label_index=label_index,
            similarity=similarity,
            return_embedding=return_embedding,
            duplicate_documents=duplicate_documents,
            search_fields=["content"],
            embedding_field=embedding_field,
        )
