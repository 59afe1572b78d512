"""Filters find what Haystack's own reading of them finds, and what is no filter is refused in one line."""

import random
from datetime import UTC, date, datetime

import pytest
from haystack import Document
from haystack.errors import FilterError
from haystack.utils.filters import document_matches_filter

SCALARS = ["", "a", "2021-01-05", "2021-01-05T00:00:00", "2021-01-06T10:30:00", 0, -2.5, 7, 2**53 + 1, None]
NUMBERS = [0, 1.5, -3, 2**53]
MOMENTS = ["2021-01-05", "2021-01-05T12:00:00", datetime(2021, 1, 6)]


def _comparison(chance):
    field = chance.choice(["meta.a", "meta.b", "c", "meta.deep.er", "meta.missing", "id"])
    operator = chance.choice(["==", "!=", "in", "not in"])
    if field == "id":
        value = chance.choice(["3", "nowhere"])
        return {"field": field, "operator": operator, "value": [value, "4"] if "in" in operator else value}
    if field in ("meta.b", "c") and chance.random() < 0.5:  # one holds numbers alone, the other moments
        values = NUMBERS if field == "meta.b" else MOMENTS
        operator = chance.choice([">", ">=", "<", "<="])
        return {"field": field, "operator": operator, "value": chance.choice([*values, None])}
    value = chance.choices(SCALARS, k=chance.randrange(3)) if "in" in operator else chance.choice(SCALARS)
    return {"field": field, "operator": operator, "value": value}


def _filter(chance, depth=0):
    if depth < 3 and chance.random() < 0.5:
        conditions = [_filter(chance, depth + 1) for _ in range(chance.randrange(4))]
        return {"operator": chance.choice(["AND", "OR", "NOT"]), "conditions": conditions}
    return _comparison(chance)


def _meta(chance):
    meta = {"a": chance.choice(SCALARS), "b": chance.choice([*NUMBERS, None]), "c": chance.choice([*MOMENTS[:2], None])}
    meta["deep"] = {"er": chance.choice(SCALARS)}
    return {key: meta[key] for key in chance.sample(list(meta), chance.randrange(len(meta) + 1))}


@pytest.mark.parametrize("kind", ["tantivy", "elasticsearch"])
def test_filters_mean_what_haystack_says(make_store, kind):
    chance = random.Random(5)
    documents = [Document(id=str(n), content=f"text {n}", meta=_meta(chance)) for n in range(80)]
    store = make_store(kind)
    store.write_documents(documents)
    some = 0
    for _ in range(300):
        wanted = _filter(chance)
        expected = [document.id for document in documents if document_matches_filter(wanted, document)]
        assert [found.id for found in store.filter_documents(wanted)] == expected, wanted
        assert store.count_documents_by_filter(wanted) == len(expected)
        some += 0 < len(expected) < len(documents)
    assert some > 100


@pytest.fixture
def listed(make_store):
    store = make_store("tantivy")
    store.write_documents(
        [
            Document(id="list", content="", meta={"tags": ["a", "b"], "at": "2021-01-05T10:00:00+02:00"}),
            Document(id="text", content="", meta={"tags": "a", "at": date(2021, 1, 5)}),
            Document(id="none", content="", meta={"tags": None}),
            Document(id="dict", content="", meta={"tags": {"x": 1}}),
        ]
    )
    return store


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [
        ("==", "a", ["list", "text"]),
        ("==", ["a", "b"], ["list"]),
        ("!=", "b", ["text", "none", "dict"]),
        ("in", ["b", None], ["list", "none"]),
        ("not in", ["a", None], ["dict"]),
        ("!=", None, ["list", "text", "dict"]),
    ],
)
def test_lists_match_by_their_elements(listed, operator, value, expected):
    wanted = {"field": "meta.tags", "operator": operator, "value": value}
    assert [found.id for found in listed.filter_documents(wanted)] == expected


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [
        ("==", "2021-01-05T08:00:00", ["list"]),
        ("==", datetime(2021, 1, 5, 8, tzinfo=UTC), ["list"]),
        ("in", ["2021-01-05T00:00:00Z"], ["text"]),
        (">", "2021-01-05", ["list"]),
        ("<=", date(2021, 1, 5), ["text"]),
    ],
)
def test_dates_are_moments_whichever_way_they_are_written(listed, operator, value, expected):
    wanted = {"field": "meta.at", "operator": operator, "value": value}
    assert [found.id for found in listed.filter_documents(wanted)] == expected


@pytest.mark.parametrize(
    ("wanted", "named"),
    [
        ("type=pdf", "type=pdf"),
        ({"type": "pdf"}, "operator"),
        ({"operator": "XOR", "conditions": []}, "XOR"),
        ({"operator": "AND", "conditions": {}}, "conditions"),
        ({"operator": "AND", "conditions": ["x"]}, "'x'"),
        ({"field": "meta.a", "operator": "like", "value": 1}, "like"),
        ({"field": "meta.a", "operator": ["=="], "value": 1}, "=="),
        ({"field": 3, "operator": "==", "value": 1}, "3"),
        ({"field": "content", "operator": "==", "value": "x"}, "content"),
        ({"field": "id", "operator": ">", "value": "x"}, "ids"),
        ({"field": "id", "operator": "==", "value": 3}, "3"),
        ({"field": "meta.a", "operator": ">", "value": "soon"}, "soon"),
        ({"field": "meta.a", "operator": ">", "value": True}, "True"),
        ({"field": "meta.a", "operator": "==", "value": {"b": 1}}, "meta"),
    ],
)
def test_what_is_no_filter_is_refused_in_one_line(listed, wanted, named):
    with pytest.raises(FilterError) as error:
        listed.filter_documents(wanted)
    assert named in str(error.value) or named == "meta"
    assert "\n" not in str(error.value)
