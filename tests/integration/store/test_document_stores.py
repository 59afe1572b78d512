"""What the two stores have in common: each test runs on the embedded one and on a real server."""

from datetime import date, datetime

import numpy as np
import pytest
from haystack.errors import DocumentStoreError, DuplicateDocumentError
from haystack.schema import Document

EVIL = "Zalgo t̸e̵x̷t̶ \U0001f469\u200d\U0001f4bb ﬁ \u202eright\u202c \r\n\t\x01\x1f\x7f\ufeff 日本語 <b>&amp;</b> '\"\\"


def _ids(documents):
    return [document.id for document in documents]


def _write_ferries(store):
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


@pytest.fixture(scope="module")
def ferries(make_store):
    """A store that is only read."""
    store = _write_ferries(make_store())
    yield store
    store.close()


@pytest.fixture
def own_ferries(store):
    """The same, to be changed."""
    return _write_ferries(store)


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
    lengths = [15, 11, 14, 10, 6 + 5, 0]  # six characters have five pairs
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


def test_indexes_keep_their_statistics_apart(own_ferries):
    before = own_ferries.query("ferries", scale_score=False)
    own_ferries.write_documents([Document(f"ferries {n}") for n in range(100)], index="page")
    assert own_ferries.query("ferries", scale_score=False) == before
    assert len(own_ferries.query("ferries", index="page", top_k=1000)) == 100
    assert own_ferries.query("ferries", index="nowhere") == []
    assert own_ferries.collection.index_names() == ["document", "page"]


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


def test_facets(own_ferries):
    assert own_ferries.facets("type") == {"text": 3, "docx": 1, "pdf": 1, "xlsx": 1}
    assert next(iter(own_ferries.facets("type"))) == "text"
    assert own_ferries.facets("type", limit=1) == {"text": 3}
    assert own_ferries.facets("tags", filters={"type": ["pdf", "docx"]}) == {"all": 2, "minutes": 1, "report": 1}
    assert own_ferries.facets("none") == {}
    assert own_ferries.facets("type", index="nowhere") == {}
    own_ferries.delete_documents(filters={"type": "text"})
    assert own_ferries.facets("type") == {"docx": 1, "pdf": 1, "xlsx": 1}


def test_facets_of_all_kinds(store):
    values = [1, 1.0, 2.5, -3, 2**60 + 1, True, None, "2021-01-05", date(2021, 1, 5), ["a", "a", "b"], EVIL]
    store.write_documents([Document(str(n), id=str(n), meta={"v": value}) for n, value in enumerate(values)])
    expected = {2.5: 1, -3: 1, 2**60 + 1: 1, None: 1, "2021-01-05": 2, "a": 1, "b": 1, EVIL: 1}
    found = store.facets("v")
    assert found == {**expected, 1: 3}  # True, too
    assert store.facets("v", filters={"v": {"$gt": -5}})[-3] == 1


def test_deleting(own_ferries):
    own_ferries.delete_documents(ids=["tariff", "no such"], filters={"type": "pdf"})
    assert own_ferries.get_document_count() == 6
    own_ferries.delete_documents(ids=[])  # a caller's empty list is no wish to delete everything
    assert own_ferries.get_document_count() == 6
    own_ferries.delete_documents(ids=["tariff", "report"], filters={"type": "pdf"})
    assert own_ferries.get_document_count() == 5
    own_ferries.delete_documents(filters={})
    assert own_ferries.get_document_count() == 0
    own_ferries.delete_documents(index="nowhere")
    assert own_ferries.collection.index_names() == ["document"]


def test_update_document_meta_keeps_the_rest(store):
    store.write_documents([Document("text", id="1", meta={"a": 1, "b": 2}, embedding=np.ones(3))])
    store.update_document_meta("1", {"b": 3, "c": 4})
    found = store.get_all_documents(return_embedding=True)[0]
    assert (found.meta, found.content, found.embedding.tolist()) == ({"a": 1, "b": 3, "c": 4}, "text", [1, 1, 1])
    assert store.get_document_count({"b": 2}) == 0
    with pytest.raises(DocumentStoreError, match="'9'"):
        store.update_document_meta("9", {"a": 1})


def test_update_embeddings(store):
    class LengthRetriever:
        def embed_documents(self, documents):
            return np.array([[len(document.content), 1] for document in documents])

    store.write_documents([Document("x" * n, id=str(n)) for n in range(1, 6)])
    store.update_embeddings(LengthRetriever(), batch_size=2, filters={})
    assert store.get_embedding_count() == 5
    assert _ids(store.query_by_embedding(np.array([1.0, 0.0]), top_k=2)) == ["5", "4"]
    assert store.get_document_count(only_documents_without_embedding=True) == 0
