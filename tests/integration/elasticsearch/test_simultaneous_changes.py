"""Changes on the server that are made at the same time leave what they would one after the other."""

import time

import pytest

from journals import (
    BOTH,
    ELSEWHERE,
    ONLY_B,
    document,
    entry_of,
    index_of,
    make_old,
    overwritten_as,
    state,
    under_way,
    write,
)
from needlepoint.collection.removing import remove_documents
from needlepoint.errors import CollectionError, StoreLockedError
from needlepoint.stores.changes import Entry
from needlepoint.stores.elasticsearch import changing, leases
from needlepoint.stores.elasticsearch.places import Fence
from needlepoint.stores.names import PAGES, PASSAGES, SOURCES
from needlepoint.stores.record_store import record_with


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
