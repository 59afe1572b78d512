"""The limiter: so many at a time, so many wait, the rest come again; work that nobody waits for stops."""

import asyncio
import threading
import time

import pytest

from needlepoint.api.errors import RefusedError
from needlepoint.api.limiter import Limiter
from needlepoint.api.limits import Limits


class Caller:
    """What the limiter needs of a request: news of its end."""

    def __init__(self):
        self.gone = asyncio.Event()

    async def receive(self):
        await self.gone.wait()
        return {"type": "http.disconnect"}


def until_stopped(stop, timeout_s):
    assert stop.wait(10)


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

    def work(stop, timeout_s):
        nonlocal most, now
        with lock:
            now += 1
            most = max(most, now)
        time.sleep(0.02)
        with lock:
            now -= 1
        return now

    async def scene(limiter):
        await asyncio.gather(*(limiter.run(Caller(), work) for _ in range(10)))

    run(scene, queue=10)
    assert most == 2


def test_beyond_the_queue_callers_are_asked_to_come_again():
    async def scene(limiter):
        caller = Caller()
        held = [asyncio.create_task(limiter.run(caller, until_stopped)) for _ in range(4)]
        await asyncio.sleep(0.05)
        assert (limiter.running, limiter.waiting) == (2, 2)
        with pytest.raises(RefusedError) as refused:
            await limiter.run(Caller(), until_stopped)
        caller.gone.set()
        await asyncio.gather(*held, return_exceptions=True)
        assert (limiter.running, limiter.waiting) == (0, 0)
        assert await limiter.run(Caller(), lambda stop, timeout_s: "answered") == "answered"
        return refused.value

    error = run(scene)
    assert error.status == 503
    assert error.retry_after_s >= 1


def test_work_that_takes_too_long_is_stopped():
    stopped = threading.Event()

    def work(stop, timeout_s):
        assert stop.wait(10)
        stopped.set()

    async def scene(limiter):
        began = time.monotonic()
        with pytest.raises(RefusedError) as refused:
            await limiter.run(Caller(), work)
        assert time.monotonic() - began < 5
        return refused.value

    assert run(scene, timeout_s=0.1).status == 504
    assert stopped.is_set()


def test_work_that_cannot_be_stopped_keeps_its_place_but_not_the_caller():
    go_on = threading.Event()

    def work(stop, timeout_s):
        go_on.wait(10)

    async def scene(limiter):
        began = time.monotonic()
        with pytest.raises(RefusedError) as refused:
            await limiter.run(Caller(), work)
        took_s, running = time.monotonic() - began, limiter.running
        go_on.set()
        await asyncio.sleep(0.1)
        return refused.value.status, took_s, running, limiter.running

    status, took_s, before, after = run(scene, timeout_s=0.1)
    assert (status, before, after) == (504, 1, 0)
    assert took_s < 5


def test_time_in_the_queue_counts():
    async def scene(limiter):
        caller = Caller()
        held = asyncio.create_task(limiter.run(caller, until_stopped))
        await asyncio.sleep(0.02)
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
        assert stop.wait(10)
        stopped.set()

    async def scene(limiter):
        caller = Caller()
        task = asyncio.create_task(limiter.run(caller, work))
        await asyncio.sleep(0.05)
        caller.gone.set()
        with pytest.raises(RefusedError):
            await task
        return limiter.running

    assert run(scene) == 0
    assert stopped.is_set()


def test_an_error_of_the_work_comes_out_as_itself():
    def work(stop, timeout_s):
        raise KeyError("inner")

    async def scene(limiter):
        with pytest.raises(KeyError):
            await limiter.run(Caller(), work)
        return limiter.running

    assert run(scene) == 0
