"""How long to go on trying when the server is away."""

import logging
import threading
import time

from tenacity import RetryCallState

log = logging.getLogger(__name__)


class Outage:
    """The time since the server last answered, and the limit to it; one for all threads that wait.

    The first call that fails begins it and the first that succeeds ends it. So many calls in a row wait no longer than one, and
    when the limit is over they fail at once until the server is back.

    :param where: how messages name the server.
    :param limit_s: how long to go on trying; 0 fails at the first time.
    """

    def __init__(self, where: str, limit_s: float) -> None:
        self._where = where
        self._limit_s = limit_s
        self._lock = threading.Lock()
        self._began: float | None = None
        self._is_told = False

    def is_too_long(self, state: RetryCallState) -> bool:
        """Return whether to give up, after a call that failed."""
        with self._lock:
            if self._began is None:
                self._began = time.monotonic()
            return time.monotonic() - self._began >= self._limit_s

    def tell(self, state: RetryCallState) -> None:
        """Say that it is waited for the server, once in an outage."""
        with self._lock:
            is_told, self._is_told = self._is_told, True
        if not is_told and state.outcome:
            log.warning("%s; waiting up to %g s", state.outcome.exception(), self._limit_s)

    def end(self) -> None:
        """Note that the server has answered."""
        with self._lock:
            began, self._began = self._began, None
            is_told, self._is_told = self._is_told, False
        if is_told and began is not None:
            log.warning("%s answers again after %.0f s", self._where, time.monotonic() - began)
