"""How the words of a question are found, in both stores: written otherwise, in other forms, in other languages, and by weight."""

import pytest
from haystack.schema import Document


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
