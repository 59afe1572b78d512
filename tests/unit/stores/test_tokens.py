from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlepoint.stores.tokens import (
    equality_token,
    facet_value,
    key_prefix,
    metadata_tokens,
    moment_of,
    moment_token,
    number_token,
)

numbers = st.one_of(
    st.integers(-(2**170), 2**170),
    st.floats(allow_nan=False),
    st.integers(2**53 - 3, 2**53 + 3),
    st.booleans().map(float),
)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@given(numbers, numbers)
def test_tokens_of_numbers_sort_and_equal_as_the_numbers_do(first, second):
    assert (number_token(first) < number_token(second)) == (first < second)
    assert (number_token(first) == number_token(second)) == (first == second)


@given(texts, texts)
def test_tokens_of_strings_sort_by_code_point_within_their_kind(first, second):
    one, other = equality_token(first), equality_token(second)
    if one[0] == other[0]:
        assert (one < other) == (first < second)
    assert (one == other) == (first == second)


@given(st.datetimes(), st.datetimes(), st.integers(-23, 23))
def test_tokens_of_moments_sort_as_the_moments_do(first, second, hours):
    second = second.replace(tzinfo=timezone(timedelta(hours=hours)))
    one, other = moment_of(first), moment_of(second)
    assert (moment_token(one) < moment_token(other)) == (one < other)


@given(texts, st.one_of(texts, numbers, st.booleans(), st.none()))
def test_facet_value_is_what_the_token_was_made_from(key, value):
    token = key_prefix(key) + equality_token(value)
    found = facet_value(token, key_prefix(key))
    assert found == value
    assert isinstance(found, bool) == isinstance(value, bool)


@given(texts, texts)
def test_no_key_is_the_beginning_of_another(first, second):
    if first != second:
        assert not (key_prefix(first) + equality_token("x")).startswith(key_prefix(second))


@pytest.mark.parametrize(
    "text", ["2021-01-05", "2021-01-05T10:00", "2021-01-05 10:00:00.5Z", "2021-01-05T10:00:00+0200"]
)
def test_iso_dates_are_moments(text):
    assert moment_of(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "2021",
        "20210105",
        "2021-W01-1",
        "2021-02-30",
        "\u0662021-01-05",
        "2021-01-05 ",
        "2021-01-05x",
        20210105,
        None,
        "",
    ],
)
def test_other_values_are_not(text):
    assert moment_of(text) is None


def test_types_are_kept_apart():
    tokens = [equality_token(value) for value in (1, True, "1", None, "", 0, False)]
    assert len(set(tokens)) == len(tokens)
    assert equality_token(1) == equality_token(1.0)
    assert equality_token(0.0) == equality_token(-0.0)


def test_tokens_of_nested_metadata():
    meta = {"a": {"b": [1, [2], {"c": "x"}]}, "d": date(2021, 1, 5), "e": datetime(2021, 1, 5), "n": float("nan")}
    kinds = {(token.split("x")[0], token.split("x")[1][0]) for token in metadata_tokens(meta)}
    assert kinds == {
        (key_prefix("a.b")[:-1], "n"),
        (key_prefix("a.b")[:-1], "l"),
        (key_prefix("a.b.c")[:-1], "s"),
        (key_prefix("d")[:-1], "t"),
        (key_prefix("d")[:-1], "d"),
        (key_prefix("e")[:-1], "t"),
        (key_prefix("e")[:-1], "d"),
        (key_prefix("n")[:-1], "n"),
    }


def test_depth_is_bounded():
    meta = {}
    for _ in range(500):
        meta = {"a": meta, "b": [[1]]}
    assert len(metadata_tokens(meta)) < 100


def test_no_token_is_longer_than_tantivy_takes():
    meta = {"k" * 100_000: "v" * 100_000, "ü" * 200: "ü" * 128, "big": 10**5000}
    assert max(len(token) for token in metadata_tokens(meta)) < 2_000
