"""The collection on an Elasticsearch server as a Haystack 3 document store."""

import os
from typing import Any

from haystack import default_from_dict, default_to_dict
from haystack.utils import Secret

from haystack_integrations.document_stores.needlepoint.collection_document_store import CollectionDocumentStore
from haystack_integrations.document_stores.needlepoint.errors import haystack_errors
from needlepoint.stores.elasticsearch import ElasticCollection, Server, ServerSettings
from needlepoint.stores.search_fields import weighted

_USERNAME = Secret.from_env_var("ELASTICSEARCH_USERNAME", strict=False)
_PASSWORD = Secret.from_env_var("ELASTICSEARCH_PASSWORD", strict=False)
_API_KEY = Secret.from_env_var("ELASTICSEARCH_API_KEY", strict=False)


class ElasticsearchStore(CollectionDocumentStore):
    """Keeps documents on an Elasticsearch 8 or 9 server and finds them by BM25, ranked as ``TantivyDocumentStore`` ranks them.

    It is the application's store on a server: it searches what ``needlepoint index`` has written there, and the application
    searches what it writes. The constructor does not connect; the first write creates the index. Any number of threads and
    processes may write.

    Usage example:

    ```python
    from haystack import Document
    from haystack_integrations.document_stores.needlepoint import ElasticsearchStore

    store = ElasticsearchStore(url="http://localhost:9200", prefix="contracts")
    store.write_documents([Document(content="The lease ends on 31 March 2031.")])
    print(store.bm25_retrieval("When does the lease end?")[0].content)
    ```
    """

    def __init__(
        self,
        url: str | None = None,
        *,
        prefix: str | None = None,
        index: str = "document",
        username: Secret | None = _USERNAME,
        password: Secret | None = _PASSWORD,
        api_key: Secret | None = _API_KEY,
        ca_certs: str | None = None,
        similarity: str = "dot_product",
        return_embedding: bool = False,
        search_fields: list[str] | None = None,
        shards: int = 1,
        replicas: int | None = None,
        refresh_type: str = "true",
        bulk_workers: int = 4,
        timeout_s: float = 60.0,
    ) -> None:
        """Check and keep the parameters; this does not connect to the server.

        :param url: such as ``https://search.example.org:9200``, or the addresses of several nodes, separated by commas; None
            takes ``ELASTICSEARCH_URL`` or ``ELASTICSEARCH_CLOUD_ID``.
        :param prefix: the beginning of all index names; None takes ``ELASTICSEARCH_INDEX``.
        :param index: the index that the documents are in; ``document`` is the application's.
        :param username: with ``password``, or an ``api_key`` in their place.
        :param password: see ``username``.
        :param api_key: the encoded key, or ``id:key``.
        :param ca_certs: file of the certificate authority, if it is a private one; None takes ``ELASTICSEARCH_CA_CERTS``.
        :param similarity: ``dot_product`` or ``cosine``; an index keeps the one that it was created with.
        :param return_embedding: whether retrieved documents come with their embeddings.
        :param search_fields: as for ``TantivyDocumentStore``.
        :param shards: of a new index.
        :param replicas: of a new index; None means one if the cluster has a second node.
        :param refresh_type: when a write can be searched. ``true``: at once, before the call returns. ``wait_for``: before the
            call returns, which waits for the server's next refresh. ``false``: within about a second, without waiting.
        :param bulk_workers: how many requests one write sends at the same time.
        :param timeout_s: how long one request may take, in seconds.
        :raises ValueError: an argument is out of its range.
        :raises DocumentStoreError: the address or the prefix is not valid.
        """
        self.url = url
        self.prefix = prefix
        self.username = username
        self.password = password
        self.api_key = api_key
        self.ca_certs = ca_certs
        self.search_fields = search_fields
        self.shards = shards
        self.replicas = replicas
        self.refresh_type = refresh_type
        self.bulk_workers = bulk_workers
        self.timeout_s = timeout_s
        fields = weighted(search_fields)
        collection = ElasticCollection(
            Server(self._settings(), timeout_s=timeout_s),
            search_fields=tuple(fields),
            similarity=similarity,
            shards=shards,
            replicas=replicas,
            bulk_workers=bulk_workers,
            refresh_type=refresh_type,
        )
        super().__init__(
            collection,
            index=index,
            similarity=similarity,
            return_embedding=return_embedding,
            search_fields=fields,
        )

    def _settings(self) -> ServerSettings:
        """Return the server's settings: those given here, and the rest from the environment."""
        given = {
            "ELASTICSEARCH_URL": self.url,
            "ELASTICSEARCH_CLOUD_ID": "" if self.url else None,
            "ELASTICSEARCH_INDEX": self.prefix,
            "ELASTICSEARCH_USERNAME": _resolved(self.username),
            "ELASTICSEARCH_PASSWORD": _resolved(self.password),
            "ELASTICSEARCH_API_KEY": _resolved(self.api_key),
            "ELASTICSEARCH_CA_CERTS": self.ca_certs,
        }
        with haystack_errors():
            return ServerSettings.from_environment(
                os.environ | {name: value for name, value in given.items() if value is not None}
            )

    def to_dict(self) -> dict[str, Any]:
        """Return the store's parameters for a pipeline file; secrets become the names of their environment variables."""
        return default_to_dict(
            self,
            url=self.url,
            prefix=self.prefix,
            index=self.index,
            username=self.username,
            password=self.password,
            api_key=self.api_key,
            ca_certs=self.ca_certs,
            similarity=self.similarity,
            return_embedding=self.return_embedding,
            search_fields=self.search_fields,
            shards=self.shards,
            replicas=self.replicas,
            refresh_type=self.refresh_type,
            bulk_workers=self.bulk_workers,
            timeout_s=self.timeout_s,
        )

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "ElasticsearchStore":
        """Make the store from the result of :meth:`to_dict`."""
        return default_from_dict(cls, data)


def _resolved(secret: Secret | None) -> str:
    return str((secret and secret.resolve_value()) or "")
