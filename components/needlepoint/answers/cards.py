"""A reply as a page draws it: one card for each answer with all the places it stands in, and every passage that was read."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from needlepoint.answers.evidence import locate, sentence_around

if TYPE_CHECKING:
    from haystack import Answer, Document

    from needlepoint.answers.replies import Reply

_QUOTES = "\"'“”„\u2018\u2019«»"
_AROUND = re.compile(rf"^[\s{_QUOTES}(\[]+|[\s{_QUOTES})\].,;:]+$")


def drawn(
    reply: "Reply", *, answers: int, records: "Mapping[str, Document]", reader: Mapping[str, Any]
) -> dict[str, Any]:
    """Return a reply as plain data, fit for JSON.

    :param answers: the most cards; answers of equal words share one.
    :param records: by document id; what is said of a document comes from here.
    :param reader: ``model``, ``precision`` and ``calibrated``.
    """
    page = _Drawing(reply, records, is_calibrated=bool(reader.get("calibrated")))
    cards = page.cards()[:answers]
    return {
        "question": reply.question,
        "found": reply.found,
        "answers": cards if reply.found else [],
        "doubtful": [] if reply.found else cards,
        "no_answer_probability": page.no_answer_probability(),
        "nearest": [page.passage(passage) for passage in reply.documents],
        "read": {"passages": len(reply.documents), "documents": len({_document_id(p) for p in reply.documents})},
        "seconds": {
            "total": round(reply.seconds, 4),
            "retrieval": round(reply.retrieval_s, 4),
            "reading": round(reply.reading_s, 4),
        },
        "reader": dict(reader),
    }


def document_ids(reply: "Reply") -> list[str]:
    """Return the ids of the documents that were read from, nearest first."""
    return list(dict.fromkeys(map(_document_id, reply.documents)))


class _Drawing:
    def __init__(self, reply: "Reply", records: "Mapping[str, Document]", *, is_calibrated: bool) -> None:
        self._reply = reply
        self._records = records
        self._is_calibrated = is_calibrated
        self._passages = {passage.id: passage for passage in reply.documents}
        self._ranks = {passage.id: rank for rank, passage in enumerate(reply.documents, start=1)}

    def cards(self) -> list[dict[str, Any]]:
        groups: dict[str, list[Answer]] = {}
        for answer in self._reply.answers:
            if answer.answer:
                groups.setdefault(_same_words(answer.answer), []).append(answer)
        return [self._card(group) for group in groups.values()]

    def _card(self, answers: "Sequence[Answer]") -> dict[str, Any]:
        best = answers[0]
        places = [self._place(answer, number) for answer in answers for number in range(len(answer.document_ids))]
        passage = self._passages[best.document_ids[0]]
        score = places[0]["confidence"]
        return {
            **places[0],
            "probability": score if self._is_calibrated else None,
            "reader_score": score,
            "retrieval_rank": self._ranks[passage.id],
            "retrieval_score": passage.score,
            "passage": self.passage(passage),
            "places": places[1:],
            "haystack": {"answer": best.to_dict(), "document": plain_document(passage)},
        }

    def _place(self, answer: "Answer", number: int) -> dict[str, Any]:
        """Return where an answer stands in one of the passages that hold it."""
        passage = self._passages[answer.document_ids[number]]
        span = answer.offsets_in_document[number]
        first = int(passage.meta.get("start", 0))
        page = int(passage.meta.get("page", 1))
        evidence = locate(passage.content, span.start, span.end, passage_start=first, passage_page=page)
        start, end = sentence_around(passage.content, span.start, span.end)
        return {
            "answer": answer.answer,
            "confidence": float(answer.score or 0.0),
            "document": self._document(passage),
            "page": evidence.page,
            "start": evidence.start,
            "end": evidence.end,
            "quote": {
                "before": passage.content[start : span.start],
                "after": passage.content[span.end : end],
                "start": first + start,
                "end": first + end,
            },
        }

    def passage(self, passage: "Document") -> dict[str, Any]:
        start = int(passage.meta.get("start", 0))
        return {
            "id": passage.id,
            "rank": self._ranks[passage.id],
            "score": passage.score,
            "text": passage.content,
            "start": start,
            "end": start + len(passage.content),
            "page": passage.meta.get("page", 1),
            "section": passage.meta.get("section"),
            "document": self._document(passage),
        }

    def _document(self, passage: "Document") -> dict[str, Any]:
        id_ = _document_id(passage)
        record = self._records.get(id_)
        meta = passage.meta if record is None else record.meta
        described = {name: meta.get(name) for name in ("title", "name", "type", "date", "folder")}
        return {"id": id_, **described, "pages": None if record is None else record.meta.get("pages")}

    def no_answer_probability(self) -> float | None:
        scores = [float(a.score) for a in self._reply.answers if not a.answer and a.score is not None]
        return scores[0] if scores and self._is_calibrated else None


def plain_document(document: "Document") -> dict[str, Any]:
    """Return a Haystack document as its JSON, without its embedding."""
    return {**document.to_dict(), "embedding": None}


def _document_id(passage: "Document") -> str:
    return str(passage.meta.get("document_id", passage.id))


def _same_words(answer: str) -> str:
    """Return what answers have in common that differ only in case, space, quotes and brackets around them and a stop.

    Signs stay: €12, $12 and -12 are three answers, and so are 5 % and 5, C and C#, 10² and 102.
    """
    folded = " ".join(unicodedata.normalize("NFC", answer).casefold().split())
    return _AROUND.sub("", folded) or folded
