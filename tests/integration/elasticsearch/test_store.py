"""The Elasticsearch store gives back what it was given, and filters, facets and ranks as the embedded store does."""

import json
import lzma
import random
import threading
import unicodedata
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest
from haystack.errors import DocumentStoreError, FilterError
from haystack.schema import Document

from asked_labels import check_labels_of_earlier_versions, check_labels_of_one_question
from needlepoint.errors import CollectionError, QuestionError
from needlepoint.nodes.elasticsearch_store import ElasticsearchStore
from needlepoint.nodes.tantivy_document_store import TantivyDocumentStore
from needlepoint.stores.elasticsearch import Server, ServerSettings
from needlepoint.stores.elasticsearch.languages import Languages
from needlepoint.text.forms import STEMMERS
from needlepoint.text.terms import document_terms
from waiting import eventually

CHECKOUT = Path(__file__).parents[3]
SQUAD = CHECKOUT.parent / "shared" / "data" / "squad" / "dev-v2.0.json.xz"
EXAMPLES = CHECKOUT / "examples"
INFLECTIONS = CHECKOUT / "benchmarks" / "inflections.tsv"
VALUES = [
    "",
    "a",
    "B",
    "2020",
    "2021-01-05",
    "é",
    "日本",
    0,
    1,
    -1,
    2.5,
    2**53 + 1,
    1e300,
    True,
    False,
    None,
    ["a", 1],
    [],
]
KEYS = ["a", "b", "a.b", "käse", "x y"]


@pytest.fixture
def embedded(tmp_path):
    store = TantivyDocumentStore(str(tmp_path / "store"))
    yield store
    store.close()


def ids(documents):
    return [document.id for document in documents]


def test_documents_come_back_as_they_were(store):
    meta = {
        "day": date(2024, 2, 29),
        "moment": datetime(2024, 2, 29, 12, tzinfo=UTC),
        "big": 2**70,
        "text": "x" * 40_000,
        "nested": {"a.b": [1, {"c": None}], "": True},
        "päge tïtle": "ü",
        "fields": 1,
        "content": "not the content",
        "_id": "no id",
    }
    content = "cafe\u0301 \ufb01 \U0001f469\u200d\U0001f4bb \u202eright\u202c \r\n\t\x01 '\"\\ 日本語 \f \u2028"
    store.write_documents([Document(content, id="evil/id ?#*,", meta=meta), Document("", id="empty")])
    assert store.get_document_by_id("evil/id ?#*,").content == content
    assert store.get_document_by_id("evil/id ?#*,").meta == meta
    assert ids(store.get_all_documents()) == ["evil/id ?#*,", "empty"]
    assert ids(store.query("café")) == ids(store.query("cafe\u0301")) == ["evil/id ?#*,"]


def test_values_of_different_types_under_one_key_do_not_clash(store):
    documents = [Document(f"text {place}", id=str(place), meta={"a": value}) for place, value in enumerate(VALUES)]
    documents.append(Document("an object", id="object", meta={"a": {"b": {"c": 1}}}))
    store.write_documents(documents)
    assert store.get_document_count() == len(documents)


def _random_filters(chance, depth=0):
    if depth < 2 and chance.random() < 0.4:
        operator = chance.choice(["$and", "$or", "$not"])
        return {operator: [_random_filters(chance, depth + 1) for _ in range(chance.randrange(1, 4))]}
    operator = chance.choice(["$eq", "$ne", "$in", "$nin", "$gt", "$gte", "$lt", "$lte", "$exists", "$id"])
    key = chance.choice(KEYS)
    if operator == "$exists":
        return {key: {operator: chance.random() < 0.5}}
    if operator == "$id":
        ids = [f"{chance.randrange(140):03}" for _ in range(30)]
        return {operator: chance.choice([{"$in": ids}, {"$nin": ids}, ids[0]])}
    if operator in ("$in", "$nin"):
        return {key: {operator: chance.sample(VALUES[:-2], chance.randrange(4))}}
    if operator in ("$eq", "$ne"):
        return {key: {operator: chance.choice(VALUES)}}
    return {key: {operator: chance.choice(["a", "2020", "2021-01-04", "é", 0, 1.5, -3, 2**53])}}


def test_filters_and_facets_mean_what_they_mean_in_the_embedded_store(store, embedded):
    chance = random.Random(4)
    documents = [
        Document(
            f"text {place}",
            id=f"{place:03}",
            meta={key: chance.choice(VALUES) for key in chance.sample(KEYS, chance.randrange(len(KEYS)))},
        )
        for place in range(120)
    ]
    for each in (store, embedded):
        each.write_documents(documents)
    some = 0
    for _ in range(150):
        filters = _random_filters(chance)
        expected = ids(embedded.get_all_documents(filters=filters))
        assert ids(store.get_all_documents(filters=filters)) == expected, filters
        some += 0 < len(expected) < len(documents)
    assert some > 75
    for key in [*KEYS, "absent"]:
        assert list(store.facets(key).items()) == list(embedded.facets(key).items())
        assert store.facets(key, {"a": ["a", 1]}, limit=3) == embedded.facets(key, {"a": ["a", 1]}, limit=3)


@pytest.mark.parametrize(
    "filters", [{"a": {"$like": 1}}, {"$nor": []}, {"a": {"$gt": [1]}}, "type=pdf", {"a": {"$in": 3}}]
)
def test_what_is_no_filter_is_named(store, filters):
    with pytest.raises(QuestionError) as caught:
        store.get_all_documents(filters=filters)
    assert isinstance(caught.value, FilterError)
    assert "\n" not in str(caught.value)


def _squad():
    if not SQUAD.is_file():
        return [], []
    articles = json.loads(lzma.decompress(SQUAD.read_bytes()))["data"]
    paragraphs = [paragraph for article in articles for paragraph in article["paragraphs"]]
    questions = [question["question"] for paragraph in paragraphs for question in paragraph["qas"]]
    return [paragraph["context"] for paragraph in paragraphs], questions[:: len(questions) // 140]


def _ranking_texts():
    from needlepoint.files.reading import read_file
    from needlepoint.text.passages import split_passages

    texts, questions = _squad()
    for path in sorted((EXAMPLES / "collection").iterdir()):
        source = read_file(path).text
        texts += [source[passage.start : passage.end] for passage in split_passages(source)]
    examples = json.loads((EXAMPLES / "questions.json").read_text(encoding="utf-8"))["questions"]
    odd = ["to be or not to be", "THE COMPANY\u2019S 1,000.5", "don't O'Brien", "", "?!", "zeppelinx", "the zeppelinx"]
    return texts, [*questions, *(question["question"] for question in examples), *odd]


def _server_terms(store, text):
    with store.collection.server.talking() as client:
        index = f"{store.collection.server.settings.prefix}-document"
        tokens = client.indices.analyze(index=index, text=text, analyzer="needlepoint_text")["tokens"]
    return [token["token"] for token in tokens]


def test_the_analyser_makes_the_embedded_stores_terms(store):
    texts = [
        "the company's companies' O'Brien\u2019s rock'n'roll's 'quoted' don't x''s y\u2019\u2019 a's's _'s s' 's 'S",
        "1,000.5 3.14. 5,a a,5 .5 5. 1,2,3 \u0663.\u0664 v2.0",
        "\u6771\u4eacabc\u4eacx \u0e44\u0e17\u0e22 \U00020000x a\U0001b001b \u30ab\u30bf\u30ab\u30ca\u3005 \u1780\u1000",
        "na\u00efve \u0130stanbul STRASSE stra\u00dfe \ufb01t \u2168 caf\u00e9 e-mail a_b \u00bd x\u00b2 "
        + "w" * 64
        + " "
        + "w" * 65,
        "\u0915\u094d\u0937\u093f \u05e9\u05b8\u05dc\u05d5\u05b9\u05dd",
        "\u0639\u064e\u0631\u064e\u0628 \U0001f469\u200d\U0001f4bb \u24b6 \x07a\x1fb",
    ]
    store.write_documents([Document("made")])
    for text in texts:
        assert _server_terms(store, unicodedata.normalize("NFC", text)) == document_terms(text), text


@pytest.mark.parametrize("fields", [["content"], ["content", "title^0.7", "name"]])
def test_ranking_is_that_of_the_embedded_store(prefix, tmp_path, fields):
    """The first ten are the same, in an order that differs only where scores differ by no more than float error.

    The exceptions are the stemmer's: the embedded store has a later Snowball than Lucene. A question whose terms, or whose ten
    passages' terms, the two stemmers make differently may be ranked differently, and no other.
    """
    texts, questions = _ranking_texts()
    assert len(questions) >= (200 if SQUAD.is_file() else 60)
    documents = [
        Document(text, id=f"{place:05}", meta={"title": " ".join(text.split()[:5]), "name": text[-30:]})
        for place, text in enumerate(texts)
    ]
    store = ElasticsearchStore(search_fields=fields)
    embedded = TantivyDocumentStore(str(tmp_path / "store"), search_fields=fields)
    for each in (store, embedded):
        each.write_documents(documents)
    by_stemmer = 0
    for question in questions:
        theirs = [(d.score, d.id) for d in embedded.query(question, top_k=11, scale_score=False)]
        ours = [(d.score, d.id) for d in store.query(question, top_k=11, scale_score=False)]
        if _same_first_ten(ours, theirs):
            continue
        read = [question, *(texts[int(id_)] for _, id_ in ours + theirs)]
        assert any(_server_terms(store, text) != document_terms(text) for text in read), question
        by_stemmer += 1
    assert by_stemmer <= len(questions) // 20
    for each in (store, embedded):
        each.close()


def test_ranking_in_other_languages_is_that_of_the_embedded_store(prefix, tmp_path):
    lines = [line.split("\t") for line in INFLECTIONS.read_text("utf-8").splitlines()]
    fields = ["content", "title^0.7"]
    documents = [
        Document(text, id=f"{place:05}", meta={"title": " ".join(text.split()[:3]), "language": language})
        for place, (language, text, _) in enumerate(lines)
    ]
    store = ElasticsearchStore(search_fields=fields)
    embedded = TantivyDocumentStore(str(tmp_path / "store"), search_fields=fields)
    for each in (store, embedded):
        each.write_documents(documents)
    found = 0
    for _, _, question in lines:
        theirs = [(d.score, d.id) for d in embedded.query(question, top_k=11, scale_score=False)]
        ours = [(d.score, d.id) for d in store.query(question, top_k=11, scale_score=False)]
        assert _same_first_ten(ours, theirs), question
        found += bool(theirs)
    assert found > 0.9 * len(lines)
    for each in (store, embedded):
        each.close()


def test_a_language_that_others_add_is_searched_soon(store, monkeypatch):
    monkeypatch.setattr("needlepoint.stores.elasticsearch.languages._LOOK_S", 0.2)
    store.write_documents([Document("Two houses", id="en", meta={"language": "en"})])
    assert store.query("Haus") == []
    other = ElasticsearchStore()
    other.write_documents([Document("Zwei Häuser", id="de", meta={"language": "de"})])
    assert ids(other.query("Haus")) == ["de"]
    eventually(lambda: ids(store.query("Haus")) == ["de"])
    other.close()


def test_where_the_server_does_not_say_them_all_languages_are_searched(prefix):
    server = Server(ServerSettings.from_environment())
    languages = Languages(server)
    assert languages.of(f"{prefix}-nowhere") == []
    with server.talking() as client:
        nowhere = {"index.routing.allocation.require._name": "nowhere"}
        mappings = {"properties": {"keys": {"type": "keyword"}}}
        client.indices.create(
            index=f"{prefix}-red", settings=nowhere, mappings=mappings, wait_for_active_shards="0", timeout="1s"
        )
    assert languages.of(f"{prefix}-red") == list(STEMMERS)
    server.close()


def _same_first_ten(ours, theirs):
    """Compare scores place by place, and ids wherever no neighbour's score is as good as the same."""
    if len(ours) != len(theirs):
        return False
    scores = [score for score, _ in theirs]
    if not np.allclose([score for score, _ in ours], scores, rtol=1e-5):
        return False
    for place in range(min(10, len(ours))):
        near = {id_ for score, id_ in theirs if abs(score - scores[place]) <= 1e-5 * scores[place]}
        is_cut = len(scores) == 11 and abs(scores[10] - scores[place]) <= 1e-5 * scores[place]
        if ours[place][1] not in near and not is_cut:
            return False
    return True


def test_questions_of_any_shape(store):
    store.write_documents([Document("ferries carry passengers", id="1"), Document("to be or not to be", id="2")])
    for question in ("", " ", "?!", "\x00", "\ud800", "zeppelin"):
        assert store.query(question) == []
    assert ids(store.query('AND OR NOT "ferries" (content:* ~ ^ [')) == ["1"]
    assert ids(store.query("passengers " + " ".join(f"word{n}" for n in range(10_000)))) == ["1"]
    assert ids(store.query("to be", all_terms_must_match=True)) == ["2"]
    assert store.query("ferries airport", all_terms_must_match=True) == []
    assert len(store.query("ferries to", top_k=10**9)) == 1
    assert store.query("ferries", top_k=0) == []
    assert store.query("ferries", index="nowhere") == []
    assert len(store.query(None, top_k=1)) == 1


def test_a_document_that_is_refused_is_named_and_the_others_are_written(store):
    bad = Document("bad", id="bad", embedding=np.zeros(5000, dtype=np.float32))
    with pytest.raises(CollectionError, match="1 of 3 records were not written; bad: ") as caught:
        store.write_documents([Document("a", id="a"), bad, Document("c", id="c")])
    assert isinstance(caught.value, DocumentStoreError)
    assert "\n" not in str(caught.value)
    assert ids(store.get_all_documents()) == ["a", "c"]


def test_shards_replicas_and_refresh_are_settings(prefix):
    store = ElasticsearchStore(shards=3, replicas=0, refresh_type="wait_for")
    store.write_documents([Document(f"ferries number {n}", id=str(n)) for n in range(30)])
    assert len(store.query("ferries", top_k=100)) == 30
    with store.collection.server.talking() as client:
        found = client.indices.get_settings(index=f"{prefix}-document")[f"{prefix}-document"]["settings"]["index"]
    assert (found["number_of_shards"], found["number_of_replicas"]) == ("3", "0")
    soon = ElasticsearchStore(refresh_type="false")
    soon.write_documents([Document("later", id="later")])
    assert soon.get_document_by_id("later").content == "later"
    eventually(lambda: soon.get_document_count() == 31)
    for each in (store, soon):
        each.close()


def test_an_index_keeps_the_search_fields_that_it_was_made_with(store):
    store.write_documents([Document("harbour", id="1", meta={"title": "Dues"})])
    other = ElasticsearchStore(search_fields=["content", "title"])
    for act in (lambda: other.query("x"), lambda: other.write_documents([Document("x")])):
        with pytest.raises(DocumentStoreError, match="made without the search field 'title': index the files again"):
            act()
    assert store.get_document_count() == 1
    other.close()


@pytest.mark.parametrize(
    "wrong",
    [
        {"refresh_type": "maybe"},
        {"search_fields": []},
        {"search_fields": ["title^0"]},
        {"bulk_workers": 0},
        {"similarity": "l2"},
    ],
)
def test_parameters_that_cannot_be_right(wrong):
    with pytest.raises(ValueError, match=f"{'workers' if 'bulk_workers' in wrong else next(iter(wrong))} must be"):
        ElasticsearchStore(**wrong)


def test_embeddings(store):
    vectors = np.eye(4, dtype=np.float32)
    store.write_documents([Document(f"t{n}", id=str(n), meta={"n": n}, embedding=vectors[n]) for n in range(4)])
    (best,) = store.query_by_embedding(3 * vectors[2], top_k=1, scale_score=False)
    assert (best.id, best.score, best.embedding) == ("2", pytest.approx(3), None)
    assert ids(store.query_by_embedding(vectors[2], top_k=1, filters={"n": {"$lt": 1}})) == ["0"]
    assert (store.get_document_by_id("3").content, store.get_embedding_count()) == ("t3", 4)
    assert store.get_all_documents(return_embedding=True)[1].embedding.tolist() == [0, 1, 0, 0]


def test_writers_at_once_lose_nothing(store):
    def write(number):
        own = ElasticsearchStore()
        own.write_documents([Document(f"text {number} {n}", id=f"{number}-{n}") for n in range(50)])
        own.write_documents([Document("the same", id="shared")])
        own.close()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.get_document_count() == 301


def test_indexes_that_are_not_ours_are_left_alone(store, prefix):
    with store.collection.server.talking() as client:
        client.indices.create(index=f"{prefix}-page")
        client.index(index=f"{prefix}-page", id="1", document={"mine": 1}, refresh=True)
        for act in (
            lambda: store.write_documents([Document("x")], index="page"),
            lambda: store.delete_documents(index="page"),
            lambda: store.delete_index("page"),
            lambda: store.get_all_documents(index="page"),
        ):
            with pytest.raises(CollectionError, match=r"not of this version's making: set ELASTICSEARCH_INDEX"):
                act()
        assert client.count(index=f"{prefix}-page")["count"] == 1
    for name in ("*", "a,b", "_all", "../x", "A", ""[:0] or " "):
        with pytest.raises(CollectionError, match="an index's name must be"):
            store.get_document_count(index=name)


def test_labels_of_one_question_are_found_among_many(store, monkeypatch):
    check_labels_of_one_question(store, monkeypatch)


def test_labels_of_earlier_versions_are_found_and_written_anew(store, monkeypatch):
    check_labels_of_earlier_versions(store, monkeypatch)
