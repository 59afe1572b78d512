import pytest

from needlepoint.cli.filters import parse_filters
from needlepoint.errors import QuestionError


def test_no_filters_filter_nothing():
    assert parse_filters(None) is None
    assert parse_filters([]) is None


def test_one_field_with_several_values_means_any_of_them():
    assert parse_filters(["type=pdf", "type=docx"]) == {"$and": [{"type": {"$in": ["pdf", "docx"]}}]}


def test_two_fields_must_both_match():
    assert parse_filters(["type=pdf", "author!=Ann Lee"]) == {
        "$and": [{"author": {"$nin": ["Ann Lee"]}}, {"type": {"$in": ["pdf"]}}]
    }


def test_a_number_matches_both_the_number_and_its_text():
    assert parse_filters(["year=2020"]) == {"$and": [{"year": {"$in": ["2020", 2020]}}]}


@pytest.mark.parametrize(
    ("expression", "condition"),
    [
        ("pages>3", {"$or": [{"pages": {"$gt": "3"}}, {"pages": {"$gt": 3}}]}),
        ("pages >= 3", {"$or": [{"pages": {"$gte": "3"}}, {"pages": {"$gte": 3}}]}),
        ("date<2021-01-01", {"date": {"$lt": "2021-01-01"}}),
        ("date>=2024", {"$or": [{"date": {"$gte": "2024"}}, {"date": {"$gte": 2024}}]}),
        ("rate<=2.5", {"$or": [{"rate": {"$lte": "2.5"}}, {"rate": {"$lte": 2.5}}]}),
    ],
)
def test_ranges(expression, condition):
    assert parse_filters([expression]) == {"$and": [condition]}


def test_a_value_may_hold_operators_and_blanks():
    assert parse_filters(["title=A = B > C"]) == {"$and": [{"title": {"$in": ["A = B > C"]}}]}


@pytest.mark.parametrize("expression", ["", "pdf", "=pdf", "type=", "type ~ pdf"])
def test_what_is_no_filter_is_refused_in_one_line(expression):
    with pytest.raises(QuestionError, match="field=value") as caught:
        parse_filters([expression])
    assert "\n" not in str(caught.value)
