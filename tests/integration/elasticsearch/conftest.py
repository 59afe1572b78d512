"""Stores and services on the server."""

import pytest


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
