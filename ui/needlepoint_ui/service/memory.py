"""The last replies of the service, so that the page keeps what it showed while the service does not answer."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any

from needlepoint_ui.service.failures import ServiceDownError

_MOST_REPLIES = 200


class LastReplies:
    """The last reply to each request that only reads. Calls may come from several sessions at once."""

    def __init__(self) -> None:
        self._replies: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = Lock()
        self.failure: ServiceDownError | None = None
        """Why the last reply came from this memory; None if it came from the service."""

    def fetch(self, request: Hashable, send: Callable[[], Any]) -> Any:
        """Send a request and remember its reply; return the last one if the service does not answer.

        :raises ServiceDownError: the service does not answer, and no reply to this request is known.
        """
        try:
            reply = send()
        except ServiceDownError as error:
            with self._lock:
                self.failure = error
                if request in self._replies:
                    return self._replies[request]
            raise
        with self._lock:
            self.failure = None
            self._replies[request] = reply
            self._replies.move_to_end(request)
            if len(self._replies) > _MOST_REPLIES:
                self._replies.popitem(last=False)
        return reply
