"""Asks a collection questions without any framework: retrieves passages and reads the answers from them.

The answers, scores and places are those of the pipeline ``local``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from time import perf_counter
from typing import Any, Final, Protocol

from needlepoint.answers.answer import Answer, Context, Passage, Place
from needlepoint.answers.replies import Reply, best_answers
from needlepoint.errors import QuestionError
from needlepoint.reading.documents import with_text
from needlepoint.reading.extraction import AnswerExtractor, AnswerOptions, FoundAnswer
from needlepoint.reading.reader import SpanReader
from needlepoint.stores.names import PASSAGES
from needlepoint.stores.retrieval_scores import scaled_bm25
from needlepoint.stores.search_fields import SearchFields
from needlepoint.stores.value_preference import SearchedIndex, best_matches

SEARCH_FIELDS: Final[SearchFields] = {"content": 1.0, "title": 1.0, "name": 1.0, "opening": 0.8}
"""The fields that a question is compared with, and their weights: a question may name its document."""

CONTEXT_FIELDS: Final = ("title", "name", "opening")
"""The metadata given to the reader with a passage if the question names the document and the passage does not."""


USUAL_OPTIONS: Final = AnswerOptions(calibrated=True, return_no_answer=True, context_fields=CONTEXT_FIELDS)
"""How answers are chosen and scored in the pipeline ``local``."""


class SearchedStore(Protocol):
    """A store that can be searched: the embedded one, or Elasticsearch."""

    def snapshot(self, name: str) -> SearchedIndex | None:
        """Return an index as it is now, or None if there is no index of this name."""


def retrieve(
    store: SearchedStore,
    question: str,
    *,
    top_k: int = 20,
    filters: Mapping[str, Any] | None = None,
    search_fields: SearchFields = SEARCH_FIELDS,
) -> list[Passage]:
    """Return the passages that match a question best by BM25, best first; those with a value of the kind asked for count more.

    :param top_k: the most passages.
    :param filters: on metadata, such as ``{"type": "pdf", "date": {"$gte": "2023-01-01"}}``.
    :param search_fields: fields that the store was made with, and their weights.
    :raises QuestionError: the filters are invalid.
    :raises CollectionError: the store cannot be read.
    """
    index = store.snapshot(PASSAGES)
    if index is None:
        return []
    found = best_matches(index, question, search_fields=search_fields, top_k=top_k, filters=filters)
    return [
        Passage(record.id, record.content, record.meta, scaled_bm25(score), record.fields) for score, record in found
    ]


def answer_question(
    reader: SpanReader,
    question: str,
    passages: Sequence[Passage],
    *,
    top_k: int = 5,
    options: AnswerOptions = USUAL_OPTIONS,
) -> Reply:
    """Read the answers to a question from passages.

    A score is the probability that the answer is right. ``reply.found`` is false if it is more probable that the passages
    contain no answer; the best candidates are then in ``reply.doubtful``.

    :param passages: in the order of retrieval, which the scores depend on.
    :param top_k: the most answers.
    :param options: how answers are chosen and scored; their own ``top_k`` does not count.
    :raises QuestionError: the question is empty, or ``top_k`` is below 1.
    :raises ModelError: the model is missing or cannot be used.
    """
    if not question.strip():
        raise QuestionError("the question is empty")
    if top_k < 1:
        raise QuestionError(f"top_k must be at least 1, got {top_k}")
    # overlapping passages may give the same answer twice, so ask for more and drop the repeats
    extractor = AnswerExtractor(reader, replace(options, top_k=2 * top_k + 1))
    start, readable = perf_counter(), with_text(passages)
    found, _ = extractor.answers(readable, list(extractor.read_each(question, readable)))
    answers = [_answer(each, readable) for each in found]
    seconds = perf_counter() - start
    return Reply(
        question=question,
        answers=best_answers(answers, top_k),
        passages=list(passages),
        found=bool(answers) and not answers[0].is_no_answer,
        seconds=seconds,
        retrieval_s=0.0,
        reading_s=seconds,
    )


def _answer(found: FoundAnswer, passages: Sequence[Passage]) -> Answer:
    if not found.places:
        return Answer("", found.score)
    places = tuple(Place(passages[number], found.start, found.end) for number in found.places)
    passage, (start, end) = places[0].passage, found.context
    context = Context(passage.content[start:end], found.start - start, found.end - start)
    words = passage.content[found.start : found.end]
    return Answer(words, found.score, places, context, {**passage.meta, **places[0].meta})
