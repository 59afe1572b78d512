"""Stores and services on the server."""

import pytest

from journals import document, write


@pytest.fixture
def store(prefix):
    from needlepoint.nodes.elasticsearch_store import ElasticsearchStore

    store = ElasticsearchStore()
    yield store
    store.close()


@pytest.fixture
def make_service(reader_folder, prefix, monkeypatch):
    monkeypatch.setenv("READER_PARAMS_MODEL_NAME_OR_PATH", str(reader_folder))
    from needlepoint.service.facade import Service

    made = []

    def make(pipeline="elasticsearch-onnx"):
        made.append(Service(pipeline))
        return made[-1]

    yield make
    for service in made:
        service.close()


@pytest.fixture
def make_store(prefix):
    from needlepoint.stores.elasticsearch import ElasticCollection, Server, ServerSettings

    made = []

    def make():
        made.append(ElasticCollection(Server(ServerSettings.from_environment())))
        return made[-1]

    yield make
    for store in made:
        store.close()


@pytest.fixture
def filled(make_store):
    store = make_store()
    write(store, document("a", "The lease ends."), document("b", "The lease begins."))
    return store
