"""What a caller may see is joined to every filter, for both kinds of stores; and a filter means the same without a store."""

from contextvars import copy_context
from threading import Thread

import pytest

from needlepoint.errors import CollectionError
from needlepoint.stores.elasticsearch.queries import filter_clause
from needlepoint.stores.matching import matches
from needlepoint.stores.names import LABELS, PAGES, PASSAGES, SOURCES
from needlepoint.stores.records import Record
from needlepoint.stores.tantivy import TantivyCollection
from needlepoint.stores.visibility import MatchingIndex, as_seen, is_restricted, refuse_change, seeing, version_seen

FINANCE = {"$or": [{"folder": "finance"}, {"folder": {"$gte": "finance/", "$lt": "finance0"}}]}
RECORDS = [
    Record("a", "rent", {"folder": "finance", "document_id": "a", "paths": ["/finance/a", "/board/a"], "year": 2020}),
    Record("b", "rent", {"folder": "finance/inner", "document_id": "b", "year": 2021}),
    Record("c", "rent", {"folder": "board", "document_id": "c", "year": 2021}),
    Record("d", "rent", {"folder": "financeless", "document_id": "d"}),
    Record("e", "rent", {"document_id": "e", "tags": ["finance"]}),
]
FILTERS = [
    None,
    {},
    [],
    {"year": 2021},
    {"year": {"$gte": 2020, "$lt": 2021}},
    {"folder": {"$gte": "finance"}},
    {"$not": {"folder": "finance"}},
    {"$or": [{"folder": "board"}, {"year": 2020}]},
    [{"folder": "board"}, {"year": 2021}],
    {"folder": {"$nin": ["finance"]}},
    {"tags": "finance"},
    {"folder": {"$exists": False}},
    {"$or": []},
    FINANCE,
]


@pytest.fixture(scope="module")
def collection(tmp_path_factory):
    made = TantivyCollection(tmp_path_factory.mktemp("seen"))
    made.write(SOURCES, RECORDS)
    made.write(PASSAGES, RECORDS)
    made.write(PAGES, [Record(f"{each.id}-1", "rent", {"document_id": each.id}) for each in RECORDS])
    yield made
    made.close()


@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_a_filter_means_the_same_without_a_store(collection, filters):
    found = {record.id for record in collection.snapshot(SOURCES).scan(filters)}
    assert {record.id for record in RECORDS if matches(filters, record.meta)} == found


@pytest.mark.parametrize("filters", FILTERS, ids=str)
@pytest.mark.parametrize("name", [SOURCES, PASSAGES])
def test_no_filter_shows_more_than_may_be_seen(collection, name, filters):
    whole = {record.id for record in collection.snapshot(name).scan(filters)}
    with seeing(FINANCE):
        index = collection.snapshot(name)
        assert {record.id for record in index.scan(filters)} == whole & {"a", "b"}
        assert index.count(filters) == len(whole & {"a", "b"})
        found = index.search("rent", search_fields={"content": 1.0}, top_k=9, filters=filters)
        assert {record.id for _, record in found} == whole & {"a", "b"}
        assert all("board" not in str(value) for value, _ in index.facets("folder", filters))


@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_elasticsearch_gets_both_filters_side_by_side(filters):
    asked = []

    class Index:
        def count(self, given, *, has_embedding=None):
            asked.append(given)
            return 0

    MatchingIndex(Index(), FINANCE).count(filters)
    clause, own = filter_clause(asked[0]), filter_clause(FINANCE)
    if not filters:
        assert clause == own
    else:
        assert clause["bool"].keys() == {"filter"}
        assert clause["bool"]["filter"][0] == own
        assert len(clause["bool"]["filter"]) == 2


def test_ids_and_pages_are_those_of_what_may_be_seen(collection):
    with seeing(FINANCE):
        assert [record.id for record in collection.snapshot(SOURCES).get(["c", "b", "x", "a"])] == ["b", "a"]
        assert collection.snapshot(SOURCES).existing_ids(["a", "c"]) == ["a"]
        pages = collection.snapshot(PAGES)
        assert [page.id for page in pages.get(["a-1", "c-1"])] == ["a-1"]
        assert [page.id for page in pages.scan({"document_id": {"$in": ["b", "c"]}})] == ["b-1"]
        assert pages.count() == 2
    assert collection.snapshot(PAGES).count() == 5


def test_other_places_of_a_file_are_not_told(collection):
    with seeing(FINANCE):
        assert "paths" not in collection.snapshot(SOURCES).get(["a"])[0].meta
    assert "paths" in collection.snapshot(SOURCES).get(["a"])[0].meta


def test_an_index_that_holds_something_else_is_not_there(collection):
    collection.write("other", RECORDS)
    with seeing(FINANCE):
        assert collection.snapshot("other") is None
        assert collection.snapshot(LABELS) is None
    assert collection.snapshot("other") is not None
    assert as_seen(None, "other", collection.snapshot) is None


def test_who_sees_nothing_sees_nothing(collection):
    with seeing({"$or": []}):
        assert collection.snapshot(SOURCES).count() == 0
        assert [*collection.snapshot(PAGES).scan()] == []


def test_who_sees_a_part_changes_no_document(collection):
    with seeing(FINANCE):
        for change in (
            lambda: collection.write(SOURCES, RECORDS[:1]),
            lambda: collection.delete(PASSAGES),
            lambda: collection.delete_index(SOURCES),
            lambda: refuse_change(PAGES),
        ):
            with pytest.raises(CollectionError, match="cannot change its documents"):
                change()
        refuse_change(LABELS)
    assert collection.snapshot(SOURCES).count() == 5


def test_it_goes_with_the_context_into_threads_and_no_further():
    found = []
    with seeing(FINANCE):
        context = copy_context()
        for target in (
            lambda: context.run(lambda: found.append(is_restricted())),
            lambda: found.append(is_restricted()),
        ):
            thread = Thread(target=target)
            thread.start()
            thread.join()
        with seeing(None):
            found.append(is_restricted())
        found.append(is_restricted())
    assert found == [True, False, False, True]
    assert not is_restricted()


def test_what_is_kept_for_one_is_not_found_by_another():
    plain = version_seen(7)
    with seeing(FINANCE):
        finance = version_seen(7)
    with seeing({"folder": "board"}):
        assert len({plain, finance, version_seen(7)}) == 3
        assert version_seen(None) is None
