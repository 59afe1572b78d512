"""Feedback on answers as Haystack's labels; offsets are counted in the passage."""

import re
import uuid
from collections.abc import Mapping
from typing import Any

from needlepoint_ui.service.labels import Label
from needlepoint_ui.service.models import Card, Json, Passage
from needlepoint_ui.state import Opened

RIGHT, WRONG, CORRECTED, ABSENT = "right", "wrong", "corrected", "absent"
SAID = {
    RIGHT: "right",
    WRONG: "wrong",
    CORRECTED: "corrected",
    ABSENT: "not in this document",
}
_MOST_OCCURRENCES = 20


def occurrences(words: str, text: str) -> list[tuple[int, int]]:
    """Return where ``words`` occur in ``text``, as ranges of characters of ``text``.

    Only white space may differ: a line end in the passage is a space in what a person copies from it.
    """
    parts = words.split()
    if not parts:
        return []
    found = re.finditer(r"\s+".join(map(re.escape, parts)), text)
    return [match.span() for _, match in zip(range(_MOST_OCCURRENCES), found, strict=False)]


def of_card(question: str, card: Card, verdict: str, *, span: tuple[int, int] | None = None) -> dict[str, Any]:
    """Return the label of an answer.

    :param span: the right words in the card's passage, if they differ from the reader's.
    """
    given = card.haystack.get("answer") or {}
    if span is None and not given:  # words that a person confirmed
        start = card.place.start - card.passage.place.start
        given = _answer(card.passage, (start, start + len(card.answer)), {})
    answer = dict(given) if span is None else _answer(card.passage, span, given)
    label = _label(
        question,
        answer,
        card.haystack.get("document") or _document(card.passage),
        verdict,
        replaced=card.answer if span else "",
    )
    return _about(label, Opened.at(card.place))


def of_passage(question: str, passage: Passage, span: tuple[int, int]) -> dict[str, Any]:
    """Return the label of words that a person marked in a passage without an answer of the reader."""
    return _about(of_words(question, passage, span, CORRECTED), Opened.passage(passage))


def _about(label: dict[str, Any], judged: Opened) -> dict[str, Any]:
    """Return a label that says which place was judged."""
    return {**label, "meta": {**label["meta"], "judged": judged.address}}


def of_person(label: dict[str, Any], person: str) -> dict[str, Any]:
    """Return a label with the id of the person's other judgements of its place, so that a new one replaces only their own."""
    name = f"needlepoint answer\n{asked(label['query'])}\n{label['meta']['judged']}\n{person}"
    return {**label, "id": str(uuid.uuid5(uuid.NAMESPACE_OID, name))}


def asked(question: str) -> str:
    """Return a question without what does not matter: case and white space."""
    return " ".join(question.casefold().split())


def of_words(
    question: str, passage: Passage, span: tuple[int, int], verdict: str, *, replaced: str = ""
) -> dict[str, Any]:
    """Return the label of words of a passage.

    :param replaced: the reader's words, if the person marked others.
    """
    return _label(question, _answer(passage, span, {}), _document(passage), verdict, replaced=replaced)


def _label(question: str, answer: Json, document: Json, verdict: str, *, replaced: str = "") -> dict[str, Any]:
    meta = {"verdict": verdict} | ({"replaced": replaced} if replaced else {})
    return {
        "id": str(uuid.uuid4()),
        "query": question,
        "document": dict(document),
        "answer": dict(answer),
        "is_correct_answer": verdict in {RIGHT, CORRECTED},
        "is_correct_document": verdict != ABSENT,
        "origin": "user-feedback",
        "meta": meta,
    }


def changed(label: Label, verdict: str, *, span: tuple[int, int] | None = None) -> dict[str, Any]:
    """Return the label that replaces one whose verdict a person has changed.

    :param span: the right words in the label's passage, if other words are right.
    """
    start = (label.start or 0) - label.passage.place.start
    own = (start, start + len(label.answer))
    answer = _answer(label.passage, own if span is None else span, {})
    replaced = label.replaced or (label.answer if span else "")
    data = _label(label.question, answer, _document(label.passage), verdict, replaced=replaced)
    meta = {**data["meta"], "judged": label.judged} if label.judged else data["meta"]
    return {**data, "id": label.id, "meta": meta}


def _document(passage: Passage) -> dict[str, Any]:
    """Return a passage as Haystack's document."""
    place = passage.place
    meta = {"document_id": place.document.id, "name": place.document.name, "page": place.page, "start": place.start}
    return {"id": passage.id, "content": passage.text, "content_type": "text", "meta": meta}


def _answer(passage: Passage, span: tuple[int, int], given: Mapping[str, Any]) -> dict[str, Any]:
    start, end = span
    offsets = [{"start": start, "end": end}]
    place = passage.place
    meta = {
        "document_id": place.document.id,
        "name": place.document.name,
        "page": place.page + passage.text.count("\f", 0, start),
        "start": place.start + start,
        "end": place.start + end,
    }
    return {
        "type": "extractive",
        "score": None,
        **given,
        "answer": passage.text[start:end],
        "context": passage.text,
        "offsets_in_document": offsets,
        "offsets_in_context": offsets,
        "document_ids": [passage.id],
        "meta": {**(given.get("meta") or {}), **meta},
    }
