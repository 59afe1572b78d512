"""The collection on an Elasticsearch server as a Haystack document store."""

from collections.abc import Mapping
from typing import ClassVar

from needlepoint.nodes.collection_document_store import CollectionDocumentStore
from needlepoint.stores.elasticsearch import ElasticCollection, Server, ServerSettings
from needlepoint.stores.search_fields import weighted

_FIXED = (
    "has a fixed mapping, see docs/elasticsearch.md; to keep your own, use Haystack's type ElasticsearchDocumentStore"
)
_SECRET = "is a secret and is read from the environment only"
# parameters of Haystack's own store, with their replacements here
_ELSEWHERE = {
    **dict.fromkeys(("host", "port", "scheme"), "the server is named by ELASTICSEARCH_URL, such as https://host:9200"),
    "username": "the login is read from the environment: set ELASTICSEARCH_USERNAME",
    "password": f"the password {_SECRET}: set ELASTICSEARCH_PASSWORD",
    **dict.fromkeys(
        ("api_key", "api_key_id"), f"the key {_SECRET}: set ELASTICSEARCH_API_KEY, the encoded key or id:key"
    ),
    "ca_certs": "the certificate authority's file is named by ELASTICSEARCH_CA_CERTS",
    "verify_certs": "certificates are always checked: set ELASTICSEARCH_CA_CERTS to the file of your own authority",
    "timeout": "it is called timeout_s here",
    "embedding_dim": "leave it out: the first embedding that is written determines it",
    **dict.fromkeys(
        ("create_index", "recreate_index"), "leave it out: the first write creates an index, and none is recreated"
    ),
    **dict.fromkeys(("analyzer", "custom_mapping", "synonyms", "synonym_type"), f"the index {_FIXED}"),
    **dict.fromkeys(("content_field", "name_field", "excluded_meta_data"), f"the index {_FIXED}"),
    **dict.fromkeys(
        ("batch_size", "scroll", "skip_missing_embeddings", "use_system_proxy"), "leave it out: it has no effect here"
    ),
}


class ElasticsearchStore(CollectionDocumentStore):
    """Keeps documents on an Elasticsearch 8 or 9 server and finds them by BM25, ranked as ``TantivyDocumentStore`` ranks them.

    Server and login are read from the environment: ``ELASTICSEARCH_URL`` and so on, see docs/elasticsearch.md.
    ``ELASTICSEARCH_INDEX`` is the prefix of all index names: ``needlepoint`` gives ``needlepoint-document``,
    ``needlepoint-page`` and so on. The constructor does not connect; the first write creates an index. Any number of threads and
    processes may write.

    :param index: the default index of documents.
    :param label_index: the default index of labels.
    :param similarity: ``dot_product`` or ``cosine``, for :meth:`query_by_embedding`; fixed when an index is created.
    :param return_embedding: whether documents are returned with their embeddings by default.
    :param duplicate_documents: what to do with an existing id: ``overwrite``, ``skip`` or ``fail``.
    :param search_fields: the fields that questions are compared with: ``content`` and metadata keys; ``title^0.5`` has half the
        weight. A word counts with the score of its best field, and a little with those of the others. Fixed when an index is
        created.
    :param embedding_field: the key of the embedding in documents given as dicts.
    :param shards: shards of a new index.
    :param replicas: replicas of a new index; None means one if the cluster has a second node.
    :param refresh_type: when a write becomes visible: with ``true`` at once and with ``wait_for`` at the server's next refresh,
        in both cases before the call returns; with ``false`` within about a second, without waiting.
    :param bulk_workers: how many requests of one writing call run at once.
    :param timeout_s: how long one request may take, in seconds.
    :raises ValueError: an argument is out of range.
    """

    elsewhere: ClassVar[Mapping[str, str]] = _ELSEWHERE

    def __init__(
        self,
        index: str = "document",
        label_index: str = "label",
        similarity: str = "dot_product",
        return_embedding: bool = False,
        duplicate_documents: str = "overwrite",
        search_fields: str | list[str] = "content",
        embedding_field: str = "embedding",
        shards: int = 1,
        replicas: int | None = None,
        refresh_type: str = "true",
        bulk_workers: int = 4,
        timeout_s: float = 60.0,
    ) -> None:
        fields = weighted(search_fields)
        server = Server(ServerSettings.from_environment(), timeout_s=timeout_s)
        super().__init__(
            ElasticCollection(
                server,
                search_fields=tuple(fields),
                similarity=similarity,
                shards=shards,
                replicas=replicas,
                bulk_workers=bulk_workers,
                refresh_type=refresh_type,
            ),
            index=index,
            label_index=label_index,
            similarity=similarity,
            return_embedding=return_embedding,
            duplicate_documents=duplicate_documents,
            search_fields=fields,
            embedding_field=embedding_field,
        )
