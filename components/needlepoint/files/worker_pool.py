"""Reads files in processes of their own, so that no file can take the program's time, memory or life with it."""

import atexit
import contextlib
import functools
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import IO, Any, cast

from needlepoint.errors import NeedlepointError, ReadingStoppedError, UnreadableFileError
from needlepoint.files.limits import Limits
from needlepoint.files.worker import ReadFile

_CODE = "from needlepoint.files.worker import main; main()"
_SMALL_BYTES = 10_000_000
_BYTES_PER_CHARACTER = 6
_KEPT_VARIABLES = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT")
_POLL_S = 0.1
_START_S = 120.0
_START_BYTES = 1_000

_stop: ContextVar[threading.Event | None] = ContextVar("stop", default=None)


@contextlib.contextmanager
def stoppable(stop: threading.Event) -> Iterator[None]:
    """Let an event end the reading of files that is asked for inside the block, in this thread."""
    token = _stop.set(stop)
    try:
        yield
    finally:
        _stop.reset(token)


@dataclass(frozen=True, slots=True)
class ProcessLimits:
    """What one file may take.

    :param memory_mb: address space of a worker, in megabytes, where the system can limit it (Linux).
    :param timeout_s: seconds for a file of up to 10 MB; a larger file has more in proportion.
    """

    memory_mb: int = 2_000
    timeout_s: float = 60.0

    @classmethod
    def from_environment(cls) -> "ProcessLimits":
        """Read ``NEEDLEPOINT_FILE_MEMORY_MB`` and ``NEEDLEPOINT_FILE_TIMEOUT_S``.

        :raises NeedlepointError: one of them is no number, or too small.
        """
        memory, timeout = (
            _number("MEMORY_MB", cls().memory_mb, least=300),
            _number("TIMEOUT_S", cls().timeout_s, least=1),
        )
        return cls(memory_mb=int(memory), timeout_s=timeout)

    def seconds_for(self, path: Path) -> float:
        """Return how long a file may take."""
        try:
            size = path.stat().st_size
        except OSError:
            size = 0
        return self.timeout_s * max(1.0, size / _SMALL_BYTES)


def _number(name: str, default: float, *, least: float) -> float:
    text = os.environ.get(f"NEEDLEPOINT_FILE_{name}") or str(default)
    with contextlib.suppress(ValueError):
        if (number := float(text)) >= least:
            return number
    raise NeedlepointError(f"NEEDLEPOINT_FILE_{name} must be a number from {least:g}, got {text!r}")


class WorkerPool:
    """Worker processes that read files, one file at a time each. They start when they are needed.

    A worker that dies, runs out of memory or time is replaced; its file gets a reason, and the others are not touched.

    :param processes: how many files are read at once.
    :param limits: what one file may take.
    """

    def __init__(self, processes: int, limits: ProcessLimits) -> None:
        if processes < 1:
            raise ValueError(f"processes must be at least 1, got {processes}")
        self._limits = limits
        self._idle: SimpleQueue[_Worker] = SimpleQueue()
        self._threads = ThreadPoolExecutor(processes, thread_name_prefix="files")

    def read(self, paths: Sequence[Path], limits: Limits) -> Iterator[ReadFile | UnreadableFileError]:
        """Read files; results come in their order.

        :param limits: bounds on a file's size and text.
        :returns: for each path what was read, or why it was not.
        :raises ReadingStoppedError: the event of :func:`stoppable` was set; workers that read are killed.
        """
        stop = _stop.get() or threading.Event()
        given_up = threading.Event()
        results = [self._threads.submit(self._read, path, limits, given_up) for path in paths]
        try:
            for result in results:
                yield _when_done(result, stop)
        finally:
            given_up.set()
            for result in results:
                result.cancel()

    def _read(self, path: Path, limits: Limits, given_up: threading.Event) -> ReadFile | UnreadableFileError:
        worker = self._worker()
        was_used = worker.files > 0
        result = worker.read(path, limits, given_up)
        if worker.is_running:
            self._idle.put(worker)
        elif was_used and not worker.was_slow and not given_up.is_set():
            return self._read(path, limits, given_up)  # what it had read before may have filled its memory
        return result

    def _worker(self) -> "_Worker":
        while True:
            try:
                worker = self._idle.get_nowait()
            except Empty:
                return _Worker(self._limits)
            if worker.is_running:
                return worker

    def close(self) -> None:
        """End all workers."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        while not self._idle.empty():
            self._idle.get().kill()


def _when_done(
    result: "Future[ReadFile | UnreadableFileError]", stop: threading.Event
) -> ReadFile | UnreadableFileError:
    while True:
        if stop.is_set():
            raise ReadingStoppedError("stopped while files were being read")
        try:
            return result.result(timeout=_POLL_S)
        except TimeoutError:
            continue


class _Worker:
    """One process and the pipe to it."""

    def __init__(self, limits: ProcessLimits) -> None:
        self._limits = limits
        self.files = 0
        self.was_slow = False
        kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}  # no secrets
        paths = os.pathsep.join(path for path in sys.path if path)
        self._process = subprocess.Popen(
            [sys.executable, "-c", _CODE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**kept, "PYTHONPATH": paths},
        )
        self._requests = cast("IO[bytes]", self._process.stdin)
        self._replies = cast("IO[bytes]", self._process.stdout)
        _limit_memory(self._process.pid, limits.memory_mb)

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    def read(self, path: Path, limits: Limits, given_up: threading.Event) -> ReadFile | UnreadableFileError:
        self._wait_until_ready()
        self.files += 1
        done = threading.Event()
        watcher = threading.Thread(target=self._watch, args=(path, done, given_up), daemon=True)
        watcher.start()
        try:
            reply = self._ask(path, limits)
        finally:
            done.set()
            watcher.join()
        if reply is None:
            self.kill()
            return UnreadableFileError(self._reason(path))
        if reply.get("is_memory"):
            self.kill()
        try:
            return UnreadableFileError(str(reply["reason"])) if "reason" in reply else ReadFile.from_dict(reply["read"])
        except (KeyError, TypeError, ValueError):
            self.kill()
            return UnreadableFileError(self._reason(path))

    def _wait_until_ready(self) -> None:
        """Let the process start before the first file's time begins.

        :raises NeedlepointError: it does not start.
        """
        if self.files:
            return
        late = threading.Timer(_START_S, self._process.kill)
        late.start()
        try:
            if not self._replies.readline(_START_BYTES).endswith(b"\n"):
                self.kill()
                raise NeedlepointError(
                    f"the process that reads files does not start (exit code {self._process.returncode}):"
                    " free memory, or raise NEEDLEPOINT_FILE_MEMORY_MB"
                )
        finally:
            late.cancel()

    def _ask(self, path: Path, limits: Limits) -> dict[str, Any] | None:
        """Send a request and wait for its reply; None where the process ended, or says too much."""
        request = {"path": os.fspath(path.absolute()), "limits": asdict(limits)}
        longest = 1_000_000 + _BYTES_PER_CHARACTER * limits.max_characters
        try:
            self._requests.write(json.dumps(request).encode() + b"\n")
            self._requests.flush()
            line = self._replies.readline(longest)
            return dict(json.loads(line.decode("utf-8", "surrogatepass"))) if line.endswith(b"\n") else None
        except (OSError, ValueError):
            return None

    def _watch(self, path: Path, done: threading.Event, given_up: threading.Event) -> None:
        deadline = time.monotonic() + self._limits.seconds_for(path)
        while not done.wait(_POLL_S):
            self.was_slow = time.monotonic() > deadline
            if self.was_slow or given_up.is_set():
                self._process.kill()
                return

    def _reason(self, path: Path) -> str:
        if self.was_slow:
            seconds = self._limits.seconds_for(path)
            return (
                f"reading it took more than {seconds:,.0f} s: it may be made to stall; split it,"
                " or raise NEEDLEPOINT_FILE_TIMEOUT_S"
            )
        return (
            f"reading it needs more than {self._limits.memory_mb:,} MB of memory or crashes its library:"
            " open it in its program and save it again, or raise NEEDLEPOINT_FILE_MEMORY_MB"
        )

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._requests, self._replies):
            with contextlib.suppress(OSError):
                pipe.close()


if sys.platform == "linux":
    import resource

    def _limit_memory(pid: int, megabytes: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            resource.prlimit(pid, resource.RLIMIT_AS, (megabytes * 1_000_000, megabytes * 1_000_000))

else:

    def _limit_memory(pid: int, megabytes: int) -> None:
        """No such limit on this system: the time is limited all the same."""


@functools.cache
def shared_pool(processes: int) -> WorkerPool:
    """Return the process's pool; it is made at the first call and ends with the process.

    :raises NeedlepointError: a limit in the environment is not right.
    """
    pool = WorkerPool(processes, ProcessLimits.from_environment())
    atexit.register(pool.close)
    return pool
