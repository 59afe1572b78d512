"""Files that are read while those before them are used: in order, a few at a time, and stopped on demand."""

import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from needlepoint.errors import ReadingStoppedError
from needlepoint.files.file_document import FileDocument
from needlepoint.files.limits import Limits
from needlepoint.files.workers.pool import OnPage, WorkerPool, ignored, shared_pool
from needlepoint.files.workers.requests import FileRequest, Result

_POLL_S = 0.1
MOST_HELD = 20_000_000
"""Characters of files that are read and not used yet; beyond them no further file is begun."""

_stop: ContextVar[threading.Event | None] = ContextVar("stop", default=None)
_on_page: ContextVar[OnPage] = ContextVar("on_page", default=ignored)
_current: ContextVar["Reading | None"] = ContextVar("reading", default=None)


@contextmanager
def page_progress(on_page: OnPage) -> Iterator[None]:
    """Tell of each page that OCR has read in files whose reading is asked for inside the block, in this thread.

    :param on_page: called, from another thread, with the file, how many of its pages are read and how many there are to read.
    """
    token = _on_page.set(on_page)
    try:
        yield
    finally:
        _on_page.reset(token)


@contextmanager
def stoppable(stop: threading.Event) -> Iterator[None]:
    """Let an event end the reading of files that is asked for inside the block, in this thread."""
    token = _stop.set(stop)
    try:
        yield
    finally:
        _stop.reset(token)


class Reading:
    """Files that somebody will use, one after the other. Leaving the ``with`` block stops what is still being read.

    :param pool: whose workers read them.
    """

    def __init__(self, pool: WorkerPool) -> None:
        self._pool = pool
        self._stop = _stop.get() or threading.Event()
        self._on_page = _on_page.get()
        self._given_up = threading.Event()
        self._lock = threading.RLock()  # a file may be read before its callback is set
        self._waiting: OrderedDict[FileRequest, None] = OrderedDict()
        self._begun: dict[FileRequest, Future[Result]] = {}
        self._requests: dict[Path, FileRequest] = {}
        self._running = 0
        self._held = 0

    def begin(self, requests: Iterable[FileRequest]) -> None:
        """Have files read as soon as there is room for them."""
        with self._lock:
            self._waiting.update({request: None for request in requests if request not in self._begun})
        self._begin_more()

    def look(self, request: FileRequest) -> Result:
        """Wait for a file, and keep what was read for whoever takes it.

        :raises ReadingStoppedError: the event of :func:`stoppable` was set.
        """
        with self._lock:
            if request not in self._begun:
                self._waiting.pop(request, None)
                self._submit(request)
            future = self._begun[request]
        while not self._stop.is_set():
            try:
                return future.result(timeout=_POLL_S)
            except TimeoutError:
                continue
        raise ReadingStoppedError("stopped while files were being read")

    def take(self, request: FileRequest) -> Result:
        """Wait for a file, and hand over what was read.

        :raises ReadingStoppedError: the event of :func:`stoppable` was set.
        """
        result = self.look(request)
        with self._lock:
            self._requests.pop(request.path, None)
            if self._begun.pop(request, None) is not None:
                self._held -= _characters(result)
        self._begin_more()
        return result

    def request_for(self, path: Path, limits: Limits) -> FileRequest:
        """Return the request under which a file is begun: that of a file inside of another knows where its bytes are."""
        with self._lock:
            return self._requests.get(path) or FileRequest(path, limits)

    def amend(self, request: FileRequest, result: Result) -> None:
        """Put another result in the place of what was read, for whoever takes it."""
        future: Future[Result] = Future()
        future.set_result(result)
        with self._lock:
            self._begun[request] = future
            self._requests[request.path] = request

    def close(self) -> None:
        """Stop what is being read; safe to call more than once."""
        self._given_up.set()
        with self._lock:
            self._waiting.clear()
            for future in self._begun.values():
                future.cancel()

    def __enter__(self) -> "Reading":
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def _begin_more(self) -> None:
        with self._lock:
            while self._waiting and self._running <= self._pool.processes and self._held <= MOST_HELD:
                self._submit(self._waiting.popitem(last=False)[0])

    def _submit(self, request: FileRequest) -> None:
        self._running += 1
        future = self._begun[request] = self._pool.submit(request, self._given_up, self._on_page)
        future.add_done_callback(self._end)

    def _end(self, future: "Future[Result]") -> None:
        """Note in the worker's thread that a file is read."""
        with self._lock:
            self._running -= 1
            if not future.cancelled() and future.exception() is None:
                self._held += _characters(future.result())
        self._begin_more()


@contextmanager
def current_reading() -> Iterator[Reading]:
    """Return the reading of files that goes on around the caller; where there is none, one of its own."""
    current = _current.get()
    if current is not None:
        yield current
        return
    with Reading(shared_pool()) as reading:
        yield reading


@contextmanager
def used(reading: Reading) -> Iterator[None]:
    """Let what reads files inside the block, in this thread, find what is read already."""
    token = _current.set(reading)
    try:
        yield
    finally:
        _current.reset(token)


def has_current_reading() -> bool:
    """Whether somebody reads files ahead around the caller."""
    return _current.get() is not None


def _characters(result: Result) -> int:
    return len(result.text) if isinstance(result, FileDocument) else 0
