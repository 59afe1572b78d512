"""``/ask/stream``: a question's answers as they come, one JSON object a line."""

import asyncio
import threading
from collections.abc import AsyncIterator
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from needlepoint.answers.replies import Reply
from needlepoint.api.errors import status_of
from needlepoint.api.examples import errors
from needlepoint.api.replies import as_json
from needlepoint.api.routes.asking import answered, check_passages, check_ready, draw
from needlepoint.api.state import Question, State, StateHere
from needlepoint.errors import NeedlepointError
from needlepoint.pipelines.query import Listener
from needlepoint.reading.watching import watched

router = APIRouter(tags=["questions"])
Event = dict[str, Any]


@router.post(
    "/ask/stream",
    response_class=StreamingResponse,
    responses={200: {"content": {"application/x-ndjson": {}}}, **errors(400, 503, 504)},
)
async def ask_stream(request: Request, body: Question, state: StateHere) -> StreamingResponse:
    """Answer like `/ask`, but tell first what was found, then the answers so far, then the whole reply.

    Each line is an event: `{"event": "retrieved", "passages": [...]}`, then any number of
    `{"event": "partial", "reply": {...}}`, at last `{"event": "reply", "reply": {...}}` or `{"event": "error", "status": 504,
    "errors": [...]}`. Closing the connection stops the work.
    """
    check_ready(state)
    check_passages(body.passages, state)
    events: asyncio.Queue[Event | None] = asyncio.Queue()
    running = asyncio.create_task(state.limiter.run(request, _Reading(state, body, events)))
    running.add_done_callback(lambda _: events.put_nowait(None))
    first = await events.get()
    if first is None:  # refused, or the reader has nothing to tell before the end
        return _streamed(_alone(await running))
    return _streamed(_lines(first, events, running))


def _streamed(lines: AsyncIterator[bytes]) -> StreamingResponse:
    return StreamingResponse(lines, media_type="application/x-ndjson")


async def _alone(reply: Event) -> AsyncIterator[bytes]:
    yield as_json({"event": "reply", "reply": reply}) + b"\n"


async def _lines(
    first: Event, events: "asyncio.Queue[Event | None]", running: "asyncio.Task[Any]"
) -> AsyncIterator[bytes]:
    event: Event | None = first
    try:
        while event is not None:
            yield as_json(event) + b"\n"
            event = await events.get()
        yield as_json(await _last(running)) + b"\n"
    finally:
        running.add_done_callback(lambda task: task.cancelled() or task.exception())  # nobody else will hear of it
        running.cancel()


async def _last(running: "asyncio.Task[Any]") -> Event:
    try:
        return {"event": "reply", "reply": await running}
    except NeedlepointError as error:
        return {"event": "error", "status": status_of(error), "errors": [str(error)]}


class _Reading:
    """The work of one streamed question, done in a thread of the limiter."""

    def __init__(self, state: State, body: Question, events: "asyncio.Queue[Event | None]") -> None:
        self._state = state
        self._body = body
        self._events = events
        self._loop = asyncio.get_running_loop()

    def __call__(self, stop: threading.Event, timeout_s: float) -> Event:
        with watched(stop=stop, timeout_s=timeout_s):
            return self._drawn(answered(self._state, self._body, Listener(self._retrieved, self._partial)))

    def _retrieved(self, reply: Reply) -> None:
        self._tell({"event": "retrieved", "passages": self._drawn(reply)["nearest"]})

    def _partial(self, reply: Reply) -> None:
        drawn = self._drawn(reply)
        del drawn["nearest"]  # they came with the first event
        self._tell({"event": "partial", "reply": drawn})

    def _drawn(self, reply: Reply) -> Event:
        return draw(self._state, self._body, reply)

    def _tell(self, event: Event) -> None:
        self._loop.call_soon_threadsafe(self._events.put_nowait, event)
