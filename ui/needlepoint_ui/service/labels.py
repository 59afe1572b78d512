"""People's feedback as the service keeps it: Haystack's labels."""

import re
from dataclasses import dataclass

from needlepoint_ui.service.models import Document, Json, Passage, Place

_AROUND = 200  # characters of a sentence on each side of some words


@dataclass(frozen=True, slots=True)
class Label:
    """A person's feedback on an answer.

    :param answer: the right words; for a wrong answer, the reader's.
    :param verdict: ``right``, ``wrong``, ``corrected`` or ``absent``.
    :param replaced: the reader's words, if the person marked others.
    :param judged: the address of the place that was judged; empty if that is not known.
    :param by: the name of the one who judged, if given; ``person`` tells people without a name apart.
    """

    id: str
    question: str
    answer: str
    verdict: str
    replaced: str
    passage: Passage
    start: int | None
    end: int | None
    created: str
    judged: str = ""
    by: str = ""
    person: str = ""

    @classmethod
    def of(cls, data: Json) -> "Label":
        """Read it from Haystack's label."""
        answer, meta = data.get("answer") or {}, data.get("meta") or {}
        words, offsets = str(answer.get("answer") or ""), answer.get("offsets_in_document") or []
        passage = _labelled(data["document"])
        start = passage.place.start + int(offsets[0]["start"]) if words and offsets else None
        return cls(
            id=str(data["id"]),
            question=str(data["query"]),
            answer=words,
            verdict=_verdict(bool(data["is_correct_answer"]), bool(data["is_correct_document"]), meta),
            replaced=str(meta.get("replaced") or ""),
            passage=passage,
            start=start,
            end=None if start is None else start + len(words),
            created=str(data.get("created_at") or ""),
            judged=str(meta.get("judged") or ""),
            by=str(meta.get("by") or ""),
            person=str(meta.get("person") or ""),
        )

    @property
    def is_right(self) -> bool:
        """Whether the words are an answer: found by the reader, or marked by the person."""
        return self.verdict in {"right", "corrected"}

    @property
    def page(self) -> int:
        """The page of the words, or of the passage."""
        place = self.passage.place
        return place.page + (0 if self.start is None else self.passage.text.count("\f", 0, self.start - place.start))

    @property
    def around(self) -> tuple[str, str]:
        """The parts of the passage before and after the words, as far as their sentence goes."""
        if self.start is None:
            return "", ""
        start = self.start - self.passage.place.start
        before, after = self.passage.text[:start], self.passage.text[start + len(self.answer) :]
        return _sentence_part(before, ends=True), _sentence_part(after, ends=False)


def _sentence_part(text: str, *, ends: bool) -> str:
    """Return the part of a sentence that ends a text, or begins it; at most some 200 characters."""
    if ends:
        return re.split(r"(?<=[.!?])\s+|\n\s*\n", text[-_AROUND:])[-1]
    return re.split(r"(?<=[.!?])(?=\s)|\n\s*\n", text[:_AROUND], maxsplit=1)[0]


def _verdict(is_answer_right: bool, is_document_right: bool, meta: Json) -> str:
    if is_answer_right:
        return "corrected" if meta.get("verdict") == "corrected" else "right"
    return "wrong" if is_document_right else "absent"


def _labelled(document: Json) -> Passage:
    """Return a Haystack document as a passage."""
    meta, text = document.get("meta") or {}, str(document["content"])
    known = {**meta, "id": meta.get("document_id") or document["id"]}
    start, page = int(meta.get("start") or 0), max(int(meta.get("page") or 1), 1)
    return Passage(str(document["id"]), text, Place(Document.of(known), page, start, start + len(text)))
