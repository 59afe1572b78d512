"""What comes back from a question: Haystack's answers with their evidence, in the shape of Haystack's ``/query`` reply."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from needlepoint.answers.evidence import ScoredSpan, drop_overlapping, emphasise, locate

if TYPE_CHECKING:
    from haystack import Answer, Document


@dataclass(frozen=True, slots=True)
class Quote:
    """One answer in its sentence, and where it stands.

    :param answer: the exact words; ``before + answer + after`` is the quoted sentence.
    :param start: first character in the document's source text; ``text[start:end] == answer``.
    :param score: the reader's, from 0 to 1.
    """

    answer: str
    before: str
    after: str
    document_id: str
    name: str
    page: int
    start: int
    end: int
    score: float
    title: str = ""
    date: str = ""
    type: str = ""
    passage_id: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """The answers to one question.

    :param answers: Haystack answers, best first; ``meta`` has ``document_id``, ``name``, ``page``, ``start`` and ``end``.
    :param documents: the passages that were read, in order of retrieval.
    :param found: whether the reader holds that the passages answer the question.
    :param seconds: wall time, of which ``retrieval_s`` and ``reading_s``.
    :param debug: what every node of the pipeline took and gave.
    """

    question: str
    answers: "list[Answer]"
    documents: "list[Document]"
    found: bool
    seconds: float
    retrieval_s: float
    reading_s: float
    debug: dict[str, Any] = field(default_factory=dict)

    @property
    def quotes(self) -> list[Quote]:
        """The answers as quotes; empty when nothing was found."""
        return self._all_quotes() if self.found else []

    @property
    def doubtful(self) -> list[Quote]:
        """When nothing was found, the words that came nearest to an answer."""
        return [] if self.found else self._all_quotes()

    def _all_quotes(self) -> list[Quote]:
        passages = {passage.id: passage for passage in self.documents}
        return [_quote(answer, passages) for answer in self.answers if answer.answer]

    def to_dict(self) -> dict[str, Any]:
        """Return the reply as Haystack's REST service gives it; plain data, fit for JSON."""
        return {
            "query": self.question,
            "answers": [answer.to_dict() for answer in self.answers],
            "documents": [document.to_dict() for document in self.documents],
        }


def reply_from(output: dict[str, Any], *, question: str, top_k: int, seconds: float) -> Reply:
    """Turn a query pipeline's output into a reply.

    :param output: with ``answers``, ``documents`` and the ``_debug`` of a run with ``debug=True``.
    :param top_k: the most answers to keep, "no answer" not counted, after repeats of words in the same place are dropped.
    """
    passages: list[Document] = output.get("documents", [])
    by_id = {passage.id: passage for passage in passages}
    answers: list[Answer] = output.get("answers", [])
    for answer in answers:
        if answer.answer:
            _add_evidence(answer, by_id[answer.document_ids[0]])
    debug = output.get("_debug", {})
    return Reply(
        question=question,
        answers=_best(_distinct(answers), top_k),
        documents=passages,
        found=bool(answers) and bool(answers[0].answer),
        seconds=seconds,
        retrieval_s=_stage_s(debug, "Retriever"),
        reading_s=_stage_s(debug, "Reader"),
        debug=debug,
    )


def _add_evidence(answer: "Answer", passage: "Document") -> None:
    """Give an answer of any Haystack reader its place in the source text; its passage's own place makes way."""
    meta = passage.meta
    span = answer.offsets_in_document[0]
    evidence = locate(
        passage.content, span.start, span.end, passage_start=meta.get("start", 0), passage_page=meta.get("page", 1)
    )
    answer.meta |= {
        "document_id": meta.get("document_id", passage.id),
        "name": meta.get("name", ""),
        "page": evidence.page,
        "start": evidence.start,
        "end": evidence.end,
    }


def _distinct(answers: "list[Answer]") -> "list[Answer]":
    """Drop answers that repeat words of a better one in the same place, as passages that overlap give them."""
    real = [answer for answer in answers if answer.answer]
    spans = [
        ScoredSpan(answer.meta["document_id"], answer.meta["start"], answer.meta["end"], answer.score or 0.0)
        for answer in real
    ]
    kept = {id(real[index]) for index in drop_overlapping(spans)}
    return [answer for answer in answers if not answer.answer or id(answer) in kept]


def _best(answers: "list[Answer]", top_k: int) -> "list[Answer]":
    """Keep the first ``top_k`` real answers; "no answer" stays where it stands and counts for none."""
    kept = set([index for index, answer in enumerate(answers) if answer.answer][:top_k])
    return [answer for index, answer in enumerate(answers) if index in kept or not answer.answer]


def _quote(answer: "Answer", passages: "dict[str, Document]") -> Quote:
    passage = passages[answer.document_ids[0]]
    span = answer.offsets_in_document[0]
    emphasis = emphasise(passage.content, span.start, span.end)
    meta = answer.meta
    return Quote(
        answer=emphasis.answer,
        before=emphasis.before,
        after=emphasis.after,
        document_id=meta["document_id"],
        name=meta["name"],
        page=meta["page"],
        start=meta["start"],
        end=meta["end"],
        score=answer.score or 0.0,
        title=meta.get("title") or "",
        date=meta.get("date") or "",
        type=meta.get("type") or "",
        passage_id=passage.id,
    )


def _stage_s(debug: dict[str, Any], node: str) -> float:
    return float(debug.get(node, {}).get("exec_time_ms", 0.0)) / 1000
