"""Answers that are remembered: the same question of the same collection need not be read for twice."""

import threading
from typing import Any

from cachetools import LRUCache

from needlepoint.service.facade import Service

_MOST_BYTES = 64_000_000


class ReplyCache:
    """The last replies, as the bytes that were sent; one that was made before a write is never found again.

    :param most: replies to keep; 0 keeps none.
    """

    def __init__(self, service: Service, most: int) -> None:
        self._service = service
        self._most = most
        self._replies: LRUCache[Any, bytes] = LRUCache(_MOST_BYTES, getsizeof=len)
        self._lock = threading.Lock()

    def key(self, *asked: str) -> Any:
        """Return what a reply to this is remembered under, to be taken before it is worked out; None for not at all."""
        version = self._service.collection.version() if self._most else None
        return None if version is None else (*asked, version)

    def find(self, key: Any) -> bytes | None:
        """Return the reply, if there is one."""
        with self._lock:
            return None if key is None else self._replies.get(key)

    def keep(self, key: Any, reply: bytes) -> None:
        """Remember a reply; the least recently asked for make way."""
        if key is None or len(reply) > _MOST_BYTES:
            return
        with self._lock:
            self._replies[key] = reply
            while len(self._replies) > self._most:
                self._replies.popitem()
