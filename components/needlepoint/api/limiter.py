"""Limits how many questions are read at a time and how many may wait; further ones get 503.

Short questions go first, but none waits for ever: those that wait are ordered by the moment at which they came, plus
:data:`PATIENCE` times the seconds for which they will be read. So a question of 20 passages passes one of 1,000, unless that has
waited long.
"""

import asyncio
import contextvars
import heapq
import itertools
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, TypeVar

from starlette.requests import Request

from needlepoint.api.errors import RefusedError
from needlepoint.api.limits import Limits
from needlepoint.encoders.processor import usable_cores

T = TypeVar("T")
_CLOSED_REQUEST = 499  # for the log and the metrics: the client has gone
_STOPPING_S = 1.0  # work that can be stopped ends in a fraction of this
PATIENCE = 3.0
_USUAL_PASSAGES = 20
_LATEST = 0.2  # how much the last question counts in the time for a passage


@dataclass(order=True, slots=True)
class _Waiting:
    """A question that waits; those with an earlier moment go first."""

    moment: float
    number: int
    expected_s: float = field(compare=False)
    turn: "asyncio.Future[None]" = field(compare=False)


class Limiter:
    """Runs questions in threads of its own, within the limits of the process.

    :param limits: ``workers``, ``queue`` and ``timeout_s``.
    """

    def __init__(self, limits: Limits) -> None:
        self.workers = limits.workers or usable_cores()
        self._queue = limits.queue
        self._timeout_s = limits.timeout_s
        self._threads = ThreadPoolExecutor(self.workers, thread_name_prefix="question")
        self.waiting = 0
        self.running = 0
        self._free = self.workers
        self._line: list[_Waiting] = []
        self._numbers = itertools.count()
        self._ends: dict[int, float] = {}  # when what is running will be done, as far as one can tell
        self._s_per_passage = 0.5 / _USUAL_PASSAGES

    async def run(
        self,
        request: Request,
        work: Callable[[threading.Event, float], T],
        *,
        passages: int | None = None,
        on_wait: Callable[[float], None] = lambda expected_s: None,
    ) -> T:
        """Do a piece of work when its turn comes.

        :param request: the work is stopped when its client disconnects.
        :param work: gets an event that is set when it should stop, and the seconds that it may take.
        :param passages: how many passages it reads; None is the usual number.
        :param on_wait: called once if the work has to wait, with the expected seconds.
        :raises RefusedError: 503 with Retry-After if too many wait, 504 if the time is up. Work that cannot be stopped, such
            as that of Haystack's own readers, keeps its slot until it is done.
        """
        began, size = monotonic(), passages or _USUAL_PASSAGES
        await self._take_slot(size * self._s_per_passage, on_wait)
        return await self._watched(request, work, self._timeout_s - (monotonic() - began), size)

    async def _take_slot(self, expected_s: float, on_wait: Callable[[float], None]) -> None:
        if self._free:
            self._free -= 1
        else:
            await self._wait_for_turn(expected_s, on_wait)
        self.running += 1

    async def _wait_for_turn(self, expected_s: float, on_wait: Callable[[float], None]) -> None:
        if self.waiting >= self._queue:
            raise self._busy()
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        own = _Waiting(monotonic() + PATIENCE * expected_s, next(self._numbers), expected_s, turn)
        heapq.heappush(self._line, own)
        self.waiting += 1
        try:
            on_wait(self._expected_wait_s(own))
            await asyncio.wait_for(turn, self._timeout_s)
        except TimeoutError:
            raise self._busy() from None
        except BaseException:
            if turn.done() and not turn.cancelled():  # it was this question's turn when its caller went
                self._pass_on()
            raise
        finally:
            self.waiting -= 1

    def _pass_on(self) -> None:
        """Give a slot to the next that waits."""
        while self._line:
            turn = heapq.heappop(self._line).turn
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1

    def _expected_wait_s(self, own: _Waiting | None = None) -> float:
        """Return how long a question waits: until what is running and what goes before it is done."""
        now = monotonic()
        ahead = [each.expected_s for each in self._line if not each.turn.done() and (own is None or each < own)]
        under_way = [max(0.0, end - now) for end in self._ends.values()]
        return (sum(ahead) + sum(under_way)) / self.workers

    def _busy(self) -> RefusedError:
        wait_s = max(1, round(self._expected_wait_s()))
        return RefusedError(503, f"too many questions at once: ask again in about {wait_s} s", retry_after_s=wait_s)

    async def _watched(
        self, request: Request, work: Callable[[threading.Event, float], T], left_s: float, size: int
    ) -> T:
        stop = threading.Event()
        running = self._begin(work, stop, left_s, size)
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
        self, work: Callable[[threading.Event, float], T], stop: threading.Event, left_s: float, size: int
    ) -> "asyncio.Future[T]":
        """Start the work; its slot is freed when its thread ends, even if nobody waits for it any more."""
        began, number = monotonic(), next(self._numbers)
        self._ends[number] = began + size * self._s_per_passage

        def free(done: "asyncio.Future[T]") -> None:
            self.running -= 1
            del self._ends[number]
            self._pass_on()
            # an error is retrieved, so that asyncio does not report one that nobody waited for
            if not done.cancelled() and done.exception() is None and not stop.is_set():
                self._s_per_passage += _LATEST * ((monotonic() - began) / size - self._s_per_passage)

        context = contextvars.copy_context()
        try:
            running: asyncio.Future[T] = asyncio.get_running_loop().run_in_executor(
                self._threads, context.run, work, stop, left_s
            )
        except RuntimeError:  # the service is shutting down
            self.running -= 1
            del self._ends[number]
            self._pass_on()
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
