"""The Haystack node: what it returns, what it refuses."""

import json
from datetime import date, datetime

import numpy as np
import pytest

from needlepoint.errors import CollectionError, QuestionError, StoreLockedError
from needlepoint.nodes.tantivy_document_store import TantivyDocumentStore

from haystack import Pipeline  # isort: skip
from haystack.errors import DocumentStoreError, DuplicateDocumentError, FilterError  # isort: skip
from haystack.nodes import BM25Retriever  # isort: skip
from haystack.schema import Document  # isort: skip

EVIL = "Zalgo t̸e̵x̷t̶ \U0001f469\u200d\U0001f4bb ﬁ \u202eright\u202c \r\n\t\x01\x1f\x7f\ufeff 日本語 <b>&amp;</b> '\"\\"


@pytest.fixture
def store(tmp_path):
    store = TantivyDocumentStore(str(tmp_path / "store"))
    yield store
    store.close()


def _ids(documents):
    return [document.id for document in documents]


@pytest.fixture
def ferries(store):
    texts = {
        "tariff": "The fare for a motor car to Harrow Island is 42.50 euros in summer.",
        "report": "The company's ferries carried 1,200,500 passengers; revenue rose by 7 percent.",
        "minutes": "The board discussed the passengers' complaints about late ferries and ferries without heating.",
        "quote": "To be or not to be, that is the question.",
        "japanese": "東京都の交通",
        "empty": "",
    }
    types = {"tariff": "xlsx", "report": "pdf", "minutes": "docx"}
    documents = [
        Document(text, id=name, meta={"type": types.get(name, "text"), "pages": len(text), "tags": [name, "all"]})
        for name, text in texts.items()
    ]
    store.write_documents(documents)
    return store


@pytest.mark.parametrize(
    ("question", "best"),
    [
        ("How many passengers did the company carry?", "report"),
        ("complaint about heating", "minutes"),
        ("What is the fare for cars?", "tariff"),
        ("42.50", "tariff"),
        ("1,200,500", "report"),
        ("company", "report"),
        ("the COMPANY\u2019S revenue", "report"),
        ("to be or not to be", "quote"),
        ("東京", "japanese"),
        ('AND OR NOT "fare" (content:* ~ ^ [', "tariff"),
        ("revenue " * 5000, "report"),
    ],
)
def test_query_finds(ferries, question, best):
    found = ferries.query(question)
    assert found[0].id == best
    assert 0.5 < found[0].score <= 1
    assert [document.score for document in found] == sorted((document.score for document in found), reverse=True)


@pytest.mark.parametrize("question", ["", " ", "?!", "zeppelin", "\x00", "\ud800"])
def test_query_that_finds_nothing(ferries, question):
    assert ferries.query(question) == []


def test_question_of_ten_thousand_distinct_words_keeps_the_telling_ones(ferries):
    words = " ".join(f"word{number}" for number in range(10_000))
    assert _ids(ferries.query(f"{words} heating {words}")) == ["minutes"]


def test_top_k_filters_and_all_terms(ferries):
    assert len(ferries.query("ferries passengers", top_k=1)) == 1
    assert ferries.query("ferries", top_k=0) == []
    assert _ids(ferries.query("ferries passengers", top_k=10**9)) == ["minutes", "report"]
    assert _ids(ferries.query("ferries passengers", filters={"type": "pdf"})) == ["report"]
    assert _ids(ferries.query("ferries revenue", all_terms_must_match=True)) == ["report"]
    assert ferries.query("ferries revenue", all_terms_must_match=True, filters={"type": "docx"}) == []
    with pytest.raises(ValueError, match="top_k"):
        ferries.query("ferries", top_k=-1)


def test_a_filter_changes_no_score(ferries):
    plain = {document.id: document.score for document in ferries.query("ferries")}
    filtered = ferries.query("ferries", filters={"pages": {"$gt": 1}, "tags": "all"})
    assert {document.id: document.score for document in filtered} == plain


def test_scores_are_bm25(ferries):
    (raw,) = ferries.query("heating", scale_score=False)
    (scaled,) = ferries.query("heating")
    assert scaled.score == pytest.approx(1 / (1 + np.exp(-raw.score / 8)))
    lengths = [15, 11, 14, 10, 6, 0]
    idf = np.log(1 + (6 - 1 + 0.5) / (1 + 0.5))
    mean = sum(lengths) / 6
    assert raw.score == pytest.approx(idf * 2.2 / (1 + 1.2 * (0.25 + 0.75 * 14 / mean)), rel=0.05)


def test_no_query_means_what_the_filters_let_through(ferries):
    assert _ids(ferries.query(None, filters={"type": "text"}, top_k=2)) == ["quote", "japanese"]


def test_query_batch(ferries):
    both = ferries.query_batch(["ferries", "fare"], filters=[{"type": "pdf"}, None])
    assert [_ids(found) for found in both] == [["report"], ["tariff"]]
    assert [_ids(found) for found in ferries.query_batch(["ferries", "fare"], filters={"type": "pdf"})] == [
        ["report"],
        [],
    ]
    with pytest.raises(DocumentStoreError.__mro__[1], match="as many filters"):
        ferries.query_batch(["ferries", "fare"], filters=[None])


def test_indexes_keep_their_statistics_apart(ferries):
    before = ferries.query("ferries", scale_score=False)
    ferries.write_documents([Document(f"ferries {n}") for n in range(100)], index="page")
    assert ferries.query("ferries", scale_score=False) == before
    assert len(ferries.query("ferries", index="page", top_k=1000)) == 100
    assert ferries.query("ferries", index="nowhere") == []
    assert ferries.collection.index_names() == ["document", "page"]


def test_search_fields(tmp_path):
    path = str(tmp_path / "store")
    store = TantivyDocumentStore(path, search_fields=["content", "title", "päge tïtle"])
    store.write_documents(
        [
            Document("plain text", id="1", meta={"title": "Harbour Dues"}),
            Document("harbour", id="2", meta={"title": ["a", "Dues"], "päge tïtle": "Quay"}),
            Document("other", id="3", meta={"title": 3}),
        ]
    )
    assert set(_ids(store.query("harbour dues"))) == {"1", "2"}
    assert _ids(store.query("quay")) == ["2"]
    assert _ids(store.query("plain dues", all_terms_must_match=True)) == ["1"]
    other = TantivyDocumentStore(path, search_fields=["content", "author"])
    for act in (lambda: other.query("x"), lambda: other.write_documents([Document("x")])):
        with pytest.raises(CollectionError, match="author"):
            act()
    assert other.get_document_count() == 3


def test_everything_comes_back_as_it_was(store):
    meta = {
        "evil": EVIL,
        EVIL: "as key",
        "list": [1, 2.5, True, None, "x", [1], {"a": 1}],
        "dict": {"a": {"b": [1]}},
        "day": date(2021, 3, 5),
        "time": datetime(2021, 3, 5, 12, 30, 1, 5),
        "big": 2**200,
        "small": 5e-324,
        "long": "ü" * 1_000_000,
        "empty": "",
    }
    document = Document(EVIL * 100, id=EVIL, meta=meta, id_hash_keys=["meta"])
    store.write_documents([document])
    assert store.get_document_by_id(EVIL) == document
    assert store.get_all_documents(filters={"evil": EVIL, EVIL: "as key", "big": 2**200}) == [document]


def test_nul_and_lone_surrogates_become_replacement_characters_in_place(store):
    store.write_documents([Document("a\x00b\ud800c", id="i\udfff", meta={"k\x00": "v\ud800", "list": ["\x00"]})])
    found = store.get_document_by_id("i\udfff")
    assert (found.content, found.id, found.meta) == (
        "a\ufffdb\ufffdc",
        "i\ufffd",
        {"k\ufffd": "v\ufffd", "list": ["\ufffd"]},
    )
    assert _ids(store.query("b\ud800", filters={"k\x00": "v\ud800"})) == ["i\ufffd"]


@pytest.mark.parametrize("value", [object(), {1, 2}, {"__needlepoint__": 1}, b"bytes", {("a", "b"): 1}])
def test_what_cannot_be_stored_is_refused_and_nothing_written(store, value):
    with pytest.raises(TypeError, match="'bad'"):
        store.write_documents([Document("good"), Document("bad", id="bad", meta={"key": value})])
    assert store.get_document_count() == 0


def test_numpy_values_and_tables(store):
    import pandas as pd

    table = pd.DataFrame({"fare": [1, 2], "car": ["small", "large"]})
    store.write_documents(
        [
            Document(
                table, content_type="table", id="t", meta={"n": np.int64(3), "x": np.array([1.5]), "b": np.bool_(True)}
            )
        ]
    )
    found = store.get_document_by_id("t")
    assert found.content.equals(table)
    assert found.meta == {"n": 3, "x": [1.5], "b": True}
    assert _ids(store.query("large fare", filters={"n": {"$gte": np.float64(3)}})) == ["t"]


def test_page_of_fifty_megabytes(store):
    content = "".join(f"line {number} of a long page, w{number % 977}\n" for number in range(1_600_000))
    assert len(content) > 50_000_000
    store.write_documents([Document(content, id="long"), Document("short page", id="short")], index="page")
    assert store.get_document_by_id("long", index="page").content == content
    assert set(_ids(store.query("page", index="page"))) == {"long", "short"}


def test_word_without_end_is_stored(store):
    document = Document("x" * 200_000 + " needle " + "ü" * 200_000, id="1")
    store.write_documents([document])
    assert store.query("needle")[0].content == document.content


def test_upsert_is_exact_within_a_batch_and_between(store):
    store.write_documents([Document("first", id="1"), Document("other", id="2"), Document("second", id="1")])
    assert [document.content for document in store.get_all_documents()] == ["other", "second"]
    store.write_documents([Document("third", id="1", meta={"new": 1})])
    assert store.get_document_by_id("1").content == "third"
    assert store.query("second") == []
    assert store.facets("new") == {1: 1}
    assert store.get_document_count() == 2


def test_skip_and_fail(store):
    store.write_documents([Document("old", id="1")])
    store.write_documents(
        [Document("new", id="1"), Document("a", id="2"), Document("b", id="2")], duplicate_documents="skip"
    )
    assert [document.content for document in store.get_all_documents()] == ["old", "a"]
    for batch in ([Document("x", id="3"), Document("new", id="1")], [Document("x", id="3"), Document("y", id="3")]):
        with pytest.raises(DuplicateDocumentError):
            store.write_documents(batch, duplicate_documents="fail")
    assert store.get_document_count() == 2
    with pytest.raises(ValueError, match="duplicate_documents"):
        store.write_documents([Document("x")], duplicate_documents="merge")


def test_written_dicts_are_left_as_they_were(store):
    given = {"content": "text", "id": "1", "author": "Jane", "meta": {"a": 1}}
    store.write_documents([given])
    assert given == {"content": "text", "id": "1", "author": "Jane", "meta": {"a": 1}}
    assert store.get_document_by_id("1").meta == {"a": 1, "author": "Jane"}


def test_order_and_reading(store):
    for batch in range(3):
        store.write_documents([Document(f"{batch} {n}", id=f"{batch}-{n}") for n in range(7)])
    expected = [f"{batch}-{n}" for batch in range(3) for n in range(7)]
    assert _ids(store.get_all_documents()) == expected
    assert _ids(store.get_all_documents_generator(batch_size=4)) == expected
    assert _ids(store.get_documents_by_id(["2-1", "no", "0-0", "2-1"])) == ["2-1", "0-0", "2-1"]
    assert store.get_document_by_id("no") is None
    generator = store.get_all_documents_generator(batch_size=4)
    first = next(generator).id
    store.delete_documents()
    assert [first, *_ids(generator)] == expected  # as it stood at the first step
    assert store.get_all_documents() == []


def test_facets(ferries):
    assert ferries.facets("type") == {"text": 3, "docx": 1, "pdf": 1, "xlsx": 1}
    assert next(iter(ferries.facets("type"))) == "text"
    assert ferries.facets("type", limit=1) == {"text": 3}
    assert ferries.facets("tags", filters={"type": ["pdf", "docx"]}) == {"all": 2, "minutes": 1, "report": 1}
    assert ferries.facets("none") == {}
    assert ferries.facets("type", index="nowhere") == {}
    ferries.delete_documents(filters={"type": "text"})
    assert ferries.facets("type") == {"docx": 1, "pdf": 1, "xlsx": 1}


def test_facets_of_all_kinds(store):
    values = [1, 1.0, 2.5, -3, 2**60 + 1, True, None, "2021-01-05", date(2021, 1, 5), ["a", "a", "b"], EVIL]
    store.write_documents([Document(str(n), id=str(n), meta={"v": value}) for n, value in enumerate(values)])
    expected = {2.5: 1, -3: 1, 2**60 + 1: 1, None: 1, "2021-01-05": 2, "a": 1, "b": 1, EVIL: 1}
    found = store.facets("v")
    assert {value: count for value, count in found.items() if value != 1} == expected
    assert store.facets("v", filters={"v": {"$gt": -5}})[-3] == 1


def test_deleting(ferries):
    ferries.delete_documents(ids=["tariff", "no such"], filters={"type": "pdf"})
    assert ferries.get_document_count() == 6
    ferries.delete_documents(ids=[])  # a caller's empty list is no wish to delete everything
    assert ferries.get_document_count() == 6
    ferries.delete_documents(ids=["tariff", "report"], filters={"type": "pdf"})
    assert ferries.get_document_count() == 5
    ferries.delete_documents(filters={})
    assert ferries.get_document_count() == 0
    ferries.delete_documents(index="nowhere")
    assert ferries.collection.index_names() == ["document"]


def test_update_document_meta_keeps_the_rest(store):
    store.write_documents([Document("text", id="1", meta={"a": 1, "b": 2}, embedding=np.ones(3))])
    store.update_document_meta("1", {"b": 3, "c": 4})
    found = store.get_all_documents(return_embedding=True)[0]
    assert (found.meta, found.content, found.embedding.tolist()) == ({"a": 1, "b": 3, "c": 4}, "text", [1, 1, 1])
    assert store.get_document_count({"b": 2}) == 0
    with pytest.raises(DocumentStoreError, match="'9'"):
        store.update_document_meta("9", {"a": 1})


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


def test_update_embeddings(store):
    class LengthRetriever:
        def embed_documents(self, documents):
            return np.array([[len(document.content), 1] for document in documents])

    store.write_documents([Document("x" * n, id=str(n)) for n in range(1, 6)])
    store.update_embeddings(LengthRetriever(), batch_size=2, filters={})
    assert store.get_embedding_count() == 5
    assert _ids(store.query_by_embedding(np.array([1.0, 0.0]), top_k=2)) == ["5", "4"]
    assert store.get_document_count(only_documents_without_embedding=True) == 0


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
