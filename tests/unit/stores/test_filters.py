"""Filters against a plain reading of their rules, on an index of their own."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from needlepoint.errors import QuestionError
from needlepoint.stores.records import Record
from needlepoint.stores.tantivy import TantivyCollection

TEXTS = [
    "",
    "a",
    "b",
    "B",
    "ab",
    "2020",
    "2021-01-05",
    "2021-01-05T10:00:00+02:00",
    "2021-13-45",
    "é",
    "x\x1fs",
    "日本",
]
NUMBERS = [0, 1, -1, 2, 2.5, -2.5, 1e-300, -1e-300, 1e300, 2**53, 2**53 + 1, -(2**70) - 1, 2**70, float("inf")]
SCALARS = [*TEXTS, *NUMBERS, True, False, None]
KEYS = ["a", "b", "a.b", "käse", "$", ""]


def _matches(meta, filters):
    return all(_condition(meta, key, value) for item in _items(filters) for key, value in item.items())


def _items(filters):
    return filters if isinstance(filters, list) else [filters]


def _condition(meta, key, value):
    if key in ("$and", "$or", "$not"):
        if isinstance(value, dict):
            outcomes = [_condition(meta, inner, wanted) for inner, wanted in value.items()]
        else:
            outcomes = [_matches(meta, item) for item in value]
        return {"$and": all, "$or": any, "$not": lambda found: not any(found)}[key](outcomes)
    if not isinstance(value, dict):
        value = {"$in" if isinstance(value, list) else "$eq": value}
    bounds = [(operator, operand) for operator, operand in value.items() if operator in ("$gt", "$gte", "$lt", "$lte")]
    if {operator[1] for operator, _ in bounds} == {"g", "l"} and len(bounds) == 2 and _compare_alike(bounds):
        value = {operator: operand for operator, operand in value.items() if (operator, operand) not in bounds}
        stored = meta.get(key)
        elements = stored if isinstance(stored, list) else [stored]
        if not any(all(_in_range(element, *bound) for bound in bounds) for element in elements):
            return False
    return all(_comparison(meta, key, operator, operand) for operator, operand in value.items())


def _compare_alike(bounds):
    (_, first), (_, last) = bounds
    return not isinstance(first, str) or not isinstance(last, str) or bool(_moment(first)) == bool(_moment(last))


def _comparison(meta, key, operator, operand):
    if operator in ("$ne", "$nin"):
        return not _comparison(meta, key, {"$ne": "$eq", "$nin": "$in"}[operator], operand)
    if operator == "$exists":
        return operand == (meta.get(key) is not None or any(each.startswith(f"{key}.") for each in meta))
    if key not in meta:
        return False
    stored = meta[key]
    if operator == "$in":
        return any(_comparison(meta, key, "$eq", value) for value in operand)
    if operator == "$eq" and isinstance(operand, list):
        return isinstance(stored, list) and list(map(_typed, stored)) == list(map(_typed, operand))
    values = stored if isinstance(stored, list) else [stored]
    if operator == "$eq":
        return any(_typed(value) == _typed(operand) for value in values)
    return any(_in_range(value, operator, operand) for value in values)


def _typed(value):
    return (isinstance(value, bool), isinstance(value, str), value)


def _moment(text):
    try:
        moment = datetime.fromisoformat(text) if len(text) >= 10 else None
    except ValueError:
        return None
    return moment and (moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def _in_range(value, operator, bound):
    if isinstance(value, bool) or value is None or isinstance(value, str) != isinstance(bound, str):
        return False
    if isinstance(value, str) and _moment(value) and _moment(bound):
        value, bound = _moment(value), _moment(bound)
    return {
        "$gt": lambda: value > bound,
        "$gte": lambda: value >= bound,
        "$lt": lambda: value < bound,
        "$lte": lambda: value <= bound,
    }[operator]()


scalars = st.sampled_from(SCALARS)
stored_values = st.one_of(scalars, st.lists(scalars, max_size=3))
metas = st.dictionaries(st.sampled_from(KEYS), stored_values, max_size=4)
comparisons = st.one_of(
    st.tuples(st.sampled_from(["$eq", "$ne"]), st.one_of(scalars, st.lists(scalars, max_size=3))),
    st.tuples(st.sampled_from(["$in", "$nin"]), st.lists(scalars, max_size=3)),
    st.tuples(st.sampled_from(["$gt", "$gte", "$lt", "$lte"]), st.sampled_from([*TEXTS, *NUMBERS])),
    st.tuples(st.just("$exists"), st.booleans()),
)
conditions = st.one_of(
    st.dictionaries(
        st.sampled_from(KEYS[:4]), st.one_of(scalars, st.lists(scalars, max_size=3)), min_size=1, max_size=2
    ),
    st.builds(
        lambda key, found: {key: dict(found)}, st.sampled_from(KEYS[:4]), st.lists(comparisons, min_size=1, max_size=3)
    ),
)
filters = st.recursive(
    conditions,
    lambda inner: st.builds(
        lambda operator, value: {operator: value},
        st.sampled_from(["$and", "$or", "$not"]),
        st.one_of(inner, st.lists(inner, max_size=3)),
    ),
    max_leaves=5,
)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    chance = random.Random(3)
    documents = [{}] + [{key: value} for key in KEYS[:2] for value in SCALARS]
    for _ in range(150):
        keys = chance.sample(KEYS, chance.randint(1, 4))
        documents.append(
            {
                key: chance.choice([chance.choice(SCALARS), chance.choices(SCALARS, k=chance.randint(0, 3))])
                for key in keys
            }
        )
    collection = TantivyCollection(tmp_path_factory.mktemp("filters") / "store")
    half = len(documents) // 2
    for start, end in ((0, half), (half, len(documents))):  # more than one segment
        collection.write("document", [Record(str(n), "", documents[n]) for n in range(start, end)])
    return documents, collection.snapshot("document")


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(wanted=filters)
def test_filters_find_what_their_rules_say(corpus, wanted):
    documents, snapshot = corpus
    expected = [str(n) for n, meta in enumerate(documents) if _matches(meta, wanted)]
    assert [record.id for record in snapshot.scan(wanted)] == expected
    assert snapshot.count(wanted) == len(expected)


@pytest.mark.parametrize("wanted", [None, {}, [], {"$and": {}}, {"$and": []}, {"$not": {}}])
def test_filters_that_let_everything_through(corpus, wanted):
    documents, snapshot = corpus
    assert snapshot.count(wanted) == len(documents)


@pytest.mark.parametrize("wanted", [{"$or": []}, {"a": []}, {"a": {"$in": []}}, {"none": {"$gte": ""}}])
def test_filters_that_let_nothing_through(corpus, wanted):
    assert corpus[1].count(wanted) == 0


@pytest.mark.parametrize(
    ("wanted", "named"),
    [
        ("type=pdf", "type=pdf"),
        ({"$or": "x"}, "'x'"),
        ({"$and": [{"a": 1}, 7]}, "7"),
        ({"a": {"$like": "x"}}, "$like"),
        ({"a": {"b": 1}}, "'b'"),
        ({"$eq": 1}, "$eq"),
        ({"a": {"$in": "pdf"}}, "'pdf'"),
        ({"a": {"$gt": None}}, "None"),
        ({"a": {"$gt": True}}, "True"),
        ({"a": {"$gt": float("nan")}}, "nan"),
        ({"a": {"$gt": [1]}}, "[1]"),
        ({"a": {"$exists": 1}}, "1"),
        ({"$id": 7}, "7"),
        ({"$id": {"$gt": "7"}}, "$gt"),
        ({"a": {"$eq": {"b": 1}}}, "'b'"),
        ({"a": object()}, "object"),
        ({1: 2}, "1"),
    ],
)
def test_what_is_no_filter_is_refused_in_one_line(corpus, wanted, named):
    with pytest.raises(QuestionError) as error:
        corpus[1].count(wanted)
    assert named in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"$id": "3"}, {"3"}),
        ({"$id": {"$in": ["3", "5", "none"]}}, {"3", "5"}),
        ({"$id": ["3", "5"], "a": {"$exists": True}}, {"3", "5"}),
        ({"$id": {"$in": []}}, set()),
        ({"$and": [{"$id": {"$nin": ["3"]}}, {"$id": ["3", "4"]}]}, {"4"}),
        ({"$or": [{"$id": "3"}, {"$not": {"$id": {"$ne": "4"}}}]}, {"3", "4"}),
    ],
)
def test_documents_are_found_by_their_ids(corpus, wanted, expected):
    assert {record.id for record in corpus[1].scan(wanted)} == expected


def test_members_make_a_dict_exist(tmp_path):
    collection = TantivyCollection(tmp_path / "store")
    metas = [{"a": {"b": None}}, {"a": None}, {"ab": 1}, {"a.": 1}, {"a": []}, {"a": ""}]
    collection.write("document", [Record(str(n), "", meta) for n, meta in enumerate(metas)])
    found = collection.snapshot("document").scan({"a": {"$exists": True}})
    assert [record.id for record in found] == ["0", "4", "5"]


def test_a_filter_may_not_be_nested_without_end(corpus):
    wanted = {"a": 1}
    for _ in range(10_000):
        wanted = {"$not": wanted}
    with pytest.raises(QuestionError, match="levels of nesting"):
        corpus[1].count(wanted)


@pytest.mark.parametrize("key", KEYS)
def test_facets_count_records(corpus, key):
    documents, snapshot = corpus
    counts = {}
    for meta in documents:
        value = meta.get(key, [])
        for element in {_typed(one) for one in (value if isinstance(value, list) else [value])}:
            counts[element] = counts.get(element, 0) + 1
    found = snapshot.facets(key, limit=1000)
    assert {_typed(value): count for value, count in found} == counts
    assert [count for _, count in found] == sorted((count for _, count in found), reverse=True)


@pytest.fixture
def dated(tmp_path):
    collection = TantivyCollection(tmp_path / "store")
    moments = [
        date(2021, 3, 5),
        datetime(2021, 3, 5, 12),
        "2021-03-05T12:00:00+02:00",
        "2021-03-06",
        "March 2021",
        20210305,
    ]
    collection.write("document", [Record(str(n), "", {"date": moment}) for n, moment in enumerate(moments)])
    return collection.snapshot("document")


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        ({"$gte": date(2021, 3, 5), "$lt": date(2021, 3, 6)}, "012"),
        ({"$gte": "2021-03-05", "$lt": "2021-03-06"}, "012"),
        ({"$gt": datetime(2021, 3, 5, 10, tzinfo=UTC)}, "13"),
        ({"$gte": datetime(2021, 3, 5, 10, tzinfo=UTC)}, "123"),
        ({"$lt": "2021-03-05T12:00:00"}, "02"),
        ({"$eq": datetime(2021, 3, 5, 12)}, "1"),
        ({"$eq": "2021-03-06"}, "3"),
        ({"$gte": 20210000}, "5"),
        ({"$gte": "March"}, "4"),
        ({"$gte": "2021", "$lt": "2022"}, "0123"),
        ({"$lt": datetime(2021, 3, 5, 10) - timedelta(hours=10)}, ""),
        ({"$gte": date(2021, 3, 5), "$lt": "2021-03-06"}, "012"),
        ({"$gt": "2021", "$lte": "2021-03-05T12:00:00"}, "012"),
        ({"$gte": date(2021, 3, 6), "$lt": date(2021, 3, 5)}, ""),
        ({"$gte": 20210000, "$lt": "2022"}, ""),
        ({"$gt": 20210305, "$gte": 20210000, "$lt": 20220000}, ""),
    ],
)
def test_dates(dated, bounds, expected):
    assert "".join(record.id for record in dated.scan({"date": bounds})) == expected


def test_one_element_of_a_list_lies_between_both_bounds(tmp_path):
    collection = TantivyCollection(tmp_path / "store")
    collection.write("document", [Record("1", "", {"years": [2009, 2016]}), Record("2", "", {"years": [2012, 2016]})])
    found = collection.snapshot("document").scan({"years": {"$gte": 2010, "$lt": 2015}})
    assert [record.id for record in found] == ["2"]


def test_members_of_a_dict_and_long_values(tmp_path):
    collection = TantivyCollection(tmp_path / "store")
    long = "x" * 1_000_000
    meta = {"deep": {"er": {"value": 3}}, "long": long, "keys": {f"k{n}": n for n in range(5000)}}
    collection.write("document", [Record("1", "", meta), Record("2", "", {"long": long + "y"})])
    snapshot = collection.snapshot("document")
    assert snapshot.count({"deep.er.value": {"$gt": 2}}) == 1
    assert [record.id for record in snapshot.scan({"long": long})] == ["1"]
    assert snapshot.count({"keys.k4999": 4999}) == 1
    assert snapshot.get(["1"])[0].meta == meta
    assert snapshot.facets("long") == []
