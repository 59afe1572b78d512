"""Filters: their form for the store and for the counts, and the order of facets."""

import pytest

from needlepoint_ui import words
from needlepoint_ui.ask.facets import ordered, sorted_values
from needlepoint_ui.ask.filters import UNDATED, Filters, choices, more_than


def test_filters_for_the_store():
    assert Filters().as_haystack() is None
    filters = Filters((("type", "pdf"), ("type", "docx"), ("author", "Ann")))
    assert filters.as_haystack() == {"$and": [{"type": {"$in": ["pdf", "docx"]}}, {"author": {"$in": ["Ann"]}}]}


@pytest.mark.parametrize(
    ("shown", "stored"),
    [
        ("2024", ["2024", 2024]),
        ("-0.5", ["-0.5", -0.5]),
        ("007", ["007"]),
        ("True", ["True", True]),
        ("nan", ["nan"]),
        ("inf", ["inf"]),
        ("Ann", ["Ann"]),
    ],
)
def test_a_value_that_looks_like_a_number_is_searched_as_text_and_as_number(shown, stored):
    (condition,) = Filters((("year", shown),)).as_haystack()["$and"]
    assert condition == {"year": {"$in": stored}}
    assert list(map(type, condition["year"]["$in"])) == list(map(type, stored))


def test_what_can_be_filtered_by():
    facets = {
        "date": {"min": "2019-01-01", "max": None},
        "author": [{"value": "Ann", "count": 2}],
        "type": [{"value": "pdf", "count": 3}],
        "folder": [],
        "path": [{"value": "/x", "count": 1}],
    }
    assert choices(facets) == {"type": {"pdf": 3}, "author": {"Ann": 2}}
    assert list(choices(facets)) == ["type", "author"]


def test_reading_more():
    assert [more_than(number) for number in (20, 50, 200)] == [50, 100, None]


def test_counts_of_values_that_read_the_same_are_added():
    assert choices({"issue": [{"value": "7", "count": 2}, {"value": 7, "count": 1}]}) == {"issue": {"7": 3}}


def test_years_are_ranges_of_days_for_the_store_and_values_for_the_facets():
    filters = Filters(years=("2024", UNDATED))
    in_2024 = {"date": {"$gte": "2024-01-01", "$lt": "2025-01-01"}}
    assert filters.as_haystack() == {"$and": [{"$or": [in_2024, {"date": {"$exists": False}}]}]}
    assert Filters(years=("2024",)).as_haystack() == {"$and": [in_2024]}
    assert filters.choices() == {"date": ["2024", None]}
    assert filters.range_and_scope() is None


def test_a_value_is_ticked_and_unticked_whatever_the_order():
    one, other = ("type", "pdf"), ("author", "Ann")
    ticked = Filters().toggled(*one).toggled(*other).toggled("date", "2024")
    assert ticked == Filters().toggled("date", "2024").toggled(*other).toggled(*one)
    assert ticked.narrowing == 3
    assert ticked.toggled(*one).toggled("date", "2024") == Filters((other,))


def test_values_that_no_document_has_do_not_filter():
    filters = Filters((("type", "pdf"), ("author", "Nobody")), years=("1066", "2024"))
    known = filters.known({"type": {"pdf": 0}, "author": {"Ann": 1}, "date": {"2024": 1}})
    assert known == Filters((("type", "pdf"),), years=("2024",))


def test_facets_come_in_the_order_in_which_people_look_for_them():
    one, two = {"a": 1}, {"a": 1, "b": 2}
    counts = {
        "cc": one,
        "author": one,
        "area": one,
        "date": two,
        "from": one,
        "language": two,
        "folder": one,
        "type": two,
    }
    assert ordered(counts) == ["type", "date", "language", "author", "area", "from", "cc"], "one folder is no choice"
    assert "language" not in ordered({**counts, "language": one}), "nor is one language"
    assert sorted_values("date", {"2019": 9, UNDATED: 3, "2024": 1}) == ["2024", "2019", UNDATED]


@pytest.mark.parametrize(
    ("code", "name"),
    [("de", "German"), ("en-GB", "English (GB)"), ("NB", "Norwegian Bokmål"), ("tlh", "tlh"), ("tlh-KX", "tlh-KX")],
)
def test_languages_have_names(code, name):
    assert words.language(code) == name
