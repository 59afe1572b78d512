"""What the two stores have in common: each test runs on the embedded one and on a real server."""

import uuid
from datetime import date, datetime

import numpy as np
import pytest
from haystack.errors import DocumentStoreError, DuplicateDocumentError
from haystack.schema import Document

from needlepoint.nodes.elasticsearch_store import ElasticsearchStore
from needlepoint.nodes.tantivy_document_store import TantivyDocumentStore
from needlepoint.stores.elasticsearch import Server, ServerSettings

EVIL = "Zalgo t̸e̵x̷t̶ \U0001f469\u200d\U0001f4bb ﬁ \u202eright\u202c \r\n\t\x01\x1f\x7f\ufeff 日本語 <b>&amp;</b> '\"\\"


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


def _ids(documents):
    return [document.id for document in documents]


def test_titles_are_searched_with_the_content(make_store):
    store = make_store(search_fields=["content", "title^0.5", "päge tïtle"])
    store.write_documents(
        [
            Document("plain text", id="1", meta={"title": "Harbour Dues"}),
            Document("harbour", id="2", meta={"title": ["a", "Dues"], "päge tïtle": "Quäy"}),
            Document("other", id="3", meta={"title": 3, "not searched": "harbour dues"}),
            Document("NorthBank", id="4", meta={"title": "TernFerries_lease.pdf"}),
        ]
    )
    assert store.query("north") == []
    assert set(_ids(store.query("harbour dues"))) == {"1", "2"}
    assert _ids(store.query("quays")) == ["2"]
    assert _ids(store.query("tern")) == _ids(store.query("ternferries")) == ["4"]
    assert _ids(store.query("plain dues", all_terms_must_match=True)) == ["1"]
    assert store.query("plain dues quay", all_terms_must_match=True) == []
    words = " ".join(f"word{number}" for number in range(10_000))
    assert _ids(store.query(f"quay {words}")) == ["2"]
    assert store.get_document_by_id("2").meta == {"title": ["a", "Dues"], "päge tïtle": "Quäy"}
    store.close()


@pytest.mark.parametrize("written", ["1,480", "1480", "1'480"])
def test_a_number_is_found_however_it_is_written(store, written):
    store.write_documents([Document(f"{written} kg", id="1"), Document("1 and 480 and 14,80", id="2")])
    for asked in ("1480", "1,480"):
        assert _ids(store.query(asked)) == ["1"]
        assert _ids(store.query(f"{asked} kg", all_terms_must_match=True)) == ["1"]


def test_what_documents_say_for_plain_words_is_found(store):
    store.write_documents(
        [
            Document("This Agreement shall expire five years after its date.", id="expires"),
            Document("The lamps shall be lit.", id="lamps"),
        ]
    )
    assert _ids(store.query("When does it end?")) == ["expires"]
    assert store.query("end", all_terms_must_match=True) == []


def test_a_passage_that_says_it_in_several_ways_comes_first(store):
    store.write_documents(
        [
            Document("Either party may terminate for good cause.", id="one way"),
            Document("The term shall continue for five years.", id="three ways"),
        ]
    )
    assert _ids(store.query("How does it end?")) == ["three ways", "one way"]


def test_a_passage_with_the_value_that_is_asked_for_comes_first(store):
    store.write_documents(
        [
            Document("The lease of the pier ends as its parties agree.", id="words"),
            Document("The lease of the pier ends on 31 March 2031, unless they agree otherwise.", id="date"),
        ]
    )
    assert _ids(store.query("How does the lease of the pier end?")) == ["words", "date"]
    found = store.query("When does the lease of the pier end?")
    assert _ids(found) == ["date", "words"]
    assert found[0].score > found[1].score
    assert _ids(store.query("When does the lease of the pier end?", top_k=1)) == ["date"]


INFLECTED = [
    ("de", "Die Häuser am Hafen sind vermietet.", "Haus Häfen"),
    ("fr", "Les clauses de résiliation sont nulles.", "clause résilié"),
    ("ru", "Договоры аренды заключены на год.", "договор аренда"),
    ("fi", "Sopimuksessa on kaksi sivua.", "sopimukset sivulla"),
    ("tr", "KİRALAR her ay ödenir.", "kira aylar"),
    ("el", "Μερικές συμβάσεις λήγουν τον Μάιο.", "σύμβασης"),
    ("ar", "ينتهي العقد في مايو.", "عقد"),
    ("ja", "東京の港は大きい。", "東京港"),
    ("ko", "계약서는 두 통이다.", "계약서의"),
]


def _inflected():
    return [Document(text, id=language, meta={"language": language}) for language, text, _ in INFLECTED]


@pytest.fixture(scope="module")
def inflected(make_store):
    store = make_store()
    store.write_documents([*_inflected(), Document("京の都は東にあり、港は遠い。", id="scattered")])
    yield store
    store.close()


@pytest.mark.parametrize(("language", "text", "question"), INFLECTED)
def test_a_word_is_found_in_other_forms_of_its_language(inflected, language, text, question):
    found = inflected.query(question)
    assert found[0].id == language
    assert found[0].content == text
    asked = {"filters": {"language": language}, "all_terms_must_match": language not in ("ja", "fr")}
    assert _ids(inflected.query(question, **asked)) == [language]


def test_neighbouring_characters_count_more_than_scattered_ones(make_store):
    store = make_store()
    texts = ["東京都の港", "京の都は東にある", "港の東、京の都"]
    store.write_documents([Document(text, id=str(place)) for place, text in enumerate(texts)])
    joined, *scattered = store.query("東京都", scale_score=False)
    assert (joined.id, len(scattered)) == ("0", 2)
    assert joined.score > 1.5 * scattered[0].score
    assert _ids(store.query("東京都", all_terms_must_match=True))[0] == "0"
    store.close()


def test_a_word_in_the_form_of_the_question_counts_as_in_english(make_store):
    """A name that is rare in German texts counts in them as in English ones, where it is frequent."""
    store = make_store()
    english = [Document(f"Nordwind reports figure {n}.", id=f"en{n}", meta={"language": "en"}) for n in range(9)]
    store.write_documents([*english, Document("Nordwind meldet eine neue Zahl.", id="de", meta={"language": "de"})])
    scores = {document.id: document.score for document in store.query("Nordwind", top_k=20, scale_score=False)}
    assert len(scores) == 10
    assert scores["de"] <= scores["en0"]
    store.close()


def test_titles_are_stemmed_by_the_documents_language(make_store):
    store = make_store(search_fields=["content", "title^0.5"])
    meta = {"language": "de", "title": "Mietverträge der Häuser"}
    store.write_documents([Document("Anlage", id="1", meta=meta), Document("Hausen", id="2", meta={"title": "Haus"})])
    assert _ids(store.query("Haus")) == ["2", "1"]
    assert store.get_document_by_id("1").meta == meta
    store.close()


def test_a_language_that_is_stated_later_is_searched(store):
    document = Document("Die Häuser am Hafen", id="1", meta={})
    store.write_documents([document])
    assert store.query("Haus") == []
    store.update_document_meta("1", {"language": "de"})
    assert _ids(store.query("Haus")) == ["1"]


def test_what_earlier_versions_wrote_is_found_as_it_was(store, monkeypatch):
    with monkeypatch.context() as earlier:
        earlier.setattr("needlepoint.stores.search_fields.forms", lambda text, language: "")
        store.write_documents(_inflected())
    assert _ids(store.query("Häuser")) == ["de"]
    assert _ids(store.query("東京")) == ["ja"]
    assert store.query("Haus") == []
    store.write_documents([Document("Ein altes Haus", id="new", meta={"language": "de"})])
    assert set(_ids(store.query("Häuser"))) == {"de", "new"}
    store.write_documents(_inflected())
    assert set(_ids(store.query("Haus"))) == {"de", "new"}


def test_english_is_searched_as_if_there_were_no_other_languages(make_store, monkeypatch):
    texts = [
        "The agreements ended in May.",
        "They agreed on \u201corgans\u201d and ministers.",
        "An organ, an agreement.",
    ]
    found = []
    for are_made in (True, False):
        if not are_made:
            monkeypatch.setattr("needlepoint.stores.search_fields.forms", lambda text, language: "")
        store = make_store(search_fields=["content", "title"])
        store.write_documents([Document(text, id=text, meta={"language": "en", "title": text[:9]}) for text in texts])
        questions = ("agreement", "Which organs did the ministers agree on?", "ministry of May")
        found.append([[(d.id, d.score) for d in store.query(question)] for question in questions])
        store.close()
    assert found[0] == found[1]


def test_a_question_of_many_words_in_many_languages(make_store):
    store = make_store(search_fields=["content", "title", "name"])
    store.write_documents(_inflected())
    words = " ".join(f"w{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(600))
    assert _ids(store.query(f"Haus {words}")) == ["de"]
    store.close()


def test_a_weight_multiplies_a_fields_score(make_store):
    scores = {}
    for weight in ("0.5", "2"):
        store = make_store(search_fields=["content", f"title^{weight}"])
        store.write_documents(
            [Document("the harbour", id="text"), Document("other text", id="title", meta={"title": "Harbour"})]
        )
        found = store.query("harbour", scale_score=False)
        scores[weight] = {document.id: document.score for document in found}
        store.close()
    assert scores["2"]["title"] == pytest.approx(4 * scores["0.5"]["title"], rel=1e-5)
    assert scores["2"]["text"] == pytest.approx(scores["0.5"]["text"], rel=1e-5)


@pytest.mark.parametrize("wrong", [[], [""], ["title^0"], [3], 3])
def test_search_fields_that_cannot_be(make_store, wrong):
    with pytest.raises(ValueError, match="search_fields must be a list"):
        make_store(search_fields=wrong)


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
