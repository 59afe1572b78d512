import pytest

from needlepoint.text.finding import find_words

TEXT = (
    "The \u201cLessee\u2019s\u201d rent \u2013 caf\u00e9, Stra\u00dfe \u2013 is DUE\non\f1 May. "
    "Rent is due on 1 May, \u0130stanbul."
)


@pytest.mark.parametrize(
    ("wanted", "places"),
    [
        ("rent", ["rent", "Rent"]),
        ("due on 1 may", ["DUE\non\f1 May", "due on 1 May"]),
        ("Lessee's", ["Lessee\u2019s"]),
        ('"lessee', ["\u201cLessee"]),
        ("rent - CAFE", ["rent \u2013 caf\u00e9"]),
        ("stra\u00dfe", ["Stra\u00dfe"]),
        ("istanbul", ["\u0130stanbul"]),
        ("1 may.", ["1 May."]),
        (".*", []),
        ("  ", []),
    ],
)
def test_words_are_found_as_a_person_types_them(wanted, places):
    assert [TEXT[start:end] for start, end in find_words(TEXT, wanted)] == places


def test_places_do_not_overlap():
    assert list(find_words("aaaa", "aa")) == [(0, 2), (2, 4)]
