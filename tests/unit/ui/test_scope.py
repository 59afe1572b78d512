from hypothesis import given
from hypothesis import strategies as st

from needlepoint_ui.ask.filters import Filters
from needlepoint_ui.scope.choosing import in_words
from needlepoint_ui.scope.scope import Scope

names = st.lists(st.text(min_size=1, max_size=5), max_size=3, unique=True).map(tuple)


@given(names, names, names)
def test_a_scope_goes_into_a_filter_and_comes_back(documents, folders, sets):
    scope = Scope(documents, folders, sets)
    assert Scope.from_haystack(scope.as_haystack() or {}) == scope


def test_other_filters_are_no_scope():
    assert not Scope.from_haystack({"$and": [{"type": {"$in": ["pdf"]}}]})
    assert not Scope.from_haystack({"$or": [{"type": "pdf"}, {"$set": "Leases"}]})
    assert not Scope.from_haystack({})


def test_a_folder_has_what_is_below_it_and_a_scope_joins_other_filters():
    scope = Scope(("d1",), ("papers",), ("Leases",))
    assert Filters((("type", "pdf"),), scope=scope).as_haystack() == {
        "$and": [
            {"type": {"$in": ["pdf"]}},
            {
                "$or": [
                    {"document_id": {"$in": ["d1"]}},
                    {"$or": [{"folder": {"$eq": "papers"}}, {"folder": {"$gte": "papers/", "$lt": "papers0"}}]},
                    {"$set": "Leases"},
                ]
            },
        ]
    }
    assert Filters(scope=scope).active == 1


def test_a_scope_is_said_in_a_few_words():
    assert in_words(Scope(("d1",)), {"d1": "lease.pdf"}) == "lease.pdf"
    assert in_words(Scope(("d1", "d2"), ("papers",), ("Leases",))) == "2 documents, folder papers, set Leases"
