"""The reply to a question: answers, best first, as quotes with their evidence, and the passages that were read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from needlepoint.answers.answer import Answer, Passage, Place
from needlepoint.answers.evidence import ScoredSpan, drop_overlapping, emphasise
from needlepoint.answers.haystack_json import query_json
from needlepoint.text.paging import page_words


@dataclass(frozen=True, slots=True)
class Quote:
    """One answer in its sentence, and its place in the document.

    :param answer: the exact words; ``before + answer + after`` is the quoted sentence.
    :param name: the document's file name.
    :param page: the page on which the answer begins, from 1.
    :param start: first character in the document's source text; ``text[start:end] == answer``.
    :param score: the reader's score, from 0 to 1.
    :param date_of: ``file`` where ``date`` is only the day on which the file was made.
    :param section: the title of the page, such as a sheet's name.
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
    last_page: int = 0
    date_of: str = ""
    section: str = ""

    @property
    def pages(self) -> str:
        """Where it stands: ``page 3``, ``pages 3-4`` where the answer goes on over a page break, ``sheet Prices``."""
        return page_words(self.page, file_type=self.type, last_page=self.last_page, section=self.section)


@dataclass(frozen=True, slots=True)
class Reply:
    """The answers to one question.

    :param answers: best first; if the reader returns "no answer", it is among them, in its place by score.
    :param passages: the passages that were read, in order of retrieval.
    :param found: whether the passages answer the question, in the reader's judgement.
    :param seconds: wall time in seconds; ``retrieval_s`` and ``reading_s`` are parts of it.
    :param debug: the inputs and outputs of every pipeline node, as plain data; empty unless requested.
    """

    question: str
    answers: list[Answer]
    passages: list[Passage]
    found: bool
    seconds: float
    retrieval_s: float
    reading_s: float
    debug: Mapping[str, Any] = field(default_factory=dict)

    @property
    def quotes(self) -> list[Quote]:
        """The answers as quotes; empty when nothing was found."""
        return self._all_quotes() if self.found else []

    @property
    def doubtful(self) -> list[Quote]:
        """The best candidates when nothing was found; empty otherwise."""
        return [] if self.found else self._all_quotes()

    def _all_quotes(self) -> list[Quote]:
        return [quote(answer, answer.best) for answer in self.answers if not answer.is_no_answer]

    def to_dict(self) -> dict[str, Any]:
        """Return the reply in the format of Haystack's REST service, as plain data that JSON can hold."""
        return query_json(self.question, self.answers, self.passages)


def quote(answer: Answer, place: Place) -> Quote:
    """Return an answer at one of its places as a quote: in its sentence, with its evidence."""
    passage, evidence = place.passage, place.evidence
    emphasis = emphasise(passage.content, place.start, place.end)
    return Quote(
        answer=emphasis.answer,
        before=emphasis.before,
        after=emphasis.after,
        document_id=passage.document_id,
        name=str(passage.meta.get("name") or ""),
        page=evidence.page,
        start=evidence.start,
        end=evidence.end,
        score=answer.score,
        **{key: str(passage.meta.get(key) or "") for key in ("title", "date", "type", "date_of", "section")},
        passage_id=passage.id,
        last_page=evidence.last_page,
    )


def best_answers(answers: Sequence[Answer], top_k: int) -> list[Answer]:
    """Return the first ``top_k`` answers that do not overlap a better one in the same document.

    Overlapping passages give such repeats. "No answer" keeps its place and does not count towards ``top_k``.
    """
    distinct = _distinct([answer for answer in answers if not answer.is_no_answer])
    kept = {id(answer) for answer in distinct[:top_k]}
    return [answer for answer in answers if answer.is_no_answer or id(answer) in kept]


def _distinct(answers: Sequence[Answer]) -> list[Answer]:
    spans = []
    for answer in answers:
        place, evidence = answer.best, answer.best.evidence
        spans.append(ScoredSpan(place.passage.document_id, evidence.start, evidence.end, answer.score))
    return [answers[index] for index in drop_overlapping(spans)]
