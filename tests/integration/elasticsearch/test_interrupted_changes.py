"""A change on the server is whole or not at all, whoever dies in the middle, and nobody who lives is disturbed."""

import dataclasses
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from elastic_transport import ConnectionTimeout
from elasticsearch import Elasticsearch

from needlepoint.collection.removing import removal_of, remove_documents
from needlepoint.collection.sources import write_documents
from needlepoint.errors import CollectionError, ServerUnavailableError, StoreLockedError
from needlepoint.stores.changes import Change, Entry
from needlepoint.stores.elasticsearch import ElasticCollection, Server, ServerSettings, changing, journal_entry, leases
from needlepoint.stores.elasticsearch.journal import pending
from needlepoint.stores.elasticsearch.journal_entry import JournalEntry
from needlepoint.stores.elasticsearch.places import Fence
from needlepoint.stores.names import PAGES, PASSAGES, SOURCES
from needlepoint.stores.record_store import record_with, records_in
from needlepoint.stores.records import Record
from waiting import eventually

TESTS = Path(__file__).parents[1]
SOURCE_ROOT = Path(__file__).parents[3] / "components"
ELSEWHERE = "00000000-another-machine/1/pid-1-1#1"


def document(id_, text, *, path=None):
    meta = {"document_id": id_, "name": id_, "path": path or f"/files/{id_}.txt"}
    source = Record(id_, text, {**meta, "pages": [{"number": 1, "start": 0, "end": len(text)}]})
    return Record(f"{id_}-passage", text, {"document_id": id_}), source


def write(store, *documents):
    write_documents(store, [passage for passage, _ in documents], [source for _, source in documents])


@pytest.fixture
def make_store(prefix):
    made = []

    def make():
        made.append(ElasticCollection(Server(ServerSettings.from_environment())))
        return made[-1]

    yield make
    for store in made:
        store.close()


@pytest.fixture
def filled(make_store):
    store = make_store()
    write(store, document("a", "The lease ends."), document("b", "The lease begins."))
    return store


def state(store):
    return [sorted(record.content for record in records_in(store, name)) for name in (PASSAGES, PAGES, SOURCES)]


def index_of(store):
    return f"{store.server.settings.prefix}-journal"


def entry_of(store, entry, *, fence=None, owner=ELSEWHERE):
    """Put an entry into the journal as another process would."""
    noted = JournalEntry(store.server, index_of(store), owner, fence or Fence(0, time.time_ns()))
    noted.note(entry)
    return noted


def under_way(store):
    with store.server.talking() as client:
        client.indices.refresh(index=index_of(store))
    return pending(store.server, index_of(store))


def make_old(store, id_):
    """Let the owner of an entry not be heard of for longer than clocks differ."""
    with store.server.talking() as client:
        renewed = time.time_ns() // 1_000_000 - 2_000 * int(leases.LONGEST_S)
        client.update(index=index_of(store), id=id_, doc={"renewed_ms": renewed}, refresh=True)


BOTH = [["The lease begins.", "The lease ends."]] * 2 + [["a", "b"]]
ONLY_B = [["The lease begins."]] * 2 + [["b"]]
REMOVAL = Entry.decided(Change(deletions=removal_of(["a"])))


def sequences(store, name):
    with store.server.talking() as client:
        hits = client.search(index=f"{store.server.settings.prefix}-{name}", size=100)["hits"]["hits"]
    return {hit["_id"]: hit["_source"]["sequence"] for hit in hits}


def written_as(store, id_):
    """Return the entry and the fence of a change that has written this document and nothing else."""
    numbers = {name: sequences(store, name) for name in (PASSAGES, PAGES, SOURCES)}
    added = {PASSAGES: [f"{id_}-passage"], PAGES: [f"{id_}-1"], SOURCES: [id_]}
    of_these = [numbers[name][each] for name, ids in added.items() for each in ids]
    return Entry(added), Fence(min(of_these), max(of_these) + 1)


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


def test_whoever_is_taken_for_dead_hears_of_it_and_leaves_nothing(filled, make_store):
    slow, other = make_store(), make_store()
    write_from = slow.write_from

    def slowly(name, records, sequence, **options):
        if name == PAGES:  # longer than the lease has been heard of, and another has looked
            (found,) = under_way(slow)
            make_old(slow, found["_id"])
            with slow.server.talking() as client:
                client.update(index=index_of(slow), id=found["_id"], doc={"owner": ELSEWHERE}, refresh=True)
            assert state(other) == BOTH
        return write_from(name, records, sequence, **options)

    slow.write_from = slowly
    with pytest.raises(CollectionError, match="another process has taken this one for dead"):
        write(slow, document("new", "The rent is due."))
    assert state(make_store()) == BOTH
    assert under_way(filled) == []


def test_the_lease_of_a_long_change_is_renewed(filled, make_store, monkeypatch):
    monkeypatch.setattr(leases, "LEASE_S", 1.5)
    store = make_store()
    write_from = store.write_from
    renewed = []

    def slowly(name, records, sequence, **options):
        deadline = time.monotonic() + 60
        while len(set(renewed)) < 3 and time.monotonic() < deadline:
            (found,) = under_way(store)
            with store.server.talking() as client:
                renewed.append(client.get(index=index_of(store), id=found["_id"])["_source"]["renewed_ms"])
            time.sleep(0.05)
        return write_from(name, records, sequence, **options)

    store.write_from = slowly
    write(store, document("new", "The rent is due."))
    assert len(set(renewed)) >= 3
    assert record_with(make_store(), SOURCES, "new") is not None


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


def test_a_deletion_leaves_what_others_write_meanwhile(filled, make_store):
    deleting = make_store()
    delete_within = deleting.delete_within
    indexed = []

    def slowly(name, fence, **chosen):
        if not indexed:
            indexed.append(write(make_store(), document("a", "The lease ends.")))
        delete_within(name, fence, **chosen)

    deleting.delete_within = slowly
    remove_documents(deleting, ["a"])
    assert indexed
    assert state(make_store()) == BOTH


def test_a_deletion_waits_for_those_who_began_to_write_before_it(filled, make_store, monkeypatch, caplog):
    monkeypatch.setattr(changing, "_SHORT_WAIT_S", -1.0)
    other = entry_of(filled, Entry({PASSAGES: ["a-another"]}), fence=Fence(1, 2))
    pauses = []

    def pause(_):
        pauses.append(state(make_store()))
        other.forget()

    monkeypatch.setattr(changing.time, "sleep", pause)
    remove_documents(make_store(), ["a"])
    assert pauses == [BOTH]
    assert [
        line
        for line in caplog.messages
        if line.startswith("waiting up to 60 s for other processes that are writing into ")
    ]
    assert state(make_store()) == ONLY_B
    assert under_way(filled) == []


def test_a_deletion_that_waits_too_long_is_made_later(filled, make_store, monkeypatch):
    monkeypatch.setattr(changing, "_LONGEST_WAIT_S", 0.0)
    other = entry_of(filled, Entry({PASSAGES: ["a-another"]}), fence=Fence(1, 2))
    with pytest.raises(
        StoreLockedError, match=r"another process is still writing into .*; the rest of the change will be made"
    ):
        remove_documents(filled, ["a"])
    assert state(make_store()) == BOTH
    other.forget()
    write(filled, document("c", "Eggs are sold."))
    assert state(make_store())[2] == ["b", "c"]


def test_a_change_that_begins_while_another_is_taken_back_is_whole(filled, make_store):
    killed, later = make_store(), make_store()
    write(killed, document("a", "The lease ended."), document("gone", "A third."))
    entry, fence = overwritten_as(killed)
    left = entry_of(killed, entry, fence=fence)
    make_old(killed, left.id)
    write_from = later.write_from

    def slowly(name, records, sequence, **options):
        number = write_from(name, records, sequence, **options)
        if name == PASSAGES:
            state(make_store())  # a reader that takes back what the other has left
        return number

    later.write_from = slowly
    write(later, document("a", "The lease is over."))
    assert state(make_store()) == [["The lease begins.", "The lease is over."]] * 2 + [["a", "b"]]
    assert under_way(filled) == []


def overwritten_as(store):
    """Return the entry and the fence of the change that has written ``a`` over, and ``gone`` anew."""
    numbers = {name: sequences(store, name) for name in (PASSAGES, PAGES, SOURCES)}
    changed = {PASSAGES: ["a-passage", "gone-passage"], PAGES: ["a-1", "gone-1"], SOURCES: ["a", "gone"]}
    of_these = [numbers[name][each] for name, ids in changed.items() for each in ids]
    passage, source = document("a", "The lease ends.")
    page = Record("a-1", source.content, {"document_id": "a", "number": 1, "start": 0, "end": len(source.content)})
    record = record_with(store, SOURCES, "a")
    overwritten = {PASSAGES: [passage], PAGES: [page], SOURCES: [record]}
    return Entry({name: [ids[1]] for name, ids in changed.items()}, overwritten), Fence(
        min(of_these), max(of_these) + 1
    )


def test_what_is_written_while_it_is_given_back_stays(filled, make_store):
    killed, settling = make_store(), make_store()
    write(killed, document("a", "The lease ended."), document("gone", "A third."))
    entry, fence = overwritten_as(killed)
    make_old(killed, entry_of(killed, entry, fence=fence).id)
    places_within = settling.places_within
    asked = []

    def slowly(name, fence, ids):
        found = places_within(name, fence, ids)
        if not asked:
            asked.append(found)
            write(make_store(), document("a", "The lease is over."))
        return found

    settling.places_within = slowly
    state(settling)
    assert list(asked[0]) == ["a-passage"]
    assert state(make_store()) == [["The lease begins.", "The lease is over."]] * 2 + [["a", "b"]]


def test_what_is_given_back_while_it_is_deleted_goes(filled, make_store):
    """A deletion begins and ends while another thread of its process takes back what a dead process has written over."""
    killed, store = make_store(), make_store()
    write(killed, document("a", "The lease ended."), document("gone", "A third."))
    entry, fence = overwritten_as(killed)
    make_old(killed, entry_of(killed, entry, fence=fence).id)
    write_from, delete_within = store.write_from, store.delete_within
    given_back = []

    def giving_back(name, records, *arguments, **options):
        store.write_from = write_from
        given_back.append(lambda: write_from(name, records, *arguments, **options))
        remove_documents(store, ["a"])
        return len(records)

    def deleting(*arguments, **chosen):
        if given_back:
            given_back.pop()()
        delete_within(*arguments, **chosen)

    store.write_from, store.delete_within = giving_back, deleting
    assert state(store) == ONLY_B
    assert under_way(filled) == []


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
