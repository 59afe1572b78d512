"""The journal of changes on the server: its entries, and the index that they are in."""

import dataclasses
import time

import pytest

from journals import BOTH, ONLY_B, REMOVAL, document, entry_of, index_of, make_old, state, under_way, write
from needlepoint.collection.removing import remove_documents
from needlepoint.errors import CollectionError
from needlepoint.stores.changes import Entry
from needlepoint.stores.elasticsearch import ElasticCollection, Server, ServerSettings, journal_entry
from needlepoint.stores.names import PAGES, PASSAGES
from needlepoint.stores.records import Record


def test_an_entry_of_any_size_is_read_as_it_was_written(filled, monkeypatch):
    monkeypatch.setattr(journal_entry, "_CHARACTERS_AT_ONCE", 100)
    entry = Entry(
        {PASSAGES: [f"p{n}" for n in range(100)]}, {PAGES: [Record("a-1", "Straße \u2028 \n" * 50, {"n": 1})]}
    )
    noted = entry_of(filled, entry)
    found = noted.noted()
    assert (found.added, found.overwritten) == (entry.added, entry.overwritten)
    noted.note(dataclasses.replace(entry, added={}, overwritten={}, is_decided=True))
    assert noted.noted() == Entry(is_decided=True, deletions=[])
    noted.forget()
    with filled.server.talking() as client:
        client.indices.refresh(index=index_of(filled))
        assert client.count(index=index_of(filled))["count"] == 0


def test_a_damaged_entry_is_one_line(filled, make_store):
    entry = entry_of(filled, REMOVAL)
    with filled.server.talking() as client:
        client.update(index=index_of(filled), id=entry.id, doc={"text": "nonsense"}, refresh=True)
    make_old(filled, entry.id)
    assert state(make_store()) == BOTH
    with pytest.raises(CollectionError, match=r"journal .* cannot be read .*: delete the entry") as error:
        write(make_store(), document("c", "Eggs are sold."))
    assert "\n" not in str(error.value)


def test_a_collection_without_a_journal_is_read_and_gets_one_with_the_first_write(filled, make_store):
    with filled.server.talking() as client:
        client.indices.delete(index=index_of(filled))
    assert state(make_store()) == BOTH
    with filled.server.talking() as client:
        assert not client.indices.exists(index=index_of(filled))
    remove_documents(make_store(), ["a"])
    assert state(make_store()) == ONLY_B
    with filled.server.talking() as client:
        client.indices.delete(index=index_of(filled))
    remove_documents(filled, ["b"])  # by one that has seen a journal there
    assert state(make_store()) == [[], [], []]
    assert under_way(filled) == []


def test_an_index_of_the_journals_name_that_another_made_is_left_alone(filled, make_store):
    with filled.server.talking() as client:
        client.indices.delete(index=index_of(filled))
        client.index(index=index_of(filled), document={"owner": "me", "first": 1}, refresh=True)
    with pytest.raises(CollectionError, match=r"the index .*-journal is not of this version's making") as error:
        remove_documents(make_store(), ["a"])
    assert "\n" not in str(error.value)
    with filled.server.talking() as client:
        assert client.count(index=index_of(filled))["count"] == 1


def test_the_journal_goes_with_the_other_indexes_when_they_are_removed(prefix):
    store = ElasticCollection(Server(ServerSettings.from_environment()), search_fields=("content", "title"))
    write(store, document("a", "The lease ends."))
    names = store.index_names()
    assert "journal" in names
    for name in names:
        store.delete_index(name)
    assert store.index_names() == []
    store.close()


def test_parts_that_have_no_entry_go_after_a_day(filled, make_store):
    with filled.server.talking() as client:
        for id_, age_s in (("old", 90_000), ("new", 3_600)):
            part = {"text": "of an entry that was never written", "renewed_ms": int(1_000 * (time.time() - age_s))}
            client.index(index=index_of(filled), id=id_, document=part, refresh=True)
        write(make_store(), document("c", "Eggs are sold."))
        client.indices.refresh(index=index_of(filled))
        assert [hit["_id"] for hit in client.search(index=index_of(filled))["hits"]["hits"]] == ["new"]
