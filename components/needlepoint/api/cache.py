"""Answers that are remembered: the same question of the same collection need not be read for twice."""

import threading
from collections import OrderedDict
from typing import Any

from needlepoint.service.facade import Service

_MOST_BYTES = 64_000_000


class ReplyCache:
    """The last replies, as the bytes that were sent; one that was made before a write is never found again.

    :param most: replies to keep; 0 keeps none.
    """

    def __init__(self, service: Service, most: int) -> None:
        self._service = service
        self._most = most
        self._replies: OrderedDict[Any, bytes] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def key(self, *asked: str) -> Any:
        """Return what a reply to this is remembered under, to be taken before it is worked out; None for not at all."""
        version = self._service.collection.version() if self._most else None
        return None if version is None else (*asked, version)

    def find(self, key: Any) -> bytes | None:
        """Return the reply, if there is one."""
        with self._lock:
            if key is None or key not in self._replies:
                return None
            self._replies.move_to_end(key)
            return self._replies[key]

    def keep(self, key: Any, reply: bytes) -> None:
        """Remember a reply; the least recently asked for make way."""
        if key is None:
            return
        with self._lock:
            self._bytes += len(reply) - len(self._replies.get(key, b""))
            self._replies[key] = reply
            while len(self._replies) > self._most or self._bytes > _MOST_BYTES:
                _, gone = self._replies.popitem(last=False)
                self._bytes -= len(gone)
