"""The routes that answer questions."""

import logging
import threading
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import Field

from needlepoint.answers.replies import Reply as Answers
from needlepoint.api.drawing import document_ids, drawn
from needlepoint.api.errors import RefusedError
from needlepoint.api.examples import ANSWERED, HAYSTACK_ANSWERED, errors
from needlepoint.api.replies import as_json
from needlepoint.api.state import Body, Question, State, StateHere
from needlepoint.pipelines.query import Listener
from needlepoint.reading.watching import watched
from needlepoint.service.asking import MAX_QUESTION_CHARACTERS

logger = logging.getLogger("needlepoint.api")
router = APIRouter(tags=["questions"])
_WANTED_FOR_ONE = 5  # answers asked for one card: those of equal words share it


class Query(Body):
    """What Haystack's ``/query`` takes."""

    query: str = Field(..., max_length=MAX_QUESTION_CHARACTERS, example="When does the lease end?")
    params: dict[str, Any] | None = Field(
        None,
        description="Parameters by node name, and filters for all nodes.",
        example={"filters": {"type": ["pdf"]}, "Retriever": {"top_k": 20}, "Reader": {"top_k": 3}},
    )
    debug: bool | None = False


@router.post("/ask", responses={200: ANSWERED, **errors(400, 503, 504)})
async def ask(request: Request, body: Question, state: StateHere) -> Response:
    """Answer a question with exact words of the documents, each with all places where it stands."""
    check_ready(state)
    check_passages(body.passages, state)

    def work(stop: threading.Event, timeout_s: float) -> bytes:
        with watched(stop=stop, timeout_s=timeout_s):
            return as_json(draw(state, body, answered(state, body)))

    return await _remembered(state, request, state.cache.key("ask", body.json()), work)


async def _remembered(
    state: State, request: Request, key: Any, work: Callable[[threading.Event, float], bytes]
) -> Response:
    reply = state.cache.find(key)
    if reply is None:
        reply = await state.limiter.run(request, work)
        state.cache.keep(key, reply)
    return Response(reply, media_type="application/json")


@router.post("/query", tags=["haystack"], responses={200: HAYSTACK_ANSWERED, **errors(400, 503, 504)})
async def query(request: Request, body: Query, state: StateHere) -> Response:
    """Answer a question as Haystack's service does."""
    check_ready(state)
    check_passages(state.service.asking.passages_in(body.params or {}), state)

    def work(stop: threading.Event, timeout_s: float) -> bytes:
        with watched(stop=stop, timeout_s=timeout_s):
            reply = state.service.query(body.query, params=body.params, debug=bool(body.debug))
        note(state, reply)
        return as_json({**reply.to_dict(), **({"_debug": reply.debug} if body.debug else {})})

    return await _remembered(state, request, state.cache.key("query", body.json()), work)


def answered(state: State, body: Question, listener: Listener | None = None) -> Answers:
    """Ask for more answers than there will be cards."""
    reply = state.service.ask(
        body.question,
        top_k=body.answers * _WANTED_FOR_ONE,
        passages=body.passages,
        filters=body.filters or None,
        listener=listener,
    )
    note(state, reply)
    return reply


def note(state: State, reply: Answers) -> None:
    """Measure a question that was answered; log it only if that was asked for."""
    state.metrics.question(retrieval_s=reply.retrieval_s, reading_s=reply.reading_s)
    if state.limits.log_questions:
        logger.info("question %r, found %s", reply.question, reply.found)


def draw(state: State, body: Question, reply: Answers) -> dict[str, Any]:
    """Return a reply as ``/ask`` gives it."""
    metas = state.service.texts.metas(document_ids(reply))
    return drawn(reply, answers=body.answers, metas=metas, reader=state.service.reader_facts)


def check_ready(state: State) -> None:
    """Refuse with 503 while the reader is being loaded, or when it cannot be."""
    if state.trouble:
        raise RefusedError(503, state.trouble, retry_after_s=30)
    if not state.is_ready:
        raise RefusedError(503, "the reader is being loaded: ask again in a moment", retry_after_s=2)


def check_passages(passages: int | None, state: State) -> None:
    """Keep one question from taking the service for itself."""
    most = state.limits.max_passages
    if passages is not None and passages > most:
        raise RefusedError(400, f"at most {most:,} passages are read for one question here (NEEDLEPOINT_MAX_PASSAGES)")
