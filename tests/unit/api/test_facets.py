"""Counts of facets are those of the documents which the choices in all other facets leave."""

from hypothesis import given
from hypothesis import strategies as st

from needlepoint.api.facets import Facets, KnownFacets, listed
from needlepoint.stores.records import Record

VALUES = st.sampled_from(["Ann", "Ben", 3, 3.0, True, 1, "3"])
METAS = st.fixed_dictionaries(
    {"type": st.sampled_from(["pdf", "docx", "text"])},
    optional={
        "date": st.sampled_from(["2023-05-01", "2024-01-31", "2024-12-31", None, "n.d."]),
        "author": VALUES,
        "tags": st.lists(VALUES, max_size=3),
        "folder": st.sampled_from(["a", "b"]),
    },
)
CHOICES = st.fixed_dictionaries(
    {},
    optional={
        "type": st.lists(st.sampled_from(["pdf", "docx", "none"]), max_size=2),
        "date": st.lists(st.sampled_from(["2023", "2024", None]), max_size=2),
        "author": st.lists(VALUES, max_size=2),
        "tags": st.lists(VALUES, max_size=2),
        "nowhere": st.just(["x"]),
    },
)


def _records(metas):
    return [Record(f"d{number}", "", meta) for number, meta in enumerate(metas)]


def _values(meta, name):
    value = meta.get(name)
    if name == "date":
        return [] if value == "n.d." else [value[:4] if value else None]
    return value if isinstance(value, list) else [value]


def _same(a, b):
    return a == b and isinstance(a, bool) == isinstance(b, bool)


def _matches(meta, name, wanted):
    return any(_same(value, each) for value in _values(meta, name) for each in wanted)


@given(st.lists(METAS, max_size=12), CHOICES, st.none() | st.sets(st.sampled_from([f"d{n}" for n in range(12)])))
def test_counts_combine(metas, choices, within):
    records = _records(metas)
    found = Facets(records).combined(choices, within=within)
    asked = [record.meta for record in records if within is None or record.id in within]
    wanted = {name: values for name, values in choices.items() if values}
    assert found["documents"] == sum(all(_matches(m, name, wanted[name]) for name in wanted) for m in asked)
    for facet in found["facets"]:
        others = {name: values for name, values in wanted.items() if name != facet["name"]}
        left = [meta for meta in asked if all(_matches(meta, name, others[name]) for name in others)]
        for entry in facet["values"]:
            assert entry["count"] == sum(_matches(meta, facet["name"], [entry["value"]]) for meta in left)


def test_a_value_that_leaves_nothing_stays_and_the_order_does_not_depend_on_choices():
    records = _records([{"type": "pdf", "author": "Ann"}, {"type": "pdf", "author": "Ben"}, {"type": "docx"}])
    facets = Facets(records)
    order = [(each["name"], [value["value"] for value in each["values"]]) for each in facets.combined({})["facets"]]
    narrowed = facets.combined({"type": ["docx"]})
    assert [(each["name"], [value["value"] for value in each["values"]]) for each in narrowed["facets"]] == order
    counts = {(each["name"], value["value"]): value["count"] for each in narrowed["facets"] for value in each["values"]}
    assert counts["author", "Ann"] == counts["author", "Ben"] == 0
    assert (counts["type", "pdf"], counts["type", "docx"]) == (2, 1), "those of its own facet are not narrowed by it"


def test_many_senders_are_a_facet_if_they_share_documents_and_numbers_of_documents_are_not():
    records = _records([{"from": f"person {n % 150}", "number": f"KP-{n}"} for n in range(450)])
    names = [each["name"] for each in Facets(records).combined({})["facets"]]
    assert "from" in names
    assert "number" not in names
    assert len(listed(records)["from"]) == 150


def test_facets_are_made_again_only_for_other_records():
    known, records = KnownFacets(), _records([{"type": "pdf"}, {"type": "docx"}])
    first = known.of(records)
    assert known.of(list(records)) is first
    changed = [records[0], Record("d1", "", {"type": "text"})]
    assert [value["value"] for value in known.of(changed).counted()["type"]] == ["pdf", "text"]
