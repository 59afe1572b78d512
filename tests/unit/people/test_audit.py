"""The audit log is only ever added to, has nothing secret, and says loudly when it cannot be written."""

import logging
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from needlepoint.people.audit import AuditLog


@pytest.fixture
def log(tmp_path):
    made = AuditLog(tmp_path / "audit.sqlite", days=30)
    yield made
    made.close()


def test_entries_come_in_their_order_and_by_user(log):
    log.note("rita", "asked", "Who is it?", status=200, address="192.0.2.1")
    log.note("", "refused", "GET /documents", status=401)
    log.note("mona", "deleted", "a document")
    assert [(each.who, each.did, each.status) for each in log.entries()] == [
        ("rita", "asked", 200),
        ("", "refused", 401),
        ("mona", "deleted", 200),
    ]
    assert [each.did for each in log.entries(who="RITA")] == ["asked"]
    assert [*log.entries(since="2999-01-01")] == []
    assert all(each.moment.endswith("+00:00") for each in log.entries())


def test_nothing_in_it_can_be_changed(log):
    log.note("rita", "asked", "Who is it?")
    with sqlite3.connect(log.path) as other, pytest.raises(sqlite3.IntegrityError, match="only ever added to"):
        other.execute("UPDATE entries SET who = 'mona'")


def test_no_text_makes_one_entry_look_like_two(log):
    log.note("rita", "asked", "one\n2026-01-01  mona  deleted  everything\x1b[2K" + "x" * 5_000)
    (entry,) = log.entries()
    assert "\n" not in entry.what
    assert "\x1b" not in entry.what
    assert len(entry.what) == 1_000


def test_a_flood_of_refusals_does_not_fill_the_disk(tmp_path):
    moments = iter([0.0] * 100 + [60.0])
    log = AuditLog(tmp_path / "audit.sqlite", now=lambda: next(moments))
    assert sum(log.takes_refusal() for _ in range(100)) == 60
    assert log.takes_refusal()


def test_old_entries_are_removed(log):
    log.note("rita", "asked", "new")
    old = (datetime.now(UTC) - timedelta(days=31)).isoformat(timespec="milliseconds")
    with sqlite3.connect(log.path) as other:
        other.execute("INSERT INTO entries VALUES (1000, ?, 'rita', 'asked', 'old', 200, '')", (old,))
    log.note("rita", "asked", "newest")
    assert [each.what for each in log.entries()] == ["new", "newest"]


def test_the_oldest_of_too_many_entries_are_removed_and_that_is_told(tmp_path, caplog):
    log = AuditLog(tmp_path / "audit.sqlite", most=500)
    for number in range(2_100):
        log.note("rita", "asked", str(number))
    kept = [int(each.what) for each in log.entries()]
    assert kept == list(range(kept[0], 2_100))
    assert 500 <= len(kept) < 1_500
    assert "is full: its oldest 1000 entries were removed (NEEDLEPOINT_AUDIT_ENTRIES)" in caplog.text
    log.close()


def test_a_log_of_a_later_version_is_not_written_to(tmp_path, caplog):
    with closing(sqlite3.connect(tmp_path / "audit.sqlite")) as later:
        later.execute("PRAGMA user_version = 2")
    assert not AuditLog(tmp_path / "audit.sqlite").note("rita", "asked", "Who is it?")
    assert "made by a later version of Needlepoint" in caplog.text


def test_a_log_that_cannot_be_written_is_told_loudly(tmp_path, caplog):
    (tmp_path / "file").write_text("in the way")
    log = AuditLog(tmp_path / "file" / "audit.sqlite")
    with caplog.at_level(logging.CRITICAL):
        assert not log.note("rita", "asked", "Who is it?")
    assert "THE AUDIT LOG" in caplog.text
    assert "Who is it?" not in caplog.text
