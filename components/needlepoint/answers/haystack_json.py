"""Answers and passages as the JSON of Haystack 1.26's REST service, for clients written for it; Haystack itself is not needed."""

from collections.abc import Sequence
from typing import Any

from needlepoint.answers.answer import Answer, Passage


def query_json(question: str, answers: Sequence[Answer], passages: Sequence[Passage]) -> dict[str, Any]:
    """Return the response of Haystack's ``/query``."""
    return {
        "query": question,
        "answers": [answer_json(answer) for answer in answers],
        "documents": [document_json(passage) for passage in passages],
    }


def answer_json(answer: Answer) -> dict[str, Any]:
    """Return an answer as Haystack's ``Answer``; "no answer" has the offsets 0 to 0 and no document."""
    context = answer.context
    return {
        "answer": answer.text,
        "type": "extractive",
        "score": answer.score,
        "context": context.text if context else None,
        "offsets_in_document": [_span(place.start, place.end) for place in answer.places] or [_span(0, 0)],
        "offsets_in_context": [_span(context.start, context.end) if context else _span(0, 0)],
        "document_ids": [place.passage.id for place in answer.places] or None,
        "meta": dict(answer.meta),
    }


def document_json(passage: Passage) -> dict[str, Any]:
    """Return a passage as Haystack's ``Document``; the content of a table is a list of its rows."""
    fields = passage.fields
    return {
        "id": passage.id,
        "content": fields.get("table", passage.content),
        "content_type": fields.get("content_type", "text"),
        "meta": dict(passage.meta),
        "id_hash_keys": fields.get("id_hash_keys") or ["content"],
        "score": passage.score,
        "embedding": fields.get("embedding"),
    }


def _span(start: int, end: int) -> dict[str, int]:
    return {"start": start, "end": end}
