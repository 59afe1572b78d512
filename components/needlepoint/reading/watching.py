"""Watches a reading from outside: stops it between two windows, or reports its answers before everything is read.

A pipeline copies its parameters on their way to a node, so an event or a function cannot be passed that way. Instead, everything
that the same thread (or asyncio task) reads inside a ``with`` block is watched:

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
    """The watch of one block; made by :func:`watched`."""

    def __init__(
        self,
        *,
        stop: threading.Event | None,
        timeout_s: float | None,
        on_retrieved: Callable[[list[Any]], None] | None,
        on_partial: Callable[[dict[str, Any]], None] | None,
        interval_s: float,
        give_way: Callable[[], None] | None = None,
    ) -> None:
        self._stop = stop
        self._give_way = give_way
        self._timeout_s = timeout_s
        self._until = None if timeout_s is None else monotonic() + timeout_s
        self._on_retrieved = on_retrieved
        self._on_partial = on_partial
        self._interval_s = interval_s
        self._next_partial = 0.0

    def check(self) -> None:
        """Return when reading may continue.

        :raises ReadingStoppedError: it was stopped, or its time is up.
        """
        if self._give_way is not None:
            self._give_way()
        if self._stop is not None and self._stop.is_set():
            raise ReadingStoppedError("the reading was stopped by the caller")
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
        """Return a watch that stops when this one does, but calls these functions instead of its own."""
        other = copy(self)
        other._on_retrieved, other._on_partial = on_retrieved, on_partial
        other._interval_s, other._next_partial = interval_s, 0.0
        return other

    def begin(self, documents: Sequence[Any]) -> None:
        """Call ``on_retrieved`` with the documents that will be read."""
        if self._on_retrieved is not None:
            self._on_retrieved(list(documents))

    def offer(self, partial: Callable[[], dict[str, Any]]) -> None:
        """Call ``on_partial`` with the answers so far, unless the last call was less than the interval ago."""
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
    give_way: Callable[[], None] | None = None,
) -> Iterator[None]:
    """Watch what ``OnnxReader`` and ``SpanReader`` read in this block and this thread; other readers ignore it.

    :param stop: reading ends with :class:`~needlepoint.errors.ReadingStoppedError` soon after another thread sets this event.
    :param timeout_s: reading ends in the same way once the block has lasted so long, checked before each window.
    :param on_retrieved: called by ``OnnxReader`` before it reads, in the reading thread, with the documents it was given.
    :param on_partial: called by ``OnnxReader`` between passages, in the reading thread, with what its ``run`` would return if
        no more were to be read: ``query``, ``answers``, ``no_ans_gap``, and ``documents``, those read so far. It may itself
        set ``stop`` or raise.
    :param interval_s: the least time between two calls of ``on_partial``; the first comes after the first passage.
    :param give_way: called in the reading thread before each window; it returns when the window may be read.
    :raises ValueError: ``timeout_s`` is negative.
    """
    if timeout_s is not None and timeout_s < 0:
        raise ValueError(f"timeout_s must be at least 0, got {timeout_s}")
    watch = Watch(
        stop=stop,
        timeout_s=timeout_s,
        on_retrieved=on_retrieved,
        on_partial=on_partial,
        interval_s=interval_s,
        give_way=give_way,
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
    """Call these functions for what is read in this block, as :func:`watched` does; an outer watch can still stop the reading."""
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
    """Return the watch of this thread; without one, a watch that does nothing."""
    return _current.get()
