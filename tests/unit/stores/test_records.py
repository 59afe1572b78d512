from datetime import UTC, date, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlepoint.stores.records import Record, decode, encode, storable
from needlepoint.text.cleaning import clean

text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
keys = text.filter(lambda key: key != "__needlepoint__")  # hypothesis finds it in the source; it is refused, see below
scalars = st.one_of(
    text,
    st.integers(),
    st.floats(allow_nan=False),
    st.booleans(),
    st.none(),
    st.dates(),
    st.datetimes(timezones=st.just(UTC)),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(keys, inner, max_size=3)),
    max_leaves=8,
)


@given(text, text, st.dictionaries(keys, values, max_size=5))
def test_records_come_back_as_they_were(id_, content, meta):
    record = Record(id_, content, meta, {"content_type": "text"})
    assert storable(record) == record
    assert decode(encode(storable(record))) == record


def test_types_come_back():
    meta = {
        "day": date(2021, 1, 5),
        "time": datetime(2021, 1, 5, 1, 2, 3, 4),
        "text": "2021-01-05",
        "int": 1,
        "float": 1.0,
    }
    found = decode(encode(storable(Record("1", "", meta)))).meta
    assert {key: type(value) for key, value in found.items()} == {key: type(value) for key, value in meta.items()}


def test_text_that_looks_like_a_tag_is_text():
    record = Record("1", '{"__needlepoint__":"date","value":"x"}', {"a": '"__needlepoint__":'})
    assert decode(encode(storable(record))) == record


@given(st.text())
def test_clean_keeps_length_and_place(given_text):
    cleaned = clean(given_text)
    assert len(cleaned) == len(given_text)
    cleaned.encode("utf-8")
    assert "\x00" not in cleaned
    assert all(new == old or new == "\ufffd" for new, old in zip(cleaned, given_text, strict=True))


def test_embedding():
    vector = np.array([1.5, -2.25], dtype=np.float32)
    found = decode(encode(Record("1", "", embedding=vector)), vector.tobytes())
    assert found.embedding.tolist() == [1.5, -2.25]
    found.embedding[0] = 3  # it is the caller's own


@pytest.mark.parametrize(
    "meta", [{"a": object()}, {"a": [{1}]}, {("a",): 1}, {"a": {"__needlepoint__": 1}}, {"a": b"x"}]
)
def test_what_json_cannot_hold_is_refused_by_name(meta):
    with pytest.raises(TypeError, match="record 'the id'"):
        storable(Record("the id", "", meta))
