"""Limits how many questions are read at a time and how many may wait; further ones get 503."""

import asyncio
import contextvars
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import Any, TypeVar

from starlette.requests import Request

from needlepoint.api.errors import RefusedError
from needlepoint.api.limits import Limits
from needlepoint.encoders.processor import usable_cores

T = TypeVar("T")
_CLOSED_REQUEST = 499  # for the log and the metrics: the client has gone
_STOPPING_S = 1.0  # work that can be stopped ends in a fraction of this


class Limiter:
    """Runs questions in threads of its own, within the limits of the process.

    :param limits: ``workers``, ``queue`` and ``timeout_s``.
    """

    def __init__(self, limits: Limits) -> None:
        self.workers = limits.workers or usable_cores()
        self._queue = limits.queue
        self._timeout_s = limits.timeout_s
        self._slots = asyncio.Semaphore(self.workers)
        self._threads = ThreadPoolExecutor(self.workers, thread_name_prefix="question")
        self.waiting = 0
        self.running = 0
        self._last_s = 0.5

    async def run(self, request: Request, work: Callable[[threading.Event, float], T]) -> T:
        """Do a piece of work when its turn comes.

        :param request: the work is stopped when its client disconnects.
        :param work: gets an event that is set when it should stop, and the seconds that it may take.
        :raises RefusedError: 503 with Retry-After if too many wait, 504 if the time is up. Work that cannot be stopped, such
            as that of Haystack's own readers, keeps its slot until it is done.
        """
        began = monotonic()
        await self._take_slot()
        return await self._watched(request, work, self._timeout_s - (monotonic() - began))

    async def _take_slot(self) -> None:
        if self.waiting >= self._queue and self._slots.locked():
            raise self._busy()
        self.waiting += 1
        try:
            await asyncio.wait_for(self._slots.acquire(), self._timeout_s)
        except TimeoutError:
            raise self._busy() from None
        finally:
            self.waiting -= 1
        self.running += 1

    def _busy(self) -> RefusedError:
        wait_s = max(1, round(self._last_s * (self.waiting + 1) / self.workers))
        return RefusedError(503, "too many questions at once: ask again in a moment", retry_after_s=wait_s)

    async def _watched(self, request: Request, work: Callable[[threading.Event, float], T], left_s: float) -> T:
        stop = threading.Event()
        running = self._begin(work, stop, left_s)
        gone = asyncio.create_task(_until_gone(request))
        both: set[asyncio.Future[Any]] = {running, gone}
        try:
            await asyncio.wait(both, timeout=left_s, return_when=asyncio.FIRST_COMPLETED)
            if running.done():
                return running.result()
        finally:
            stop.set()
            gone.cancel()
        has_gone = gone.done()
        await asyncio.wait({running}, timeout=None if has_gone else _STOPPING_S)
        if has_gone:
            raise RefusedError(_CLOSED_REQUEST, "the connection was closed")
        raise RefusedError(
            504,
            f"the question took more than {self._timeout_s:g} s: ask with fewer passages, or raise NEEDLEPOINT_TIMEOUT_S",
        )

    def _begin(
        self, work: Callable[[threading.Event, float], T], stop: threading.Event, left_s: float
    ) -> "asyncio.Future[T]":
        """Start the work; its slot is freed when its thread ends, even if nobody waits for it any more."""
        began = monotonic()

        def free(done: "asyncio.Future[T]") -> None:
            self.running -= 1
            self._slots.release()
            self._last_s = monotonic() - began
            if not done.cancelled():
                done.exception()  # retrieved, so that asyncio does not report an error that nobody waited for

        context = contextvars.copy_context()
        try:
            running: asyncio.Future[T] = asyncio.get_running_loop().run_in_executor(
                self._threads, context.run, work, stop, left_s
            )
        except RuntimeError:  # the service is shutting down
            self.running -= 1
            self._slots.release()
            raise RefusedError(503, "the service is shutting down: ask again in a moment", retry_after_s=5) from None
        running.add_done_callback(free)
        return running

    def close(self) -> None:
        """Accept no more work, and wait for what is running."""
        self._threads.shutdown(wait=True, cancel_futures=True)


async def _until_gone(request: Request) -> None:
    while True:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            return
