"""Extracts the answers to a question from documents, with their places: the part of a reader that depends on no framework.

FARMReader's rules decide which answers there are and how they are scored; ``OnnxReader`` lists the exceptions.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from needlepoint.reading.answers import Candidate, Ranking, TextReading
from needlepoint.reading.documents import Readable
from needlepoint.reading.echoes import ECHO_WEIGHT, is_echo
from needlepoint.reading.named_documents import NamedDocuments
from needlepoint.reading.naming import naming_words
from needlepoint.reading.overlaps import without_repeats
from needlepoint.reading.paragraphs import within_paragraph
from needlepoint.reading.reader import FOREIGN_WEIGHT, SpanReader
from needlepoint.reading.rows import ROW, named_share, within_cell
from needlepoint.reading.scoring import Scoring
from needlepoint.text.languages import is_foreign
from needlepoint.text.quantities import worded_as_in


@dataclass(frozen=True, slots=True)
class AnswerOptions:
    """Which answers are returned and how they are scored; names and defaults are FARMReader's.

    :param top_k: the most answers in all.
    :param top_k_per_candidate: the most answers from one document.
    :param top_k_per_sample: the most answers from one window of a document.
    :param no_ans_boost: added to the score of "no answer".
    :param return_no_answer: whether "no answer" is one of the answers, in its place by score.
    :param duplicate_filtering: in one window, drop spans within so many tokens of a better one; -1 keeps all.
    :param use_confidence_scores: score by confidence, from 0 to 1, rather than by the sum of the logits.
    :param confidence_threshold: drop answers with a lower score.
    :param context_window_size: characters of text around an answer.
    :param calibrated: score by the probability that an answer is right, assuming that documents come in the order of
        retrieval; "no answer" scores the probability that nothing read contains an answer.
    :param context_fields: metadata keys that describe the document (:mod:`needlepoint.reading.naming`).
    :raises ValueError: an argument is out of range.
    """

    top_k: int = 10
    top_k_per_candidate: int = 3
    top_k_per_sample: int = 1
    no_ans_boost: float = 0.0
    return_no_answer: bool = False
    duplicate_filtering: int = 0
    use_confidence_scores: bool = True
    confidence_threshold: float | None = None
    context_window_size: int = 150
    calibrated: bool = False
    context_fields: Sequence[str] | None = None

    def __post_init__(self) -> None:
        for name in ("top_k", "top_k_per_candidate", "top_k_per_sample"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, got {getattr(self, name)}")
        if isinstance(self.context_fields, str):
            raise ValueError(f"context_fields must be a list of metadata keys, got {self.context_fields!r}")

    @property
    def ranking(self) -> Ranking:
        """How candidates are chosen."""
        return Ranking(
            top_k_per_candidate=self.top_k_per_candidate,
            top_k_per_sample=self.top_k_per_sample,
            no_ans_boost=self.no_ans_boost,
            duplicate_filtering=self.duplicate_filtering,
            by=self._ranked_by,
        )

    @property
    def _ranked_by(self) -> Literal["margin", "confidence", "score"]:
        if self.calibrated:
            return "margin"
        return "confidence" if self.use_confidence_scores else "score"

    @property
    def scored_by(self) -> Literal["probability", "confidence", "logits"]:
        """What an answer's score is."""
        if self.calibrated:
            return "probability"
        return "confidence" if self.use_confidence_scores else "logits"


@dataclass(frozen=True, slots=True)
class FoundAnswer:
    """An answer: ``documents[place].content[start:end]`` for each place; "no answer" has no place.

    :param score: the answers' order, higher first.
    :param places: the indices of the documents whose text contains the answer, in order.
    :param context: the span of ``content`` to show around the answer.
    """

    score: float
    start: int = 0
    end: int = 0
    places: tuple[int, ...] = ()
    context: tuple[int, int] = (0, 0)


class AnswerExtractor:
    """Finds answers in documents.

    :param reader: the reader that reads the texts.
    :param options: which answers are returned and how they are scored.
    """

    def __init__(self, reader: SpanReader, options: AnswerOptions) -> None:
        self._reader = reader
        self._options = options

    def read_each(self, question: str, documents: Sequence[Readable]) -> Iterator[TextReading]:
        """Read the documents one by one, each when the next reading is requested, as :meth:`SpanReader.read_each` does.

        :param documents: documents with text; see :func:`needlepoint.reading.documents.with_text`.
        """
        texts = [document.content for document in documents]
        contexts = self._contexts(question, documents)
        wordings = [worded_as_in(question, text) if self._options.calibrated else question for text in texts]
        readings = self._reader.read_each(wordings, texts, self._options.ranking, contexts=contexts)
        if not self._options.calibrated:
            return readings
        named = NamedDocuments(question, documents, self._options.context_fields or ())
        return (self._weighed(*each, named) for each in zip(wordings, documents, readings, strict=True))

    def _weighed(self, question: str, document: Readable, reading: TextReading, named: NamedDocuments) -> TextReading:
        """Return the reading with how much of each answer's probability counts: see ``Candidate.share``."""
        text = document.content
        if document.meta.get("kind") == ROW:
            reading = _within(partial(within_cell, question, text), reading)
            share = named_share(
                question, text, [document.meta.get(field) for field in self._options.context_fields or ()]
            )
        else:
            reading = _within(partial(within_paragraph, text), reading)
            share = named.share(document)
        if is_foreign(document.meta.get("language"), self._reader.languages):
            share *= FOREIGN_WEIGHT
        weights = [ECHO_WEIGHT if is_echo(question, text[c.start : c.end]) else 1.0 for c in reading.candidates]
        weighed = zip(reading.candidates, weights, strict=True)
        return replace(reading, candidates=tuple(replace(each, share=share * weight) for each, weight in weighed))

    def _contexts(self, question: str, documents: Sequence[Readable]) -> list[str]:
        fields = self._options.context_fields
        if not fields:
            return []
        about = [[document.meta.get(field) for field in fields] for document in documents]
        named = [naming_words(question, each.content, of) for each, of in zip(documents, about, strict=True)]
        return [f"{words}." if words else "" for words in named]

    def answers(
        self, documents: Sequence[Readable], readings: Sequence[TextReading], *, top_k: int | None = None
    ) -> tuple[list[FoundAnswer], float]:
        """Turn the readings of documents into answers, best first, and the gap of "no answer".

        :param documents: in the order of retrieval, as many as ``readings``.
        :param top_k: the most answers in all; by default that of the options.
        :returns: the answers, and the largest margin by which a span beats "no answer" in any document.
        """
        options = self._options
        distinct = without_repeats(documents, readings)
        scoring = Scoring(options.scored_by, self._reader.calibration)
        found = self._found(documents, distinct, scoring)
        no_answer, gap = scoring.no_answer(distinct, best=max((answer.score for answer in found), default=None))
        if options.return_no_answer:
            found.append(FoundAnswer(no_answer))
        found.sort(key=lambda answer: answer.score, reverse=True)
        threshold = options.confidence_threshold
        chosen = found[: options.top_k if top_k is None else top_k]
        return [answer for answer in chosen if threshold is None or answer.score >= threshold], gap

    def _found(
        self, documents: Sequence[Readable], readings: Sequence[TextReading], scoring: Scoring
    ) -> list[FoundAnswer]:
        """Return an answer for each candidate; one that stands at the same place in documents of the same text is one answer."""
        ranks = {document.id: rank for rank, document in reversed(list(enumerate(documents)))}
        found = []
        for places, candidate in _places(documents, readings, most=self._options.top_k_per_candidate):
            document = documents[places[0]]
            start, end = candidate.start, candidate.end
            context = context_window(document.content, start, end, self._options.context_window_size)
            score = scoring.answer(candidate, rank=ranks[document.id], passages=len(documents))
            found.append(FoundAnswer(score, start, end, tuple(places), context))
        return found


def _within(part: Callable[[int, int], tuple[int, int]], reading: TextReading) -> TextReading:
    """Keep each candidate to a part of the text; of two that become the same, the better one stays."""
    kept: dict[tuple[int, int], Candidate] = {}
    for each in reading.candidates:
        start, end = part(each.start, each.end)
        kept.setdefault((start, end), replace(each, start=start, end=end))
    return replace(reading, candidates=tuple(kept.values()))


def context_window(text: str, start: int, end: int, size: int) -> tuple[int, int]:
    """Return the span that FARM shows around an answer: ``size`` characters, shifted at the text's ends."""
    half = max(size, end - start + 1) // 2
    middle = start + (end - start) // 2
    left, right = middle - half, middle + half
    missing_left, missing_right = max(0, -left), max(0, right - len(text))
    return max(0, left - missing_right), min(len(text), right + missing_left)


def answer_page(text: str, start: int, first_page: int) -> int:
    """Return the page of the answer that begins at ``text[start]``; form feeds divide pages."""
    return first_page + text.count("\f", 0, start)


def _places(
    documents: Sequence[Readable], readings: Sequence[TextReading], *, most: int
) -> list[tuple[list[int], Candidate]]:
    """Return the ``most`` best candidates of each text, each with the indices of the documents that have this text, in order.

    Documents of the same text that were read with different contexts have candidates of their own.
    """
    found: dict[tuple[str, Candidate], list[int]] = {}
    for number, (document, reading) in enumerate(zip(documents, readings, strict=True)):
        for candidate in reading.candidates[:most]:
            places = found.setdefault((document.content, candidate), [])
            if all(documents[place].id != document.id for place in places):
                places.append(number)
    return [(places, candidate) for (_, candidate), places in found.items()]
