"""``/ask/stream``: a question's answers as they come, one JSON object on each line."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator
from typing import Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from needlepoint.answers.replies import Reply
from needlepoint.api.errors import status_of
from needlepoint.api.examples import errors
from needlepoint.api.handlers import retry_after_of, told_unexpected
from needlepoint.api.needs import needs, tell
from needlepoint.api.responses import as_json
from needlepoint.api.routes.asking import (
    answers_to,
    ask_json,
    cache_key,
    check_passages,
    check_ready,
    kept,
    prepared,
)
from needlepoint.api.state import Question, State, StateDep
from needlepoint.errors import NeedlepointError
from needlepoint.people.person import Role
from needlepoint.pipelines.query import Listener
from needlepoint.reading.watching import watched

router = APIRouter(tags=["questions"])
Event = dict[str, Any]


@router.post(
    "/ask/stream",
    response_class=StreamingResponse,
    responses={200: {"content": {"application/x-ndjson": {}}}, **errors(400, 503, 504)},
)
@needs(Role.READ, "asked")
async def ask_stream(request: Request, body: Question, state: StateDep) -> StreamingResponse:
    """Answer as `/ask` does, but send the retrieved passages first, then the best answers so far, then the whole reply.

    Each line is an event: `{"event": "waiting", "expected_s": 2.5}` if others are asking, `{"event": "retrieved", "passages":
    [...]}`, then any number of
    `{"event": "partial", "reply": {...}}`, and last `{"event": "reply", "reply": {...}}` or `{"event": "error", "status": 504,
    "errors": [...]}`, with `retry_after` in seconds where the same question may succeed later. Closing the connection stops the
    work. The reply to a question that was asked before comes alone, unless the collection has changed since.
    """
    tell(body.question)
    check_ready(state)
    check_passages(body.passages, state)
    asked = prepared(state, body)
    key = cache_key(state, body)
    if (reply := state.cache.find(key)) is not None:
        return _streamed(_alone(await run_in_threadpool(kept, state, body, asked, json.loads(reply))))
    events: asyncio.Queue[Event | None] = asyncio.Queue()
    reading = _Reading(state, body, asked, key, events)
    running = asyncio.create_task(
        state.limiter.run(request, reading, passages=body.passages, on_wait=reading.tell_wait)
    )
    running.add_done_callback(lambda _: events.put_nowait(None))
    first = await events.get()
    if first is None:  # refused, or the reader sent nothing before the end
        return _streamed(_alone(await running))
    return _streamed(_lines(first, events, running, request))


def _streamed(lines: AsyncIterator[bytes]) -> StreamingResponse:
    return StreamingResponse(lines, media_type="application/x-ndjson")


async def _alone(reply: Event) -> AsyncIterator[bytes]:
    yield as_json({"event": "reply", "reply": reply}) + b"\n"


async def _lines(
    first: Event, events: "asyncio.Queue[Event | None]", running: "asyncio.Task[Any]", request: Request
) -> AsyncIterator[bytes]:
    event: Event | None = first
    try:
        while event is not None:
            yield as_json(event) + b"\n"
            event = await events.get()
        yield as_json(await _last(running, request)) + b"\n"
    finally:
        running.add_done_callback(
            lambda task: task.cancelled() or task.exception()
        )  # else asyncio reports it as unretrieved
        running.cancel()


async def _last(running: "asyncio.Task[Any]", request: Request) -> Event:
    try:
        return {"event": "reply", "reply": await running}
    except NeedlepointError as error:
        again = retry_after_of(error)
        told = {"event": "error", "status": status_of(error), "errors": [str(error)]}
        return told if again is None else {**told, "retry_after": again}
    except Exception as error:  # the stream has begun, so nobody else can say it
        return {"event": "error", "status": 500, "errors": [told_unexpected(request.scope, error)]}


class _Reading:
    """The work of one streamed question, done in a thread of the limiter."""

    def __init__(
        self, state: State, body: Question, asked: Event, key: Any, events: "asyncio.Queue[Event | None]"
    ) -> None:
        self._state = state
        self._body = body
        self._asked = asked
        self._key = key
        self._events = events
        self._loop = asyncio.get_running_loop()

    def __call__(self, stop: threading.Event, timeout_s: float) -> Event:
        with watched(stop=stop, timeout_s=timeout_s):
            whole = self._json(answers_to(self._state, self._body, Listener(self._retrieved, self._partial)))
        self._state.cache.keep(self._key, as_json(whole))
        return kept(self._state, self._body, self._asked, whole)

    def tell_wait(self, expected_s: float) -> None:
        """Tell how long the question is expected to wait; called by the event loop."""
        self._events.put_nowait({"event": "waiting", "expected_s": round(expected_s, 1)})

    def _retrieved(self, reply: Reply) -> None:
        self._tell({"event": "retrieved", "passages": self._json(reply)["nearest"]})

    def _partial(self, reply: Reply) -> None:
        partial = self._json(reply)
        del partial["nearest"]  # the first event had them
        self._tell({"event": "partial", "reply": partial})

    def _json(self, reply: Reply) -> Event:
        return ask_json(self._state, self._body, reply)

    def _tell(self, event: Event) -> None:
        self._loop.call_soon_threadsafe(self._events.put_nowait, event)
