"""When a change is taken for abandoned, whatever the clocks say."""

import time

import pytest

from needlepoint.stores.elasticsearch import leases
from needlepoint.stores.elasticsearch.leases import LEASE_S, LONGEST_S, Watch
from needlepoint.stores.elasticsearch.owner import this_process

ELSEWHERE = "another-machine/1/pid-1-1#1"


class Clock:
    """The time of this process, which passes as the test says."""

    def __init__(self):
        self.now_s = 1_000.0

    def monotonic(self):
        return self.now_s

    def time(self):
        return time.time()


@pytest.fixture
def clock(monkeypatch):
    monkeypatch.setattr(leases, "time", clock := Clock())
    return clock


def entry(*, owner=ELSEWHERE, number=1, ahead_s=0.0):
    """Return an entry as the server gives it.

    :param ahead_s: what the clock of its owner is ahead.
    """
    renewed_ms = int(1_000 * (time.time() + ahead_s))
    return {"_id": "one", "_seq_no": number, "_primary_term": 1, "_source": {"owner": owner, "renewed_ms": renewed_ms}}


def watched(watch, clock, found, *, for_s, every_s=LEASE_S / 4):
    """Return whether it is taken for abandoned when it has been looked at for so long."""
    end_s = clock.now_s + for_s
    while True:
        watch.look(["one"])
        is_abandoned = watch.is_abandoned(found)
        if clock.now_s >= end_s:
            return is_abandoned
        clock.now_s += every_s


@pytest.mark.parametrize("ahead_s", [0, LONGEST_S - 60, 60 - LONGEST_S])
def test_who_does_not_renew_is_given_up_after_a_lease_whatever_its_clock_says(clock, ahead_s):
    watch, found = Watch(), entry(ahead_s=ahead_s)
    assert not watched(watch, clock, found, for_s=0.75 * LEASE_S)
    assert watched(watch, clock, found, for_s=0.25 * LEASE_S)


def test_who_renews_is_never_given_up(clock):
    watch = Watch()
    for number in range(20):
        assert not watched(watch, clock, entry(number=number, ahead_s=60 - LONGEST_S), for_s=0.5 * LEASE_S)


def test_a_pause_in_which_nobody_looked_does_not_count(clock):
    watch, found = Watch(), entry()
    assert not watched(watch, clock, found, for_s=0.75 * LEASE_S)
    clock.now_s += 10 * LEASE_S  # the server was away
    assert not watched(watch, clock, found, for_s=0.75 * LEASE_S)
    assert watched(watch, clock, found, for_s=0.25 * LEASE_S)


def test_an_entry_that_is_gone_is_watched_anew_when_there_is_another_of_its_id(clock):
    watch, found = Watch(), entry()
    assert not watched(watch, clock, found, for_s=0.75 * LEASE_S)
    watch.look([])
    assert not watched(watch, clock, found, for_s=0.75 * LEASE_S)


def test_what_is_older_than_all_clocks_differ_is_given_up_at_once(clock):
    watch = Watch()
    watch.look(["one"])
    assert watch.is_abandoned(entry(ahead_s=-LONGEST_S - 1))
    assert not watch.is_abandoned(entry(ahead_s=-LONGEST_S + 60))


def test_who_is_known_to_be_dead_is_given_up_at_once(clock):
    watch = Watch()
    watch.look(["one"])
    assert watch.is_abandoned(entry(owner=f"{this_process()}0#1"))
    assert not watch.is_abandoned(entry(owner=f"{this_process()}#1"))
