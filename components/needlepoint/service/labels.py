"""Labels, which are people's judgements of answers: as typed values, as table rows, and in SQuAD's format."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Label:
    """A judgement of an answer to a question.

    :param values: the JSON of the REST contract's ``Label``, which is stored and returned unchanged.
    """

    values: Mapping[str, Any]

    @property
    def id(self) -> str:
        """The label's id."""
        return str(self.values["id"])

    @property
    def question(self) -> str:
        """The question."""
        return str(self.values["query"])

    @property
    def is_correct_answer(self) -> bool:
        """Whether the answer is right."""
        return bool(self.values["is_correct_answer"])

    @property
    def is_correct_document(self) -> bool:
        """Whether the passage answers the question."""
        return bool(self.values["is_correct_document"])

    @property
    def passage_id(self) -> str:
        """The id of the judged passage."""
        return str(self.values["document"]["id"])

    @property
    def text(self) -> str | None:
        """The passage's text; None if it is a table."""
        content = self.values["document"]["content"]
        return content if isinstance(content, str) else None

    @property
    def meta(self) -> Mapping[str, Any]:
        """The metadata of the passage and its document."""
        return self.values["document"].get("meta") or {}

    @property
    def answer(self) -> str | None:
        """The judged words; empty for "no answer", None if the label has no answer."""
        return str(self._answer.get("answer") or "") if self._answer else None

    @property
    def start(self) -> int | None:
        """The answer's first character in the passage; None if unknown."""
        spans = self._answer.get("offsets_in_document") or []
        return spans[0].get("start") if spans else None

    @property
    def span(self) -> tuple[int, int] | None:
        """Where the words stand in the document's text; None if the label does not say it."""
        first, words = self.meta.get("start"), self.answer
        if self.start is None or first is None or not words:
            return None
        start = int(first) + self.start
        return start, start + len(words)

    @property
    def place(self) -> str:
        """The judged place as the page's address has it, ``DOCUMENT:START-END``; empty if it is not known."""
        if judged := str((self.values.get("meta") or {}).get("judged") or ""):
            return judged
        document, span = self.meta.get("document_id"), self.span
        return f"{document}:{span[0]}-{span[1]}" if span and document else ""

    @property
    def person(self) -> str:
        """Who judged on the page; empty for another client's label."""
        return str((self.values.get("meta") or {}).get("person") or "")

    @property
    def made(self) -> str:
        """When it was made, as the label has it."""
        return str(self.values.get("created_at") or "")

    @property
    def page(self) -> Any:
        """The page on which the answer begins; without an answer, the page on which the passage begins."""
        return ((self._answer.get("meta") or {}) if self._answer else self.meta).get("page")

    @property
    def _answer(self) -> Mapping[str, Any]:
        return self.values.get("answer") or {}


def table(labels: Sequence[Label]) -> list[dict[str, Any]]:
    """Return labels as table rows: question, answer, judgement and place."""
    return [_row(label) for label in labels]


def _row(label: Label) -> dict[str, Any]:
    meta = label.meta
    given = ("origin", "created_at", "updated_at")
    return {
        "id": label.id,
        "query": label.question,
        "answer": label.answer,
        "is_correct_answer": label.is_correct_answer,
        "is_correct_document": label.is_correct_document,
        "document": {
            "id": meta.get("document_id", label.passage_id),
            "name": meta.get("name"),
            "title": meta.get("title"),
        },
        "passage_id": label.passage_id,
        "page": label.page,
        **{name: label.values.get(name) for name in given},
        "meta": label.values.get("meta") or {},
    }


def as_squad(
    labels: Sequence[Label], *, context_size: int | None = None, only_positive: bool = False
) -> dict[str, Any]:
    """Return labels in SQuAD's format; ``left_out`` counts the labels that it cannot express, by reason.

    A right passage with a wrong answer is neither an answer nor "no answer" and is left out, and so is an answer that is not in
    its context. A wrong passage with a wrong answer becomes a question that this context does not answer. Where people on
    the page judged the same place otherwise for the same question, the last judgement counts, as there.

    :param context_size: characters of context around an answer; None returns the whole passage.
    :param only_positive: return right answers only.
    """
    entries: list[dict[str, Any]] = []
    left_out: Counter[str] = Counter()
    by_people = sorted((label for label in labels if label.person and label.place), key=lambda label: label.made)
    last = {(label.question, label.place): label for label in by_people}
    for label in labels:
        entry = _squad_entry(label, context_size)
        if label.person and _is_otherwise(label, last.get((label.question, label.place), label)):
            left_out["judged_otherwise_since"] += 1
        elif isinstance(entry, str):
            left_out[entry] += 1
        elif only_positive and not label.is_correct_answer:
            left_out["not_positive"] += 1
        else:
            entries.append(entry)
    return {"data": entries, "left_out": dict(left_out)}


def _is_otherwise(label: Label, other: Label) -> bool:
    verdicts = [(each.is_correct_answer, each.is_correct_document, each.answer) for each in (label, other)]
    return verdicts[0] != verdicts[1]


def _squad_entry(label: Label, context_size: int | None) -> dict[str, Any] | str:
    if label.is_correct_document and not label.is_correct_answer:
        return "wrong_answer_in_right_passage"
    text, words, start = label.text, label.answer, label.start
    if text is None:
        return "no_text"
    if not label.is_correct_answer or not words:
        return _squad(label, text[:context_size], [])
    if start is None or start < 0 or text[start : start + len(words)] != words:
        return "answer_not_in_context"
    context, start = cut_around(text, start, len(words), context_size)
    return _squad(label, context, [{"text": words, "answer_start": start}])


def _squad(label: Label, context: str, answers: list[dict[str, Any]]) -> dict[str, Any]:
    qas = [{"question": label.question, "id": label.id, "is_impossible": not answers, "answers": answers}]
    title = label.meta.get("name") or label.passage_id
    return {"title": title, "paragraphs": [{"context": context, "id": label.passage_id, "qas": qas}]}


def cut_around(content: str, start: int, length: int, size: int | None) -> tuple[str, int]:
    """Return ``size`` characters with the answer near their middle, and the answer's start in them.

    :param size: the number of characters; the answer is never cut, even if it is longer. None returns the whole content.
    """
    if size is None or size >= len(content):
        return content, start
    size = max(size, length)
    first = min(max(0, start - (size - length) // 2), len(content) - size)
    return content[first : first + size], start - first
