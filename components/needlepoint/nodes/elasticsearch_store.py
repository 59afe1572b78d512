"""The collection on an Elasticsearch server as a Haystack document store."""

from collections.abc import Mapping
from typing import ClassVar

from needlepoint.nodes.collection_document_store import CollectionDocumentStore
from needlepoint.stores.elasticsearch import ElasticCollection, Server, ServerSettings
from needlepoint.stores.search_fields import weighted

_FIXED = (
    "has one form for all, see docs/elasticsearch.md; to keep your own, use Haystack's type ElasticsearchDocumentStore"
)
_SECRET = "is a secret and is read from the environment only"
# what a pipeline for Haystack's own store may say, and where it is said here
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
    "embedding_dim": "leave it out: the first embedding that is written decides",
    **dict.fromkeys(
        ("create_index", "recreate_index"), "leave it out: the first write makes an index, and none is remade"
    ),
    **dict.fromkeys(("analyzer", "custom_mapping", "synonyms", "synonym_type"), f"the index {_FIXED}"),
    **dict.fromkeys(("content_field", "name_field", "excluded_meta_data"), f"the index {_FIXED}"),
    **dict.fromkeys(
        ("batch_size", "scroll", "skip_missing_embeddings", "use_system_proxy"), "leave it out: it has no use here"
    ),
}


class ElasticsearchStore(CollectionDocumentStore):
    """Keeps documents on an Elasticsearch 8 or 9 server and finds them by BM25, ranked as ``TantivyDocumentStore`` ranks them.

    The server and the login come from the environment: ``ELASTICSEARCH_URL`` and so on, see docs/elasticsearch.md, and
    ``ELASTICSEARCH_INDEX``, which all index names begin with: ``needlepoint`` gives ``needlepoint-document``,
    ``needlepoint-page`` and so on. The constructor connects to nothing; the first write makes an index. Any number of threads
    and processes may write.

    :param index: where documents go unless a call says otherwise.
    :param label_index: where labels go unless a call says otherwise.
    :param similarity: ``dot_product`` or ``cosine``, for :meth:`query_by_embedding`; an index keeps that which it was made with.
    :param return_embedding: whether documents come with their embeddings unless a call says otherwise.
    :param duplicate_documents: what to do about an id that is there: ``overwrite``, ``skip`` or ``fail``.
    :param search_fields: what questions are compared with: ``content`` and metadata keys; ``title^0.5`` counts half. A word
        counts by its best field, and little by the others. An index keeps those that it was made with.
    :param embedding_field: the name that embeddings have in documents given as dicts.
    :param shards: of a new index.
    :param replicas: of a new index; None means one where the cluster has a second node.
    :param refresh_type: when a write is seen: ``true`` and ``wait_for``, before the call returns, at once or with the server's
        next refresh; ``false``, within about a second, without waiting.
    :param bulk_workers: how many requests one writing call has on the way at once.
    :param timeout_s: how long one request may take.
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
