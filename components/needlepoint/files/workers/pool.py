"""Reads files in processes of their own, so that no file can take the program's time, memory or life with it."""

import atexit
import contextlib
import functools
import os
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from time import monotonic

from needlepoint.files.workers.limits import ProcessLimits
from needlepoint.files.workers.process import FileRequest, Result, WorkerProcess, import_paths

_MOST_PROCESSES = 4  # beyond these, the program that uses what they read is slower than they are
_IDLE_S = 60.0


class WorkerPool:
    """Worker processes that read files, one file at a time each. They start when they are needed, and end when they are not.

    A worker that dies, runs out of memory or time is replaced; its file gets a reason, and the others are not touched.

    :param processes: how many files are read at once.
    :param limits: what one file may take.
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

    def submit(self, request: FileRequest, given_up: threading.Event) -> "Future[Result]":
        """Have a file read when a worker is free.

        :param given_up: set when nobody waits for the file any more: its worker is killed then.
        :returns: what was read, or why it was not; raises :class:`NeedlepointError` where no worker can be started.
        """
        return self._threads.submit(self._read, request, given_up)

    def warm_up(self) -> None:
        """Start a worker now, in the background, for the first file to come."""
        self._threads.submit(lambda: self._keep(self._worker()))

    def close(self) -> None:
        """End all workers; safe to call more than once."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._end_idle(0.0)

    def _read(self, request: FileRequest, given_up: threading.Event) -> Result:
        worker = self._worker()
        try:
            result = worker.read(request, given_up)
        except BaseException:
            worker.kill()
            raise
        if worker.is_running:
            self._keep(worker)
        return result

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


@functools.cache
def shared_pool() -> WorkerPool:
    """Return the program's pool; it is made at the first call and ends with the program.

    :raises NeedlepointError: a limit in the environment is invalid.
    """
    pool = WorkerPool(min(_cores(), _MOST_PROCESSES), ProcessLimits.from_environment())
    atexit.register(pool.close)
    return pool


def _cores() -> int:
    with contextlib.suppress(AttributeError):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=shared_pool.cache_clear)  # the pool's processes answer the parent
