"""The Haystack node: what it returns, what it refuses."""

import json

import numpy as np
import pytest
from haystack import Pipeline
from haystack.errors import DocumentStoreError, FilterError
from haystack.nodes import BM25Retriever
from haystack.schema import Document

from needlepoint.errors import CollectionError, QuestionError, StoreLockedError
from needlepoint.nodes.tantivy_document_store import TantivyDocumentStore


@pytest.fixture
def store(tmp_path):
    store = TantivyDocumentStore(str(tmp_path / "store"))
    yield store
    store.close()


def _ids(documents):
    return [document.id for document in documents]


def test_question_of_ten_thousand_distinct_words_keeps_the_telling_ones(store):
    store.write_documents([Document("ferries without heating", id="minutes"), Document("other ferries")])
    words = " ".join(f"word{number}" for number in range(10_000))
    assert _ids(store.query(f"{words} heating {words}")) == ["minutes"]


def test_an_index_keeps_the_search_fields_that_it_was_made_with(tmp_path):
    path = str(tmp_path / "store")
    store = TantivyDocumentStore(path, search_fields=["content", "title"])
    store.write_documents([Document("harbour", id="1", meta={"title": "Dues"})])
    other = TantivyDocumentStore(path, search_fields=["content", "author"])
    for act in (lambda: other.query("x"), lambda: other.write_documents([Document("x")])):
        with pytest.raises(CollectionError, match="author"):
            act()
    assert other.get_document_count() == 1


def test_page_of_fifty_megabytes(store):
    content = "".join(f"line {number} of a long page, w{number % 977}\n" for number in range(1_600_000))
    assert len(content) > 50_000_000
    store.write_documents([Document(content, id="long"), Document("short page", id="short")], index="page")
    assert store.get_document_by_id("long", index="page").content == content
    assert set(_ids(store.query("page", index="page"))) == {"long", "short"}


@pytest.mark.parametrize("similarity", ["dot_product", "cosine"])
def test_query_by_embedding_is_exact(tmp_path, similarity):
    store = TantivyDocumentStore(str(tmp_path / "store"), similarity=similarity)
    random = np.random.default_rng(5)
    vectors = random.normal(size=(300, 16)).astype(np.float32)
    for part in range(3):
        store.write_documents(
            [Document(f"{n}", id=str(n), meta={"even": n % 2 == 0}, embedding=vectors[n]) for n in range(part, 300, 3)]
        )
    store.write_documents([Document("no embedding", id="none"), Document("wrong", id="wrong", embedding=np.ones(3))])
    query = random.normal(size=16)
    scores = vectors @ query
    if similarity == "cosine":
        scores = scores / np.linalg.norm(vectors, axis=1) / np.linalg.norm(query)
    expected = [str(n) for n in np.argsort(-scores)]
    found = store.query_by_embedding(query, top_k=20, scale_score=False, return_embedding=True)
    assert _ids(found) == expected[:20]
    assert found[0].score == pytest.approx(scores.max(), rel=1e-5)
    assert found[0].embedding.tolist() == vectors[int(found[0].id)].tolist()
    even = store.query_by_embedding(query, top_k=7, filters={"even": True})
    assert _ids(even) == [name for name in expected if int(name) % 2 == 0][:7]
    assert all(0 <= document.score <= 1 and document.embedding is None for document in even)
    store.delete_documents(ids=[expected[0]])
    assert _ids(store.query_by_embedding(query, top_k=1)) == [expected[1]]
    with pytest.raises(ValueError, match="16 numbers"):
        store.query_by_embedding(np.ones(5))
    assert store.query_by_embedding(query, index="nowhere") == []


def test_errors_are_both_kinds(tmp_path, store):
    store.write_documents([Document("x")])
    with pytest.raises(FilterError) as filter_error:
        store.query("x", filters={"a": {"$like": 1}})
    assert isinstance(filter_error.value, QuestionError)
    other = TantivyDocumentStore(str(tmp_path / "store"), lock_timeout_s=0.1)
    with store.writing(), pytest.raises(StoreLockedError) as locked:
        other.write_documents([Document("x")])
    assert isinstance(locked.value, DocumentStoreError)
    assert str(tmp_path / "store") in str(locked.value)
    for name in ("../evil", "", "a/b", ".hidden", "a\x00b", "x" * 500, "a\\b"):
        with pytest.raises((CollectionError, DocumentStoreError), match="cannot be named"):
            store.delete_index(name)


def test_foreign_folders_other_formats_and_files_are_refused(tmp_path):
    file = tmp_path / "file"
    file.write_text("x")
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "holiday.jpg").write_text("x")
    later = tmp_path / "later"
    later.mkdir()
    (later / "needlepoint-store.json").write_text(json.dumps({"format": 99}))
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "needlepoint-store.json").write_text("{")
    for folder, named in (
        (file, "is a file"),
        (foreign, "holiday.jpg"),
        (later, "format 99.*format 1"),
        (broken, "unknown"),
    ):
        store = TantivyDocumentStore(str(folder))
        for act in (store.get_document_count, lambda store=store: store.write_documents([Document("x")])):
            with pytest.raises(CollectionError, match=named) as error:
                act()
            assert str(folder) in str(error.value)
            assert "\n" not in str(error.value)
        store.close()
    assert sorted(path.name for path in foreign.iterdir()) == ["holiday.jpg"]


@pytest.mark.parametrize("damage", ["meta.json", "*.store", "*.term"])
def test_damaged_index_is_named_in_one_line(store, tmp_path, damage):
    store.write_documents([Document("x")])
    store.close()
    for path in (tmp_path / "store" / "indexes" / "document").glob(damage):
        path.write_bytes(b"")
    with pytest.raises(CollectionError) as error:
        store.query("x")
    assert "indexes/document" in str(error.value)
    assert "\n" not in str(error.value)


def test_nothing_is_made_before_the_first_write(tmp_path, monkeypatch):
    monkeypatch.setenv("NEEDLEPOINT_STORE", str(tmp_path / "from environment"))
    store = TantivyDocumentStore()
    assert (store.get_document_count(), store.query("x"), store.get_all_labels(), store.facets("a")) == (0, [], [], {})
    store.delete_documents()
    store.delete_index("document")
    store.write_documents([])
    store.close()
    assert list(tmp_path.iterdir()) == []
    store.write_documents([Document("x")])
    assert (tmp_path / "from environment").is_dir()


def test_many_small_writes_stay_few_segments(store, tmp_path):
    for number in range(40):
        store.write_documents([Document(f"number {number}", id=str(number))])
    folder = tmp_path / "store" / "indexes" / "document"
    assert len(json.loads((folder / "meta.json").read_text())["segments"]) <= 20
    assert store.get_document_count() == 40


def test_in_a_pipeline_from_yaml(tmp_path):
    path = tmp_path / "test.haystack-pipeline.yml"
    path.write_text(
        f"""
version: ignore
components:
  - name: Store
    type: TantivyDocumentStore
    params:
      path: {tmp_path / "store"}
      search_fields: [content, title]
  - name: Retriever
    type: BM25Retriever
    params: {{document_store: Store, top_k: 2}}
pipelines:
  - name: query
    nodes: [{{name: Retriever, inputs: [Query]}}]
  - name: indexing
    nodes: [{{name: Store, inputs: [File]}}]
"""
    )
    Pipeline.load_from_yaml(path, "indexing").run(documents=[Document("ferry text", id="1"), Document("other", id="2")])
    reply = Pipeline.load_from_yaml(path, "query").run(query="ferries", params={"filters": {}})
    assert _ids(reply["documents"]) == ["1"]
    retriever = BM25Retriever(TantivyDocumentStore(str(tmp_path / "store")), all_terms_must_match=True)
    assert _ids(retriever.retrieve("ferry text")) == ["1"]


def test_what_is_no_number_is_no_facet(tmp_path):
    store = TantivyDocumentStore(path=str(tmp_path / "store"))
    store.write_documents([Document("a", meta={"v": float("nan")}), Document("b", meta={"v": 2.5})])  # as from pandas
    assert store.facets("v") == {2.5: 1}
