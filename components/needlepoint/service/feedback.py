"""What people say of answers: kept as Haystack's labels, counted, and exported as SQuAD."""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from needlepoint.errors import QuestionError, UnknownDocumentError
from needlepoint.stores.names import PAGES, PASSAGES, SOURCES

if TYPE_CHECKING:
    from haystack import Label

_USER = "user-feedback"
_OF_DOCUMENTS = frozenset({PASSAGES, PAGES, SOURCES})
_TIME = "%Y-%m-%d %H:%M:%S"  # Haystack's LABEL_DATETIME_FORMAT


class Feedback:
    """The labels of one store.

    :param store: any Haystack document store that keeps labels.
    """

    def __init__(self, store: Any) -> None:
        self._store = store

    def add(self, label: Mapping[str, Any], *, index: str | None = None) -> str:
        """Keep a label; return its id.

        :param label: the values of a Haystack ``Label``; an id is made where it has none.
        """
        made = _label(label)
        self._store.write_labels([made], index=_checked(index))
        return str(made.id)

    def all(self, *, index: str | None = None, filters: Mapping[str, Any] | None = None) -> "list[Label]":
        """Return the labels, in the order of writing."""
        found: list[Label] = self._store.get_all_labels(
            index=_checked(index), filters=dict(filters) if filters else None
        )
        return found

    def replace(self, label_id: str, label: Mapping[str, Any]) -> None:
        """Put a label in another's place; it keeps the id and the time at which that was made.

        :raises UnknownDocumentError: there is none of this id.
        """
        former = self._known(label_id)
        changed = {**label, "id": label_id, "created_at": former.created_at, "updated_at": time.strftime(_TIME)}
        self._store.write_labels([_label(changed)])

    def delete(self, label_id: str) -> None:
        """Remove a label.

        :raises UnknownDocumentError: there is none of this id.
        """
        self._store.delete_labels(ids=[self._known(label_id).id])

    def delete_users(self, *, index: str | None = None) -> None:
        """Remove what users said; gold labels stay."""
        self._store.delete_labels(index=_checked(index), filters={"origin": _USER})

    def _known(self, label_id: str) -> "Label":
        found = self.all(filters={"id": label_id})
        if not found:
            raise UnknownDocumentError(f"no feedback '{label_id[:64]}': it was deleted, or the id is mistyped")
        return found[0]

    def accuracy(self, *, filters: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return how many of the users' labels find answer and document right, as Haystack names it."""
        chosen: dict[str, Any] = {"origin": _USER}
        labels = self.all(filters={"$and": [chosen, dict(filters)]} if filters else chosen)
        count = len(labels)
        return {
            "answer_accuracy": sum(label.is_correct_answer for label in labels) / count if count else None,
            "document_accuracy": sum(label.is_correct_document for label in labels) / count if count else None,
            "n_feedback": count,
        }


def as_squad(
    labels: "Sequence[Label]", *, context_size: int | None = None, only_positive: bool = False
) -> dict[str, Any]:
    """Return labels in SQuAD's format; ``left_out`` counts those that it has no place for, by reason.

    A right passage with a wrong answer is neither an answer nor "no answer" and is left out, as is an answer that does not
    stand in its context. A wrong passage with a wrong answer is a question that this context does not answer.

    :param context_size: characters of context around an answer; None gives the whole passage.
    :param only_positive: right answers only.
    """
    entries: list[dict[str, Any]] = []
    left_out: Counter[str] = Counter()
    for label in labels:
        entry = _squad_entry(label, context_size)
        if isinstance(entry, str):
            left_out[entry] += 1
        elif only_positive and not label.is_correct_answer:
            left_out["not_positive"] += 1
        else:
            entries.append(entry)
    return {"data": entries, "left_out": dict(left_out)}


def table(labels: "Sequence[Label]") -> list[dict[str, Any]]:
    """Return labels as rows: the question, what was answered, what was said of it, and where."""
    return [_row(label) for label in labels]


def _row(label: "Label") -> dict[str, Any]:
    document, answer = label.document, label.answer
    meta = document.meta or {}
    return {
        "id": label.id,
        "query": label.query,
        "answer": answer.answer if answer else None,
        "is_correct_answer": label.is_correct_answer,
        "is_correct_document": label.is_correct_document,
        "origin": label.origin,
        "document": {"id": meta.get("document_id", document.id), "name": meta.get("name"), "title": meta.get("title")},
        "passage_id": document.id,
        "page": (answer.meta or {}).get("page") if answer else meta.get("page"),
        "created_at": label.created_at,
        "updated_at": label.updated_at,
        "meta": label.meta or {},
    }


def _squad_entry(label: "Label", context_size: int | None) -> dict[str, Any] | str:
    if label.is_correct_document and not label.is_correct_answer:
        return "wrong_answer_in_right_passage"
    content = label.document.content
    if not isinstance(content, str):
        return "no_text"
    words = label.answer.answer if label.answer else None
    if not label.is_correct_answer or not words:
        return _squad(label, content[:context_size], [])
    spans = label.answer.offsets_in_document or []
    start = getattr(spans[0], "start", -1) if spans else -1
    if start < 0 or content[start : start + len(words)] != words:
        return "answer_not_in_context"
    context, start = _cut(content, start, len(words), context_size)
    return _squad(label, context, [{"text": words, "answer_start": start}])


def _squad(label: "Label", context: str, answers: list[dict[str, Any]]) -> dict[str, Any]:
    qas = [{"question": label.query, "id": label.id, "is_impossible": not answers, "answers": answers}]
    title = (label.document.meta or {}).get("name") or label.document.id
    return {"title": title, "paragraphs": [{"context": context, "id": label.document.id, "qas": qas}]}


def _cut(content: str, start: int, length: int, size: int | None) -> tuple[str, int]:
    """Return ``size`` characters with the answer about in the middle, and where it begins in them."""
    if size is None or size >= len(content):
        return content, start
    size = max(size, length)
    first = min(max(0, start - (size - length) // 2), len(content) - size)
    return content[first : first + size], start - first


def _checked(index: str | None) -> str | None:
    if index in _OF_DOCUMENTS:
        raise QuestionError(f"index '{index}' holds documents, not labels")
    return index


def _label(values: Mapping[str, Any]) -> "Label":
    from needlepoint.nodes.register import Label

    now = time.strftime(_TIME)
    given = {name: value for name, value in values.items() if value is not None}
    return Label.from_dict({"answer": None, "created_at": now, "updated_at": now, **given})
