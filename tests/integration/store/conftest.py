"""Stores of both kinds: the embedded one, and the one on a real server."""

import uuid

import pytest

from needlepoint.nodes.elasticsearch_store import ElasticsearchStore
from needlepoint.nodes.tantivy_document_store import TantivyDocumentStore
from needlepoint.stores.elasticsearch import Server, ServerSettings


@pytest.fixture(scope="module", params=["embedded", "elasticsearch"])
def make_store(request, tmp_path_factory):
    """Make stores of one kind; what they leave on the server is removed."""
    if request.param == "embedded":
        yield lambda **parameters: TantivyDocumentStore(str(tmp_path_factory.mktemp("store")), **parameters)
        return
    url, prefix = request.getfixturevalue("server_url"), f"test-{uuid.uuid4().hex[:12]}"

    def make(**parameters):
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("ELASTICSEARCH_URL", url)
            environment.setenv("ELASTICSEARCH_INDEX", f"{prefix}-{uuid.uuid4().hex[:12]}")
            return ElasticsearchStore(**parameters)

    yield make
    server = Server(ServerSettings(urls=(url,)))
    with server.talking() as client:
        for index in client.indices.get(index=f"{prefix}-*"):
            client.indices.delete(index=index)
    server.close()


@pytest.fixture
def store(make_store):
    store = make_store()
    yield store
    store.close()
