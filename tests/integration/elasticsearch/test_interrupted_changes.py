"""A change on the server is whole or not at all, whoever dies in the middle."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from elastic_transport import ConnectionTimeout
from elasticsearch import Elasticsearch

from journals import (
    BOTH,
    ELSEWHERE,
    ONLY_B,
    REMOVAL,
    document,
    entry_of,
    index_of,
    make_old,
    sequences,
    state,
    under_way,
    write,
    written_as,
)
from needlepoint.collection.removing import remove_documents
from needlepoint.errors import CollectionError, ServerUnavailableError
from needlepoint.stores.elasticsearch import ElasticCollection, Server, ServerSettings, leases
from needlepoint.stores.elasticsearch.journal_entry import JournalEntry
from needlepoint.stores.elasticsearch.places import Fence
from needlepoint.stores.names import PAGES, PASSAGES, SOURCES
from needlepoint.stores.record_store import record_with
from waiting import eventually

TESTS = Path(__file__).parents[1]
SOURCE_ROOT = Path(__file__).parents[3] / "components"


def test_a_kill_at_any_moment_leaves_the_state_before_or_the_state_after(prefix):
    command = [sys.executable, str(TESTS / "killing" / "killed_changes.py"), "elasticsearch"]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(SOURCE_ROOT)})
    assert done.returncode == 0, done.stderr
    killed = [json.loads(line) for line in done.stdout.splitlines()]
    assert [found for found in killed if "half" in (found["reader"], found.get("writer"))] == []
    assert [found for found in killed if found.get("again", "after") != "after" or found.get("left")] == []
    for operation in {found["operation"] for found in killed}:
        seen = [found["reader"] for found in killed if found["operation"] == operation and "second" not in found]
        assert seen == sorted(seen, reverse=True)
        assert set(seen) == {"before", "after"}
    assert len(killed) > 15


def test_a_deletion_that_another_is_at_is_left_to_it_until_its_lease_is_over(filled, make_store):
    entry = entry_of(filled, REMOVAL)
    assert state(make_store()) == BOTH
    write(make_store(), document("c", "The rent is due."))
    assert state(make_store())[2] == ["a", "b", "c"]
    make_old(filled, entry.id)
    assert state(make_store())[2] == ["b", "c"]
    assert under_way(filled) == []


def test_a_write_that_another_is_at_is_left_to_it_until_its_lease_is_over(filled, make_store):
    write(filled, document("new", "The rent is due."))
    added, fence = written_as(filled, "new")
    entry = entry_of(filled, added, fence=fence)
    whole = state(filled)
    assert state(make_store()) == whole
    write(make_store(), document("c", "Eggs are sold."))
    assert record_with(make_store(), SOURCES, "new") is not None
    make_old(filled, entry.id)
    assert state(make_store())[2] == ["a", "b", "c"]
    assert under_way(filled) == []


def test_what_was_written_since_is_neither_taken_back_nor_deleted(filled, make_store):
    write(filled, document("new", "The rent is due."))
    added, fence = written_as(filled, "new")
    write(
        filled, document("new", "The rent is due.")
    )  # by somebody else, after the process that wrote it first has died
    make_old(filled, entry_of(filled, added, fence=fence).id)
    make_old(filled, entry_of(filled, REMOVAL, fence=Fence(0, min(sequences(filled, PASSAGES).values()))).id)
    whole = state(filled)
    assert state(make_store()) == whole
    write(store := make_store(), document("c", "Eggs are sold."))
    assert state(store)[2] == ["a", "b", "c", "new"]
    assert under_way(filled) == []


def test_a_document_indexed_again_after_a_killed_deletion_stays(filled, make_store, monkeypatch):
    class KilledError(BaseException):
        pass

    def killed(self, *arguments, **options):
        raise KilledError

    killed_store = make_store()
    with monkeypatch.context() as patch:
        patch.setattr(JournalEntry, "forget", killed)
        with pytest.raises(KilledError):
            remove_documents(killed_store, ["a"])
    (left,) = under_way(filled)
    with filled.server.talking() as client:  # it ran on another machine, so that nobody knows that it is dead
        client.update(index=index_of(filled), id=left["_id"], doc={"owner": ELSEWHERE}, refresh=True)
    write(make_store(), document("a", "The lease ends."))
    assert state(make_store()) == BOTH
    for found in under_way(filled):
        make_old(filled, found["_id"])
    write(make_store(), document("c", "Eggs are sold."))
    assert record_with(make_store(), SOURCES, "a") is not None
    assert state(make_store())[0].count("The lease ends.") == 1


def test_an_error_that_cannot_be_taken_back_at_once_is_taken_back_by_the_next_change(filled, make_store, monkeypatch):
    store = make_store()
    write_from, delete_within = store.write_from, store.delete_within
    is_away = True

    def failing(name, records, sequence, **options):
        number = write_from(name, records, sequence, **options)
        if is_away and name == PAGES:
            raise CollectionError("the server is away")
        return number

    def also_failing(*arguments, **options):
        if is_away:
            raise CollectionError("the server is away")
        return delete_within(*arguments, **options)

    store.write_from, store.delete_within = failing, also_failing
    with pytest.raises(CollectionError, match="the server is away"):
        write(store, document("new", "The rent is due."))
    is_away = False
    write(store, document("c", "Eggs are sold."))
    assert state(make_store())[2] == ["a", "b", "c"]
    assert state(make_store())[0] == ["Eggs are sold.", "The lease begins.", "The lease ends."]


def test_an_interruption_just_after_the_change_is_decided_completes_it(filled, make_store, monkeypatch):
    note = JournalEntry.note

    def interrupted(self, entry):
        note(self, entry)
        if entry.is_decided:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(JournalEntry, "note", interrupted)
        with pytest.raises(KeyboardInterrupt):
            write(make_store(), document("new", "The lease ended.", path="/files/a.txt"))
    assert state(make_store()) == [["The lease begins.", "The lease ended."]] * 2 + [["b", "new"]]
    assert under_way(filled) == []


@pytest.mark.parametrize("call", ["index", "update", "delete", "bulk", "delete_by_query"])
def test_answers_that_get_lost_change_nothing(filled, make_store, monkeypatch, call):
    monkeypatch.setattr(leases, "LEASE_S", 0.01)  # every step renews the lease
    send = getattr(Elasticsearch, call)
    sent = []

    def unheard(self, *arguments, **options):
        done = send(self, *arguments, **options)
        sent.append(call)
        if len(sent) % 2:
            raise ConnectionTimeout("the answer got lost")
        return done

    monkeypatch.setattr(Elasticsearch, call, unheard)
    write(make_store(), document("new", "The lease ended.", path="/files/a.txt"))
    remove_documents(make_store(), ["b"])
    monkeypatch.setattr(Elasticsearch, call, send)
    assert len(sent) > 1
    assert state(make_store()) == [["The lease ended."]] * 2 + [["new"]]
    assert under_way(filled) == []


def test_a_deletion_that_ends_in_the_middle_of_an_index_is_completed(filled, make_store, monkeypatch):
    store = make_store()
    write(store, *(document(f"n{number}", f"Paragraph {number}.") for number in range(5)))
    whole = state(store)
    delete_by_query = Elasticsearch.delete_by_query

    def partly(self, **options):
        delete_by_query(self, **options, max_docs=2)
        raise CollectionError("the server refuses the rest")

    with monkeypatch.context() as patch:
        patch.setattr(Elasticsearch, "delete_by_query", partly)
        with pytest.raises(CollectionError, match="refuses the rest; the rest of the change will be made as soon as"):
            remove_documents(store, [f"n{number}" for number in range(5)])
    assert len(state(filled)[0]) == len(whole[0]) - 2
    write(store, document("c", "Eggs are sold."))
    assert state(make_store())[2] == ["a", "b", "c"]
    assert len(state(make_store())[0]) == len(state(make_store())[1]) == 3


def test_a_server_that_dies_between_two_indexes(own_server, prefix, monkeypatch, caplog):
    """Who may wait says so in one line and completes its change; what others have begun is taken back, once it is back."""

    def connected(wait_s):
        for name, value in (("URL", own_server.url), ("WAIT_S", wait_s)):
            monkeypatch.setenv(f"ELASTICSEARCH_{name}", value)
        return ElasticCollection(Server(ServerSettings.from_environment()))

    hasty, patient = connected("0"), connected("400")
    write(patient, document("a", "The lease ends."), document("b", "The lease begins."))
    write_from, delete_within = hasty.write_from, patient.delete_within

    def without_server(name, *arguments, **options):
        if name == PAGES:
            hasty.write_from = write_from
            own_server.kill(1)
            own_server.begin()
        return write_from(name, *arguments, **options)

    def interrupted(name, *arguments, **options):
        if name == PAGES:
            with pytest.raises(ServerUnavailableError) as error:
                write(hasty, document("b", "The lease began."), document("new", "The rent is due."))
            assert "\n" not in str(error.value)
        delete_within(name, *arguments, **options)

    hasty.write_from, patient.delete_within = without_server, interrupted
    remove_documents(patient, ["a"])
    own_server.start()
    eventually(lambda: state(hasty) == state(patient) == ONLY_B)  # a reader looks for such changes every 15 s
    assert under_way(patient) == []
    said = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert len([line for line in said if line.endswith("waiting up to 400 s")]) == 1
    for store in (hasty, patient):
        store.close()
