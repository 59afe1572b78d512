"""Caches replies, so that a repeated question is not read again while the collection is unchanged."""

import threading
from typing import Any

from cachetools import LRUCache

from needlepoint.service.facade import Service

_MAX_BYTES = 64_000_000


class ReplyCache:
    """The last replies, as the bytes that were sent; no reply from before a write is found after it.

    :param max_replies: replies to keep; 0 keeps none.
    """

    def __init__(self, service: Service, max_replies: int) -> None:
        self._service = service
        self._max_replies = max_replies
        self._replies: LRUCache[Any, bytes] = LRUCache(_MAX_BYTES, getsizeof=len)
        self._lock = threading.Lock()

    def key(self, *asked: str) -> Any:
        """Return the cache key of a request, or None if its reply cannot be cached.

        Take it before the reply is made: it holds the collection's version, which a write changes.
        """
        version = self._service.collection.version() if self._max_replies else None
        return None if version is None else (*asked, version)

    def find(self, key: Any) -> bytes | None:
        """Return the cached reply, if there is one."""
        with self._lock:
            return None if key is None else self._replies.get(key)

    def keep(self, key: Any, reply: bytes) -> None:
        """Cache a reply; the least recently used ones are dropped."""
        if key is None or len(reply) > _MAX_BYTES:
            return
        with self._lock:
            self._replies[key] = reply
            while len(self._replies) > self._max_replies:
                self._replies.popitem()
