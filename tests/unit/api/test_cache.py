from types import SimpleNamespace

import pytest

from needlepoint.api import cache
from needlepoint.api.cache import ReplyCache


class Changing:
    """A service whose collection has a version."""

    def __init__(self, version):
        self.version = version
        self.collection = SimpleNamespace(version=lambda: self.version)


@pytest.fixture
def service():
    return Changing(1)


def test_a_reply_is_found_until_the_collection_changes(service):
    replies = ReplyCache(service, max_replies=2)
    replies.keep(replies.key("/ask", "When?"), b"in March")
    assert replies.find(replies.key("/ask", "When?")) == b"in March"
    assert replies.find(replies.key("/query", "When?")) is None
    service.version = 2
    assert replies.find(replies.key("/ask", "When?")) is None


@pytest.mark.parametrize(("most", "version"), [(0, 1), (2, None)])
def test_nothing_is_kept_where_that_is_not_wanted_or_changes_cannot_be_told(most, version):
    replies = ReplyCache(Changing(version), most)
    key = replies.key("When?")
    replies.keep(key, b"in March")
    assert (key, replies.find(key)) == (None, None)


def test_the_least_recently_asked_for_makes_way(service):
    replies = ReplyCache(service, max_replies=2)
    first, second, third = (replies.key(question) for question in ("1", "2", "3"))
    replies.keep(first, b"one")
    replies.keep(second, b"two")
    assert replies.find(first)
    replies.keep(third, b"three")
    assert [replies.find(key) for key in (first, second, third)] == [b"one", None, b"three"]


def test_all_replies_together_have_a_bound(service, monkeypatch):
    monkeypatch.setattr(cache, "_MAX_BYTES", 10)
    replies = ReplyCache(service, max_replies=100)
    first, second, third = (replies.key(question) for question in ("1", "2", "3"))
    replies.keep(first, b"123456")
    replies.keep(second, b"1234")
    replies.keep(third, b"12345678901")
    assert [bool(replies.find(key)) for key in (first, second, third)] == [True, True, False]
    replies.keep(third, b"12")
    assert [bool(replies.find(key)) for key in (first, second, third)] == [False, True, True]
