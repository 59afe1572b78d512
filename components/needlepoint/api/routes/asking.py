"""The routes that answer questions."""

import json
import logging
import threading
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from pydantic import Field

from needlepoint.answers.replies import Reply
from needlepoint.api.errors import RefusedError
from needlepoint.api.examples import ANSWERED, HAYSTACK_ANSWERED, errors
from needlepoint.api.needs import needs, tell
from needlepoint.api.reply_json import document_ids, reply_json
from needlepoint.api.responses import JsonReply, as_json
from needlepoint.api.state import Body, Question, State, StateDep
from needlepoint.people.person import Role
from needlepoint.pipelines.query import Listener
from needlepoint.reading.watching import watched
from needlepoint.service.asking import MAX_QUESTION_CHARACTERS

logger = logging.getLogger("needlepoint.api")
router = APIRouter(tags=["questions"])
_ANSWERS_PER_CARD = 5  # equal answers share a card, so more answers are asked for than cards are shown


class Query(Body):
    """The body of Haystack's ``/query``."""

    query: str = Field(..., max_length=MAX_QUESTION_CHARACTERS, example="When does the lease end?")
    params: dict[str, Any] | None = Field(
        None,
        description="Parameters by node name, and filters for all nodes.",
        example={"filters": {"type": ["pdf"]}, "Retriever": {"top_k": 20}, "Reader": {"top_k": 3}},
    )
    debug: bool | None = False


@router.post("/ask", responses={200: ANSWERED, **errors(400, 503, 504)})
@needs(Role.READ, "asked")
async def ask(request: Request, body: Question, state: StateDep) -> Response:
    """Answer a question in the exact words of the documents; each answer has every place where it occurs."""
    tell(body.question)
    check_ready(state)
    check_passages(body.passages, state)
    asked = prepared(state, body)

    def work(stop: threading.Event, timeout_s: float) -> bytes:
        with watched(stop=stop, timeout_s=timeout_s):
            return as_json(ask_json(state, body, answers_to(state, body)))

    reply = await _remembered(state, request, cache_key(state, body), work, body.passages)
    if body.keep is None:
        return reply
    return JsonReply(await run_in_threadpool(kept, state, body, asked, json.loads(bytes(reply.body))))


async def _remembered(
    state: State, request: Request, key: Any, work: Callable[[threading.Event, float], bytes], passages: int | None
) -> Response:
    reply = state.cache.find(key)
    if reply is None:
        reply = await state.limiter.run(request, work, passages=passages)
        state.cache.keep(key, reply)
    return Response(reply, media_type="application/json")


@router.post("/query", tags=["haystack"], responses={200: HAYSTACK_ANSWERED, **errors(400, 503, 504)})
@needs(Role.READ, "asked")
async def query(request: Request, body: Query, state: StateDep) -> Response:
    """Answer a question as Haystack's service does."""
    tell(body.query)
    check_ready(state)
    passages = state.service.asking.passages_in(body.params or {})
    check_passages(passages, state)

    def work(stop: threading.Event, timeout_s: float) -> bytes:
        with watched(stop=stop, timeout_s=timeout_s):
            reply = state.service.query(body.query, params=body.params, debug=bool(body.debug))
        note(state, reply)
        return as_json(state.public({**reply.to_dict(), **({"_debug": reply.debug} if body.debug else {})}))

    return await _remembered(state, request, state.cache.key("query", body.json()), work, passages)


def prepared(state: State, body: Question) -> dict[str, Any]:
    """Put the documents of sets into a question's filters; return what was asked, as a workspace keeps it.

    :raises UnknownWorkspaceError: the workspace in which it is to be kept is not there.
    """
    asked = body.dict(include={"filters", "answers", "passages"})
    if body.keep:
        asked |= body.keep.dict(include={"scope", "address"})
        state.service.desk.workspaces.get(body.keep.workspace)
    body.filters = state.resolved(body.filters)
    return asked


def cache_key(state: State, body: Question) -> Any:
    """Return the key of a prepared question's reply in the cache, by whichever of the two routes it is asked."""
    return state.cache.key("ask", body.json(exclude={"keep"}))


def kept(state: State, body: Question, asked: dict[str, Any], reply: dict[str, Any]) -> dict[str, Any]:
    """Keep a reply where the question says; return it with its id there as ``kept``.

    People's judgements are kept with what they are about, not as a whole.
    """
    if body.keep is None:
        return reply
    answered = {name: value for name, value in reply.items() if name != "judgements"}
    return {**reply, "kept": state.service.desk.keep(body.keep.workspace, asked, answered)}


def answers_to(state: State, body: Question, listener: Listener | None = None) -> Reply:
    """Ask the service, for more answers than there will be cards."""
    reply = state.service.ask(
        body.question,
        top_k=body.answers * _ANSWERS_PER_CARD,
        passages=body.passages,
        filters=body.filters or None,
        listener=listener,
    )
    note(state, reply)
    return reply


def note(state: State, reply: Reply) -> None:
    """Record the times of an answered question; log the question only if the settings say so."""
    state.metrics.question(retrieval_s=reply.retrieval_s, reading_s=reply.reading_s)
    if state.limits.log_questions:
        logger.info("question %r, found %s", reply.question, reply.found)


def ask_json(state: State, body: Question, reply: Reply) -> dict[str, Any]:
    """Return a reply as ``/ask`` sends it."""
    metas = state.service.texts.metas(document_ids(reply))
    said = state.service.confirmed.on(reply.question, filters=body.filters)
    facts = state.service.reader_facts
    return state.public(reply_json(reply, answers=body.answers, metas=metas, reader=facts, said=said))


def check_ready(state: State) -> None:
    """Refuse with 503 while the reader is being loaded, or if it cannot be loaded."""
    if state.load_error:
        raise RefusedError(503, state.load_error, retry_after_s=30)
    if not state.is_ready:
        raise RefusedError(503, "the reader is being loaded: ask again in a moment", retry_after_s=2)


def check_passages(passages: int | None, state: State) -> None:
    """Keep one question from occupying the service for too long."""
    most = state.limits.max_passages
    if passages is not None and passages > most:
        raise RefusedError(400, f"at most {most:,} passages may be read for one question (NEEDLEPOINT_MAX_PASSAGES)")
