"""Who may see a part of the collection sees nothing of the rest on the server either."""

import pytest

from needlepoint.errors import CollectionError
from needlepoint.people.parts import below_folder
from needlepoint.people.person import ANYBODY, Person, Role, asked_by
from needlepoint.stores.names import PAGES, PASSAGES, SOURCES
from needlepoint.stores.visibility import seeing

QUESTION = "Who is the partner of the merger?"
RITA = Person("rita", "1", Role.READ, {"$or": [below_folder("papers/finance")]}, ("finance",))
WIDENING = [
    {},
    {"folder": "papers/board"},
    {"$not": {"folder": "papers/finance"}},
    {"$or": [{"folder": "papers/board"}, {"folder": "papers/finance"}]},
    {"folder": {"$nin": ["papers/finance"]}},
]


@pytest.fixture
def service(make_service, tmp_path):
    for name, text in {
        "finance/rent.txt": "The rent of the harbour is 84,000 euros.\n",
        "board/merger.txt": "The partner of the merger is Zanzibar Holdings.\n",
    }.items():
        (tmp_path / "papers" / name).parent.mkdir(parents=True)
        (tmp_path / "papers" / name).write_text(text)
    made = make_service()
    assert len(made.index([tmp_path / "papers"]).in_state("indexed")) == 2
    return made


def test_no_question_list_or_id_shows_what_is_hidden(service):
    hidden = next(record.id for record in service.documents() if record.meta["name"] == "merger.txt")
    with asked_by(ANYBODY):
        assert any("Zanzibar" in passage.content for passage in service.ask(QUESTION).passages)
    with asked_by(RITA):
        for filters in WIDENING:
            reply = service.ask(QUESTION, filters=filters or None)
            assert all(passage.meta["name"] == "rent.txt" for passage in reply.passages)
            assert [record.meta["name"] for record in service.documents(filters=filters)] in ([], ["rent.txt"])
        assert service.passage_count() == 1
        assert not service.texts.has(hidden)
        assert service.texts.pages(hidden) == []
        assert service.texts.part(hidden, 0, 100) == ""
        assert service.collection.snapshot(PAGES).get([f"{hidden}-1"]) == []
        assert service.collection.snapshot(PASSAGES).count() == 1
        assert service.collection.snapshot("other") is None
        assert [value for value, _ in service.collection.snapshot(SOURCES).facets("folder")] == ["papers/finance"]
        with pytest.raises(CollectionError, match="cannot change its documents"):
            service.collection.delete(PASSAGES)
        with seeing(None):
            assert service.passage_count() == 2
    assert service.passage_count() == 2
