"""Watch a reading from outside: stop it between two windows, or see its answers before all is read.

A pipeline's parameters are copied on their way to a node, so an event or a function cannot go with them. What is watched is
therefore whatever the same thread (or asyncio task) reads inside a ``with`` block:

    stop = threading.Event()
    with watched(stop=stop, timeout_s=10, on_partial=show):
        service.ask("Who signed the lease?")        # raises ReadingStoppedError soon after stop.set() or ten seconds
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from copy import copy
from time import monotonic
from typing import Any

from needlepoint.errors import ReadingStoppedError

_PARTIAL_INTERVAL_S = 0.1


class Watch:
    """What is watched in one block; made by :func:`watched`."""

    def __init__(
        self,
        *,
        stop: threading.Event | None,
        timeout_s: float | None,
        on_retrieved: Callable[[list[Any]], None] | None,
        on_partial: Callable[[dict[str, Any]], None] | None,
        interval_s: float,
    ) -> None:
        self._stop = stop
        self._timeout_s = timeout_s
        self._until = None if timeout_s is None else monotonic() + timeout_s
        self._on_retrieved = on_retrieved
        self._on_partial = on_partial
        self._interval_s = interval_s
        self._next_partial = 0.0

    def check(self) -> None:
        """Return if reading may go on.

        :raises ReadingStoppedError: it was stopped, or the time is up.
        """
        if self._stop is not None and self._stop.is_set():
            raise ReadingStoppedError("the reading was stopped by whoever asked")
        if self._until is not None and monotonic() >= self._until:
            raise ReadingStoppedError(
                f"the reading was stopped after {self._timeout_s:g} s: allow more time, or read fewer passages"
            )

    def told_to(
        self,
        on_retrieved: Callable[[list[Any]], None] | None,
        on_partial: Callable[[dict[str, Any]], None] | None,
        interval_s: float,
    ) -> "Watch":
        """Return a watch that stops when this one does, and tells these functions instead of its own."""
        other = copy(self)
        other._on_retrieved, other._on_partial = on_retrieved, on_partial
        other._interval_s, other._next_partial = interval_s, 0.0
        return other

    def begin(self, documents: Sequence[Any]) -> None:
        """Tell whoever waits for it what will be read."""
        if self._on_retrieved is not None:
            self._on_retrieved(list(documents))

    def offer(self, partial: Callable[[], dict[str, Any]]) -> None:
        """Hand on the answers so far if somebody waits for them and the last ones were not just now."""
        if self._on_partial is None or monotonic() < self._next_partial:
            return
        self._on_partial(partial())
        self._next_partial = monotonic() + self._interval_s


_UNWATCHED = Watch(stop=None, timeout_s=None, on_retrieved=None, on_partial=None, interval_s=0)
_current: ContextVar[Watch] = ContextVar("watch", default=_UNWATCHED)


@contextmanager
def watched(
    *,
    stop: threading.Event | None = None,
    timeout_s: float | None = None,
    on_retrieved: Callable[[list[Any]], None] | None = None,
    on_partial: Callable[[dict[str, Any]], None] | None = None,
    interval_s: float = _PARTIAL_INTERVAL_S,
) -> Iterator[None]:
    """Watch what ``OnnxReader`` and ``SpanReader`` read in this block and this thread; other readers take no notice.

    :param stop: reading ends with :class:`~needlepoint.errors.ReadingStoppedError` soon after another thread sets it.
    :param timeout_s: it ends likewise when the block has lasted so long; at least one window's time late at most.
    :param on_retrieved: called by ``OnnxReader`` before it reads, in the reading thread, with the documents that it was given.
    :param on_partial: called by ``OnnxReader`` after passages are read, in the reading thread, with what its ``run`` would
        return had there been no more: ``query``, ``answers``, ``no_ans_gap``, and ``documents``, those read so far. It may
        itself set ``stop`` or raise.
    :param interval_s: least time between two such calls; the first comes after the first passage.
    :raises ValueError: ``timeout_s`` is negative.
    """
    if timeout_s is not None and timeout_s < 0:
        raise ValueError(f"timeout_s must be at least 0, got {timeout_s}")
    watch = Watch(
        stop=stop, timeout_s=timeout_s, on_retrieved=on_retrieved, on_partial=on_partial, interval_s=interval_s
    )
    with _watching(watch):
        yield


@contextmanager
def listening(
    *,
    on_retrieved: Callable[[list[Any]], None] | None = None,
    on_partial: Callable[[dict[str, Any]], None] | None = None,
    interval_s: float = _PARTIAL_INTERVAL_S,
) -> Iterator[None]:
    """Hear what is read in this block, as :func:`watched` tells it; what may stop the reading outside of it still may inside."""
    with _watching(_current.get().told_to(on_retrieved, on_partial, interval_s)):
        yield


@contextmanager
def _watching(watch: Watch) -> Iterator[None]:
    token = _current.set(watch)
    try:
        yield
    finally:
        _current.reset(token)


def current_watch() -> Watch:
    """Return what watches this thread now; one that never stops anything where nothing does."""
    return _current.get()
