"""The routes that answer questions."""

import logging
import threading
from collections.abc import Callable, Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import Field

from needlepoint.api.examples import ANSWERED, HAYSTACK_ANSWERED, errors
from needlepoint.api.parts import Body, Parts, PartsHere, Question
from needlepoint.api.replying import RefusedError, as_json
from needlepoint.cards import document_ids, drawn
from needlepoint.index_names import SOURCES
from needlepoint.reading.watching import watched
from needlepoint.replies import Reply as Answers
from needlepoint.service import MAX_QUESTION_CHARACTERS

logger = logging.getLogger("needlepoint.api")
router = APIRouter(tags=["questions"])
WANTED_FOR_ONE = 5  # answers asked for one card: those of equal words share it


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
async def ask(request: Request, body: Question, parts: PartsHere) -> Response:
    """Answer a question with exact words of the documents, each with all places where it stands."""
    check_ready(parts)
    check_passages(body.passages, parts)

    def work(stop: threading.Event, timeout_s: float) -> bytes:
        with watched(stop=stop, timeout_s=timeout_s):
            return as_json(draw(parts, body, answered(parts, body)))

    return await _remembered(parts, request, parts.memory.key("ask", body.json()), work)


async def _remembered(
    parts: Parts, request: Request, key: Any, work: Callable[[threading.Event, float], bytes]
) -> Response:
    reply = parts.memory.find(key)
    if reply is None:
        reply = await parts.desk.run(request, work)
        parts.memory.keep(key, reply)
    return Response(reply, media_type="application/json")


@router.post("/query", tags=["haystack"], responses={200: HAYSTACK_ANSWERED, **errors(400, 503, 504)})
async def query(request: Request, body: Query, parts: PartsHere) -> Response:
    """Answer a question as Haystack's service does."""
    check_ready(parts)
    check_passages(_passages_asked_for(body.params or {}), parts)

    def work(stop: threading.Event, timeout_s: float) -> bytes:
        with watched(stop=stop, timeout_s=timeout_s):
            reply = parts.service.query(body.query, params=body.params)
        note(parts, reply)
        return as_json({**reply.to_dict(), **({"_debug": reply.debug} if body.debug else {})})

    return await _remembered(parts, request, parts.memory.key("query", body.json()), work)


def _passages_asked_for(params: Mapping[str, Any]) -> int | None:
    """Return the most passages that parameters ask any retriever for; what stands outside the nodes is meant for all."""
    of_nodes = [own.get("top_k") for name, own in params.items() if "Retriever" in name and isinstance(own, Mapping)]
    return max((top_k for top_k in [params.get("top_k"), *of_nodes] if isinstance(top_k, int)), default=None)


def answered(parts: Parts, body: Question) -> Answers:
    """Ask for more answers than there will be cards."""
    reply = parts.service.ask(
        body.question, top_k=body.answers * WANTED_FOR_ONE, passages=body.passages, filters=body.filters or None
    )
    note(parts, reply)
    return reply


def note(parts: Parts, reply: Answers) -> None:
    """Measure a question that was answered; log it only if that was asked for."""
    parts.measures.question(reply)
    if parts.limits.log_questions:
        logger.info("question %r, found %s", reply.question, reply.found)


def draw(parts: Parts, body: Question, reply: Answers) -> dict[str, Any]:
    """Return a reply as ``/ask`` gives it."""
    found = parts.service.store.get_documents_by_id(document_ids(reply), index=SOURCES)
    records = {record.id: record for record in found}
    return drawn(reply, answers=body.answers, records=records, reader=parts.service.reader_facts)


def check_ready(parts: Parts) -> None:
    """Refuse with 503 while the reader is being loaded, or when it cannot be."""
    if parts.trouble:
        raise RefusedError(503, parts.trouble, retry_after_s=30)
    if not parts.is_ready:
        raise RefusedError(503, "the reader is being loaded: ask again in a moment", retry_after_s=2)


def check_passages(passages: int | None, parts: Parts) -> None:
    """Keep one question from taking the service for itself."""
    most = parts.limits.max_passages
    if passages is not None and passages > most:
        raise RefusedError(400, f"at most {most:,} passages are read for one question here (NEEDLEPOINT_MAX_PASSAGES)")
