"""What Haystack's own tests of stores leave open: round trips, errors, serialisation, concurrency."""

import asyncio
import json

import numpy as np
import pytest
from haystack import Document
from haystack.dataclasses import ByteStream, SparseEmbedding
from haystack.document_stores.errors import DocumentStoreError
from haystack.document_stores.types import DuplicatePolicy
from haystack.utils import Secret

from haystack_integrations.document_stores.needlepoint import ElasticsearchStore, TantivyDocumentStore
from needlepoint.errors import StoreLockedError

KINDS = pytest.mark.parametrize("kind", ["tantivy", "elasticsearch"])
DOCUMENTS = [
    Document(content="plain"),
    Document(id="empty", content=""),
    Document(id="nothing", meta={"name": "scan.png"}),
    Document(content="e\u0301 ü 東京 🧵\f\r\n", meta={"nested": {"list": [1, 1.5, "x", None, True]}, "ünï": "✓"}),
    Document(id="embedded", content="x", embedding=[0.5, -0.25, 3.0], score=0.75),
    Document(content="sparse", sparse_embedding=SparseEmbedding(indices=[1, 7], values=[0.1, 2.5])),
    Document(blob=ByteStream(b"\x00\xff\x10", meta={"page": 3}, mime_type="image/png"), meta={"a": 1}),
]


@KINDS
def test_documents_come_back_as_they_were(make_store, kind):
    store = make_store(kind)
    assert store.write_documents(DOCUMENTS) == len(DOCUMENTS)
    assert store.filter_documents() == DOCUMENTS
    assert store.write_documents(DOCUMENTS, DuplicatePolicy.OVERWRITE) == len(DOCUMENTS)
    assert store.filter_documents() == DOCUMENTS


@KINDS
def test_another_store_of_the_collection_sees_what_is_written(make_store, kind):
    make_store(kind).write_documents(DOCUMENTS)
    assert make_store(kind).filter_documents() == DOCUMENTS
    assert make_store(kind, index="page").filter_documents() == []


@KINDS
def test_scores_and_embeddings_of_what_is_retrieved(make_store, kind):
    store = make_store(kind, similarity="cosine")
    store.write_documents(
        [
            Document(id="ferry", content="The ferry leaves the pier.", embedding=[1.0, 0.0]),
            Document(id="tram", content="The tram leaves the square, and the tram waits.", embedding=[0.6, 0.8]),
        ]
    )
    (best, _) = store.bm25_retrieval("Which tram leaves?", scale_score=False)
    scaled = store.bm25_retrieval("Which tram leaves?")[0]
    assert (best.id, best.embedding) == ("tram", None)
    assert scaled.score == pytest.approx(1 / (1 + np.exp(-best.score / 8)))
    near = store.embedding_retrieval([2.0, 0.0])
    assert [document.id for document in near] == ["ferry", "tram"]
    assert [document.score for document in near] == pytest.approx([1.0, 0.8], abs=1e-6)
    with_vectors = make_store(kind, similarity="cosine", return_embedding=True)
    assert with_vectors.embedding_retrieval([2.0, 0.0], top_k=1)[0].embedding == pytest.approx([1.0, 0.0])
    only = {"field": "id", "operator": "==", "value": "ferry"}
    assert [document.id for document in store.bm25_retrieval("leaves", filters=only)] == ["ferry"]
    assert [document.id for document in store.embedding_retrieval([0.6, 0.8], filters=only)] == ["ferry"]


@KINDS
def test_fields_that_are_searched_beside_the_content(make_store, kind):
    store = make_store(kind, search_fields=["content", "title^0.5"])
    store.write_documents(
        [Document(content="It ends in 2031.", meta={"title": "Lease"}), Document(content="A letter.")]
    )
    assert [found.content for found in store.bm25_retrieval("lease")] == ["It ends in 2031."]
    assert store.bm25_retrieval("lease ends", all_terms_must_match=True)
    assert not store.bm25_retrieval("lease letter", all_terms_must_match=True)


@KINDS
def test_arguments_out_of_range(make_store, kind):
    for parameters in ({"similarity": "euclid"}, {"search_fields": ["title^0"]}):
        with pytest.raises(ValueError, match="|".join(parameters)):
            make_store(kind, **parameters)
    store = make_store(kind)
    for retrieve, question in ((store.bm25_retrieval, "x"), (store.embedding_retrieval, [1.0])):
        with pytest.raises(ValueError, match="top_k must be 0 or more"):
            retrieve(question, top_k=-1)
        assert retrieve(question, top_k=0) == []


@KINDS
def test_types_and_facets_of_metadata(make_store, kind):
    store = make_store(kind)
    metas = [
        {"a": 1, "b": {"c": "x"}, "d": ["p", "q"]},
        {"a": 2.5, "b": {"c": "y"}, "e": True},
        {"a": None, "d": ["p"]},
    ]
    store.write_documents([Document(content=str(meta), meta=meta) for meta in metas])
    assert store.get_metadata_fields_info()["e"] == {"type": "boolean"}
    assert store.get_metadata_field_unique_values("meta.b.c") == (["x", "y"], 2)
    assert store.get_metadata_field_unique_values("d") == ([["p", "q"], ["p"]], 2)
    assert store.get_metadata_field_min_max("a") == {"min": 1, "max": 2.5}
    assert store.facets("meta.d") == {"p": 2, "q": 1}


def test_another_process_that_writes_is_named(tmp_path):
    folder = str(tmp_path / "store")
    one, other = TantivyDocumentStore(folder), TantivyDocumentStore(folder, lock_timeout_s=0.1)
    with one.collection.session():
        with pytest.raises(DocumentStoreError, match="another process is writing") as error:
            other.write_documents([Document(content="x")])
        assert isinstance(error.value, StoreLockedError)
    assert other.write_documents([Document(content="x")]) == 1
    one.close()
    other.close()


def test_a_folder_that_is_no_store_is_named(tmp_path):
    (tmp_path / "letter.txt").write_text("x")
    with pytest.raises(DocumentStoreError, match="is not a store, and not empty"):
        TantivyDocumentStore(str(tmp_path)).count_documents()


def test_a_server_that_is_not_there_is_named(monkeypatch):
    monkeypatch.setenv("ELASTICSEARCH_WAIT_S", "0")
    store = ElasticsearchStore(url="http://127.0.0.1:9")
    with pytest.raises(DocumentStoreError, match=r"Elasticsearch at http://127\.0\.0\.1:9"):
        store.count_documents()
    with pytest.raises(DocumentStoreError, match="http:// or https://"):
        ElasticsearchStore(url="ftp://example.org")


def test_many_asynchronous_writes_and_readings(make_store):
    store = make_store("tantivy")

    async def work():
        batches = [[Document(content=f"number {n} of batch{b}") for n in range(5)] for b in range(8)]
        await asyncio.gather(*(store.write_documents_async(batch) for batch in batches))
        found = await asyncio.gather(*(store.bm25_retrieval_async(f"batch{b}", top_k=5) for b in range(8)))
        await store.close_async()
        return await store.count_documents_async(), [[document.content[-1] for document in each] for each in found]

    number, batches = asyncio.run(work())
    assert number == 40
    assert batches == [[str(b)] * 5 for b in range(8)]


def test_stores_are_written_to_pipeline_files_and_read_from_them(tmp_path):
    store = TantivyDocumentStore(str(tmp_path), search_fields=["content", "title^0.5"], similarity="cosine")
    data = json.loads(json.dumps(store.to_dict()))
    assert data["type"] == (
        "haystack_integrations.document_stores.needlepoint.tantivy_document_store.TantivyDocumentStore"
    )
    assert TantivyDocumentStore.from_dict(data).to_dict() == data


def test_secrets_are_named_and_not_written(monkeypatch):
    monkeypatch.setenv("THE_KEY", "secret-value")
    store = ElasticsearchStore(url="http://127.0.0.1:9", prefix="contracts", api_key=Secret.from_env_var("THE_KEY"))
    assert store.collection.server.settings.api_key == "secret-value"
    assert store.collection.server.settings.prefix == "contracts"
    text = json.dumps(store.to_dict())
    assert "THE_KEY" in text
    assert "secret-value" not in text
    again = ElasticsearchStore.from_dict(json.loads(text))
    assert again.collection.server.settings == store.collection.server.settings
    with pytest.raises(ValueError, match="token-based secret"):
        ElasticsearchStore(password=Secret.from_token("plain")).to_dict()
