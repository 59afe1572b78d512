import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

from needlepoint.text.forms import STEMMERS, forms, other_ways, question_stems
from needlepoint.text.languages import language_name
from needlepoint.text.terms import document_terms, is_spaced, question_words


def _plain(found):
    return found.replace("\u02d1", ".")


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("de", "Die Mietverträge und der Mietvertrag", ["mietvertrag"] * 2),
        ("de", "STRASSEN Straße straßen", ["strass"] * 3),
        ("fr", "résilier, résilié: l'e\u0301lection", ["resili", "resili", "lelect"]),
        ("sv", "avtalen avtalet", ["avtal", "avtal"]),
        ("fi", "talossa talo", ["talo", "talo"]),
        ("ru", "Договоры аренды от Microsoft", ["договор", "аренд"]),
        ("el", "σύμβασης συμβάσεις", ["συμβασ"] * 2),
        ("ar", "العقد عقد", ["عقد"] * 2),
        ("tr", "İSTANBUL'da IŞIK sözleşmesi", ["istanbul", "isik", "sozlesmes"]),
        ("de", "1.480 Euro, B2B und 2031", ["euro"]),
        ("de", "x" * 58 + " " + "y" * 59, ["x" * 58]),
        ("de", "", []),
    ],
)
def test_words_are_stemmed_by_their_language(language, text, expected):
    assert _plain(forms(text, language)).split() == [f"{language}.{stem}." for stem in expected]


@pytest.mark.parametrize("language", ["en", "", None, "ta", "xx", 3, ["de"]])
def test_what_is_english_or_has_no_stemmer_has_no_forms(language):
    assert forms("The company\u2019s \u201cagreements\u201d: Verträge, договоры, 1,480 \u20ac", language) == ""


@pytest.mark.parametrize("language", ["ja", "zh", "en", "de", None])
def test_neighbouring_characters_are_pairs_in_every_language(language):
    assert [pair for pair in _plain(forms("東京都、港 市場", language)).split() if "de." not in pair] == [
        f"{ord(first):x}.{ord(second):x}." for first, second in ("東京", "京都", "市場")
    ]
    assert len(forms("계약서는 2026년", language).split()) == 3
    assert len(forms("\u0e20\u0e32\u0e29\u0e32", language).split()) == 3


def test_every_language_has_its_stemmer():
    for code, name in STEMMERS.items():
        TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.stemmer(name)).build()
        assert language_name(code).lower() == name


def test_a_questions_words_have_their_stems_beside_them():
    found = question_stems("Wann enden die Verträge, der Vertrag?", ["de", "fr"])
    assert {term: list(map(_plain, stems)) for term, stems in found.items()} == {
        "wann": ["de.wann.", "fr.wann."],
        "enden": ["de.end.", "fr.enden."],
        "die": ["de.die.", "fr.di."],
        "vertrag": ["de.vertrag.", "fr.vertrag."],
        "der": ["de.der.", "fr.der."],
    }
    assert question_stems("Wann enden die Verträge?", []) == {}
    assert question_stems("", ["de"]) == question_stems("1,480", ["de"]) == {}


def test_a_questions_characters_have_their_pairs_beside_them():
    found = {term: list(map(_plain, ways)) for term, ways in other_ways("1,480 kg 東京都の 港 계약은").items()}
    tokyo = ["6771.4eac.", "4eac.90fd.", "90fd.306e."]
    assert found == {
        "東": tokyo[:1],
        "京": tokyo[1:2],
        "都": tokyo[2:],
        "の": tokyo[2:],
        "1\u02d0480": ["1480"],
        "계약은": ["acc4.c57d.", "c57d.c740."],
    }
    assert found.keys() <= question_words("1,480 kg 東京都の 港 계약은").keys()
    assert other_ways("Which ferries sail?") == {}


_LETTERS = "aIi\u0130\u0131ßäÄéŁœ'\u2019.,1 -\u02d0\u0301жЖИ\u03c3Σςعقدٌ東京都ー々・漢ｱ가계\u1100\u1161ไทย\U00020000"


@given(st.text(alphabet=_LETTERS, max_size=30), st.sampled_from([*STEMMERS, "en", "ja"]))
def test_analysers_leave_forms_as_they_are(text, language):
    assert document_terms(forms(text, language)) == forms(text, language).split()


@given(st.text(alphabet=_LETTERS, max_size=30), st.sampled_from([*STEMMERS]))
def test_a_question_asks_for_what_is_indexed_of_the_same_words(text, language):
    stop_words_too = {stem for stems in question_stems(text, [language]).values() for stem in stems}
    pairs = {way for ways in other_ways(text).values() for way in ways}
    found = forms(text, language).split()
    assert {form for form in found if form.startswith(f"{language}\u02d1")} <= stop_words_too
    if not re.search(r"[\u1100-\u11ff\uac00-\ud7a3]", text):  # a pair of Hangul with another character is not asked for
        assert pairs.issuperset(form for form in found if not form.startswith(f"{language}\u02d1"))


@given(st.text(max_size=30))
def test_a_text_that_is_spaced_has_no_pairs(text):
    assert not (is_spaced(text) and forms(text, None))
