"""What comes back from a question: the answers, best first, as quotes with their evidence, and the passages that were read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from needlepoint.answers.answer import Answer, Passage, Place
from needlepoint.answers.evidence import ScoredSpan, drop_overlapping, emphasise
from needlepoint.answers.haystack_json import query_json


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

    :param answers: best first; "no answer" stands among them by its score if the reader gives one.
    :param passages: what was read, in order of retrieval.
    :param found: whether the reader holds that the passages answer the question.
    :param seconds: wall time, of which ``retrieval_s`` and ``reading_s``.
    :param debug: what every node of the pipeline took and gave, as plain data; empty unless it was asked for.
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
        """When nothing was found, the words that came nearest to an answer."""
        return [] if self.found else self._all_quotes()

    def _all_quotes(self) -> list[Quote]:
        return [quote(answer, answer.best) for answer in self.answers if not answer.is_no_answer]

    def to_dict(self) -> dict[str, Any]:
        """Return the reply as Haystack's REST service gives it; plain data, fit for JSON."""
        return query_json(self.question, self.answers, self.passages)


def quote(answer: Answer, place: Place) -> Quote:
    """Return an answer at one of its places, in its sentence."""
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
        **{key: str(passage.meta.get(key) or "") for key in ("title", "date", "type")},
        passage_id=passage.id,
    )


def best_answers(answers: Sequence[Answer], top_k: int) -> list[Answer]:
    """Return the first ``top_k`` answers that do not repeat words of a better one in the same place.

    Passages that overlap give such repeats. "No answer" stays where it stands and is not counted.
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
