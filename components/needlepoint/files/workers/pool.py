"""Reads files in processes of their own, so that no file can take the program's time, memory or life with it."""

import atexit
import contextlib
import functools
import os
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import TypeVar

from needlepoint.errors import NeedlepointError
from needlepoint.files.ocr.scans import Missing, OcrPlan
from needlepoint.files.ocr.settings import OcrSettings
from needlepoint.files.workers.limits import ProcessLimits
from needlepoint.files.workers.process import WorkerProcess, import_paths
from needlepoint.files.workers.requests import FileRequest, Result, WaitingPages

_MOST_PROCESSES = 4  # beyond these, the program that uses what they read is slower than they are
_IDLE_S = 60.0


OnPage = Callable[[Path, int, int], None]
_Found = TypeVar("_Found")


def ignored(path: Path, done: int, total: int) -> None:
    """Tell nobody that a page is read."""


class WorkerPool:
    """Worker processes that read files, one file at a time each. They start when they are needed, and end when they are not.

    A worker that dies, runs out of memory or time is replaced; its file gets a reason, and the others are not touched. Pages
    that are pictures are read by as many further workers, a page at a time each, which keep the models of OCR in memory.

    :param processes: how many files are read at once.
    :param limits: what one file, or one page that is a picture, may take.
    """

    def __init__(self, processes: int, limits: ProcessLimits) -> None:
        if processes < 1:
            raise ValueError(f"processes must be at least 1, got {processes}")
        self.processes = processes
        self._limits = limits
        self._lock = threading.Lock()
        self._idle: list[tuple[WorkerProcess, float]] = []
        self._timer: threading.Timer | None = None
        self._threads = ThreadPoolExecutor(processes, thread_name_prefix="files")
        self._pages: WorkerPool | None = None

    def submit(self, request: FileRequest, given_up: threading.Event, on_page: OnPage = ignored) -> "Future[Result]":
        """Have a file read when a worker is free.

        :param given_up: set when nobody waits for the file any more: its worker is killed then.
        :param on_page: called with the path, how many pages OCR has read and how many it is to read.
        :returns: what was read, or why it was not; raises :class:`NeedlepointError` where no worker can be started.
        """
        return self._threads.submit(self._read, request, given_up, on_page)

    def recognise(
        self, request: FileRequest, pages: Sequence[int], given_up: threading.Event, on_page: OnPage = ignored
    ) -> dict[int, str]:
        """Have pages of a file read by OCR, each when a worker is free, and wait for all of them; they are in the cache then.

        :param pages: by index from 0.
        :returns: why pages could not be read; those that were are left out.
        """
        pool, plan = self._page_pool(), OcrPlan(OcrSettings.from_environment())
        with _in_a_file(request) as at_hand:
            futures = {pool._threads.submit(pool._recognise, at_hand, page, given_up, plan): page for page in pages}
            failures = {}
            for done, future in enumerate(as_completed(futures), start=1):
                on_page(request.path, done, len(futures))
                if reason := future.result():
                    failures[futures[future]] = reason
        return failures

    def warm_up(self) -> None:
        """Start a worker now, in the background, for the first file to come."""
        self._threads.submit(lambda: self._keep(self._worker()))

    def close(self) -> None:
        """End all workers; safe to call more than once."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._end_idle(0.0)
        if self._pages is not None:
            self._pages.close()

    def _page_pool(self) -> "WorkerPool":
        with self._lock:
            if self._pages is None:
                self._pages = WorkerPool(self.processes, self._limits.of_pages)
            return self._pages

    def _read(self, request: FileRequest, given_up: threading.Event, on_page: OnPage) -> Result:
        settings = OcrSettings.from_environment()
        found = self._with_worker(lambda worker: worker.read(request, given_up, OcrPlan(settings, Missing.WAIT)))
        if isinstance(found, WaitingPages):
            failures = self.recognise(request, found.pages, given_up, on_page)
            plan = OcrPlan(settings, Missing.LEAVE, failures)
            found = self._with_worker(lambda worker: worker.read(request, given_up, plan))
        if isinstance(found, WaitingPages):
            raise NeedlepointError("a page that was read by OCR waits to be read: this is a defect, please report it")
        return found

    def _recognise(self, request: FileRequest, page: int, given_up: threading.Event, plan: OcrPlan) -> str:
        if given_up.is_set():
            return "it was stopped before it was read"
        return self._with_worker(lambda worker: worker.recognise(request, page, given_up, plan))

    def _with_worker(self, use: Callable[[WorkerProcess], _Found]) -> _Found:
        """Use a worker, and keep it for the next file if it still runs."""
        worker = self._worker()
        try:
            found = use(worker)
        except BaseException:
            worker.kill()
            raise
        if worker.is_running:
            self._keep(worker)
        return found

    def _worker(self) -> WorkerProcess:
        while True:
            with self._lock:
                worker = self._idle.pop()[0] if self._idle else None
            if worker is None:
                return WorkerProcess(self._limits)
            if worker.is_running and worker.import_paths == import_paths():
                return worker
            worker.kill()

    def _keep(self, worker: WorkerProcess) -> None:
        with self._lock:
            self._idle.append((worker, monotonic()))
            self._begin_timer()

    def _begin_timer(self) -> None:
        if self._timer is None:
            self._timer = threading.Timer(_IDLE_S, self._end_old)
            self._timer.daemon = True
            self._timer.start()

    def _end_old(self) -> None:
        with self._lock:
            self._timer = None
        self._end_idle(_IDLE_S)
        with self._lock:
            if self._idle:
                self._begin_timer()

    def _end_idle(self, seconds: float) -> None:
        """End the workers that have had nothing to do for so long."""
        now = monotonic()
        with self._lock:
            old = [worker for worker, since in self._idle if now - since >= seconds]
            self._idle = [entry for entry in self._idle if now - entry[1] < seconds]
        for worker in old:
            worker.kill()


@contextlib.contextmanager
def _in_a_file(request: FileRequest) -> Iterator[FileRequest]:
    """Put the bytes that a request brings into a file for as long as pages of it are read, once for all of them."""
    if request.data is None:
        yield request
        return
    with tempfile.NamedTemporaryFile(prefix="needlepoint-") as file:
        file.write(request.data)
        file.flush()
        name = request.name or request.path.name
        yield replace(request, data=None, at=Path(file.name), name=name)


@functools.cache
def shared_pool() -> WorkerPool:
    """Return the program's pool; it is made at the first call and ends with the program.

    :raises NeedlepointError: a limit in the environment is invalid.
    """
    OcrSettings.from_environment()  # a mistake in it is told now, not when the first scan comes
    pool = WorkerPool(min(_cores(), _MOST_PROCESSES), ProcessLimits.from_environment())
    atexit.register(pool.close)
    return pool


def _cores() -> int:
    with contextlib.suppress(AttributeError):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=shared_pool.cache_clear)  # the pool's processes answer the parent
