"""The limiter: so many at a time, so many wait, the rest come again; work that nobody waits for stops."""

import asyncio
import functools
import threading

import pytest

from needlepoint.api.errors import RefusedError
from needlepoint.api.limiter import PATIENCE, Limiter
from needlepoint.api.limits import Limits
from waiting import LONGEST_S


class Caller:
    """What the limiter needs of a request: news of its end."""

    def __init__(self):
        self.gone = asyncio.Event()

    async def receive(self):
        await self.gone.wait()
        return {"type": "http.disconnect"}


def until_stopped(stop, timeout_s):
    assert stop.wait(LONGEST_S)


async def until(happens):
    async with asyncio.timeout(LONGEST_S):
        while not happens():
            await asyncio.sleep(0.01)


def run(scene, **limits):
    async def play():
        limiter = Limiter(Limits(**{"workers": 2, "queue": 2, "timeout_s": 30.0, **limits}))
        try:
            return await scene(limiter)
        finally:
            limiter.close()

    return asyncio.run(play())


def test_no_more_run_at_a_time_than_there_are_workers():
    most, now, lock = 0, 0, threading.Lock()
    two = threading.Barrier(2, timeout=LONGEST_S)

    def work(stop, timeout_s):
        nonlocal most, now
        with lock:
            now += 1
            most = max(most, now)
        two.wait()  # passed by two that are at work at the same time
        with lock:
            now -= 1
        two.wait()
        return now

    async def scene(limiter):
        await asyncio.gather(*(limiter.run(Caller(), work) for _ in range(10)))

    run(scene, queue=10)
    assert most == 2


def test_beyond_the_queue_callers_are_asked_to_come_again():
    async def scene(limiter):
        caller = Caller()
        held = [asyncio.create_task(limiter.run(caller, until_stopped)) for _ in range(4)]
        await until(lambda: (limiter.running, limiter.waiting) == (2, 2))
        with pytest.raises(RefusedError) as refused:
            await limiter.run(Caller(), until_stopped)
        caller.gone.set()
        await asyncio.gather(*held, return_exceptions=True)
        await until(lambda: (limiter.running, limiter.waiting) == (0, 0))
        assert await limiter.run(Caller(), lambda stop, timeout_s: "answered") == "answered"
        return refused.value

    error = run(scene)
    assert error.status == 503
    assert error.retry_after_s >= 1


def order_of(*asked):
    """Return the names of questions in the order in which they were read, one at a time, each with its number of passages."""
    read, go_on = [], threading.Event()

    async def scene(limiter):
        first = asyncio.create_task(limiter.run(Caller(), lambda stop, timeout_s: go_on.wait(LONGEST_S)))
        await until(lambda: limiter.running == 1)
        tasks = []
        for name, passages in asked:
            work = functools.partial(lambda name, stop, timeout_s: read.append(name), name)
            tasks.append(asyncio.create_task(limiter.run(Caller(), work, passages=passages)))
            await until(lambda: limiter.waiting == len(tasks))
        go_on.set()
        await asyncio.gather(first, *tasks)

    run(scene, workers=1, queue=100)
    return read


def test_short_questions_go_before_long_ones_that_came_just_before():
    assert order_of(("long", 1_000), ("first", 20), ("second", None), ("longer", 2_000)) == [
        "first",
        "second",
        "long",
        "longer",
    ]


def test_a_long_question_is_not_passed_for_ever():
    async def scene(limiter):
        limiter._s_per_passage = 0.001
        read, go_on = [], threading.Event()
        first = asyncio.create_task(limiter.run(Caller(), lambda stop, timeout_s: go_on.wait(LONGEST_S)))
        await until(lambda: limiter.running == 1)
        long = asyncio.create_task(limiter.run(Caller(), lambda stop, timeout_s: read.append("long"), passages=50))
        await until(lambda: limiter.waiting == 1)
        await asyncio.sleep(PATIENCE * 0.05)  # as long as its passages count
        short = asyncio.create_task(limiter.run(Caller(), lambda stop, timeout_s: read.append("short"), passages=1))
        await until(lambda: limiter.waiting == 2)
        go_on.set()
        await asyncio.gather(first, long, short)
        return read

    assert run(scene, workers=1) == ["long", "short"]


def test_the_expected_wait_counts_what_goes_before():
    async def scene(limiter):
        limiter._s_per_passage = 0.01
        caller, told = Caller(), []
        for passages in (100, 100, 20):
            work = limiter.run(caller, until_stopped, passages=passages, on_wait=told.append)
            asyncio.create_task(work).add_done_callback(lambda task: task.exception())
            await asyncio.sleep(0)
        await until(lambda: (limiter.running, limiter.waiting) == (1, 2))
        with pytest.raises(RefusedError) as refused:
            await limiter.run(Caller(), until_stopped)
        caller.gone.set()
        await until(lambda: (limiter.running, limiter.waiting) == (0, 0))
        return told, refused.value.retry_after_s

    told, again = run(scene, workers=1, queue=2)
    assert told == pytest.approx([1.0, 1.0], abs=0.2)  # the short one waits for what is running alone
    assert again == 2


def test_work_that_takes_too_long_is_stopped():
    stopped = threading.Event()

    def work(stop, timeout_s):
        until_stopped(stop, timeout_s)
        stopped.set()

    async def scene(limiter):
        with pytest.raises(RefusedError) as refused:
            await limiter.run(Caller(), work)
        return refused.value

    assert run(scene, timeout_s=0.1).status == 504
    assert stopped.is_set()


def test_work_that_cannot_be_stopped_keeps_its_place_but_not_the_caller():
    go_on, done = threading.Event(), threading.Event()

    def work(stop, timeout_s):
        go_on.wait(LONGEST_S)
        done.set()

    async def scene(limiter):
        with pytest.raises(RefusedError) as refused:
            await limiter.run(Caller(), work)
        assert not done.is_set(), "the caller need not wait for it"
        assert limiter.running == 1
        go_on.set()
        await until(lambda: limiter.running == 0)
        return refused.value.status

    assert run(scene, timeout_s=0.1) == 504


def test_time_in_the_queue_counts():
    async def scene(limiter):
        caller = Caller()
        held = asyncio.create_task(limiter.run(caller, until_stopped))
        await until(lambda: limiter.running == 1)
        waits = Limits(workers=1, timeout_s=0.1)
        limiter._timeout_s = waits.timeout_s
        with pytest.raises(RefusedError) as refused:
            await limiter.run(Caller(), until_stopped)
        caller.gone.set()
        await asyncio.gather(held, return_exceptions=True)
        return refused.value

    assert run(scene, workers=1).status == 503


def test_work_stops_when_the_caller_has_gone():
    stopped = threading.Event()

    def work(stop, timeout_s):
        until_stopped(stop, timeout_s)
        stopped.set()

    async def scene(limiter):
        caller = Caller()
        task = asyncio.create_task(limiter.run(caller, work))
        await until(lambda: limiter.running == 1)
        caller.gone.set()
        with pytest.raises(RefusedError):
            await task
        await until(lambda: limiter.running == 0)

    run(scene)
    assert stopped.is_set()


def test_an_error_of_the_work_comes_out_as_itself():
    def work(stop, timeout_s):
        raise KeyError("inner")

    async def scene(limiter):
        with pytest.raises(KeyError):
            await limiter.run(Caller(), work)
        return limiter.running

    assert run(scene) == 0
