"""Hybrid retrieval on Elasticsearch: its own kNN over an indexed vector field."""

from dataclasses import replace

import numpy as np
import pytest

# the modules above make Haystack importable
from haystack.schema import Document

from needlepoint.collection.embedding_record import read_record, write_record
from needlepoint.errors import CollectionError
from needlepoint.service.copying import copy_collection
from needlepoint.service.embedding import add_embeddings
from needlepoint.service.facade import Service
from needlepoint.settings import Settings
from needlepoint.stores.names import PASSAGES

FILES = {
    "lease.txt": "LEASE AGREEMENT\n\nThe term of this lease ends on 31 March 2031. The annual rent is 84,000 euros.\n",
    "minutes.txt": "Minutes of the board\n\nMaria Lindqvist was elected chair on 4 May 2024. The meeting closed at noon.\n",
    "straße.txt": "Die Straße nach Łódź ist gesperrt. 東京 and naïve café texts 🧵 are indexed as they are.\n",
}
QUESTION = "When does the lease end?"


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "files"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def hybrid(make_service, encoders, monkeypatch):
    def make(*, encoder=0):
        monkeypatch.setenv("DENSERETRIEVER_PARAMS_EMBEDDING_MODEL", str(encoders[encoder]))
        return make_service("hybrid-elasticsearch")

    return make


@pytest.fixture
def embedded(encoders, reader_folder, tmp_path, monkeypatch):
    monkeypatch.setenv("READER_PARAMS_MODEL_NAME_OR_PATH", str(reader_folder))
    monkeypatch.setenv("DENSERETRIEVER_PARAMS_EMBEDDING_MODEL", str(encoders[0]))
    service = Service("hybrid", settings=replace(Settings.from_environment(), store=tmp_path / "store"))
    yield service
    service.close()


def test_from_files_to_answers(hybrid, folder):
    service = hybrid()
    report = service.index([folder])
    assert service.store.get_embedding_count() == report.passages == 3
    reply = service.ask(QUESTION)
    assert reply.quotes[0].answer == "31 March 2031"
    assert len(reply.passages) == 3
    assert [d.meta["name"] for d in service.ask(QUESTION, filters={"name": "minutes.txt"}).passages] == ["minutes.txt"]
    for document in service.store.get_all_documents():
        assert service.pipelines.indexing.embedder.retrieve(document.content, top_k=1)[0].id == document.id


def test_the_same_passages_as_the_embedded_store(hybrid, embedded, folder):
    service = hybrid()
    embedded.index([folder])
    copy_collection(embedded, service)
    assert service.store.get_embedding_count() == 3
    for question in (QUESTION, "Who is chair?", "Straße", "the"):
        for filters in (None, {"name": ["lease.txt", "straße.txt"]}):
            found, expected = (s.ask(question, filters=filters).passages for s in (service, embedded))
            assert [d.id for d in found] == [d.id for d in expected]
            assert [d.score for d in found] == pytest.approx([d.score for d in expected])


def test_a_collection_without_embeddings_and_another_model(hybrid, make_service, folder):
    make_service("elasticsearch-onnx").index([folder])
    service = hybrid()
    with pytest.raises(CollectionError, match=r"indexed without embeddings: .*needlepoint embed"):
        service.ask(QUESTION)
    assert add_embeddings(service).embedded == 3
    assert service.ask(QUESTION).quotes[0].answer == "31 March 2031"
    other = hybrid(encoder=1)
    with pytest.raises(CollectionError, match=r"embedded with one .*--again"):
        other.ask(QUESTION)
    assert add_embeddings(other, again=True).embedded == 3
    assert other.ask(QUESTION).quotes[0].answer == "31 March 2031"


def test_an_empty_collection_answers_with_nothing(hybrid):
    assert hybrid().ask(QUESTION).passages == []


def test_knn_finds_what_an_exact_search_finds(store):
    random = np.random.default_rng(2)
    vectors = random.normal(size=(1500, 64)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    store.write_documents(
        [Document(f"t{n}", id=str(n), meta={"n": n}, embedding=vector) for n, vector in enumerate(vectors)]
    )
    found = total = 0
    for query in random.normal(size=(30, 64)).astype(np.float32):
        exact = set(np.argsort(-(vectors @ query))[:20])
        found += len(exact & {int(d.id) for d in store.query_by_embedding(query, top_k=20)})
        total += 20
        few = store.query_by_embedding(query, top_k=10, filters={"n": {"$lt": 40}})
        assert {int(d.id) for d in few} <= set(range(40))
        assert len(few) == 10
    assert found / total > 0.95  # of random vectors, which are the hardest


def test_a_model_of_another_width_needs_another_index(hybrid, folder):
    service = hybrid()
    service.index([folder / "lease.txt"])
    record = read_record(service.collection, PASSAGES)
    write_record(service.collection, PASSAGES, replace(record, dimension=8, fingerprint="another"))
    with pytest.raises(
        CollectionError, match="fixed to vectors of 8 numbers, but one has 384: set ELASTICSEARCH_INDEX"
    ):
        add_embeddings(service, again=True)
    assert service.store.get_embedding_count() == 1
