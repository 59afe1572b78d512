"""Converts the output of a Haystack pipeline to our own types; no other module does."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from needlepoint.answers.answer import Answer, Context, Passage, Place
from needlepoint.errors import PipelineFileError

if TYPE_CHECKING:
    from haystack.schema import Answer as HaystackAnswer
    from haystack.schema import Document


def passages_of(documents: Iterable["Document"]) -> list[Passage]:
    """Return Haystack's documents as passages, in their order."""
    return [_passage(document) for document in documents]


def answers_of(answers: Iterable["HaystackAnswer"], passages: Sequence[Passage]) -> list[Answer]:
    """Return the answers of any extractive Haystack reader, in their order.

    :param passages: the passages that the reader was given.
    :raises PipelineFileError: an answer comes without its place in a passage.
    """
    by_id = {passage.id: passage for passage in passages}
    return [_answer(answer, by_id) for answer in answers]


def plain(value: Any) -> Any:
    """Return the debug output of nodes as plain data: Haystack's objects as dicts, without embeddings."""
    if isinstance(value, Mapping):
        return {str(key): plain(member) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [plain(member) for member in value]
    if hasattr(value, "to_dict"):
        return {**plain(value.to_dict()), **({"embedding": None} if hasattr(value, "embedding") else {})}
    return value.tolist() if hasattr(value, "tolist") else value


def _passage(document: "Document") -> Passage:
    from needlepoint.nodes.store_records import to_record

    record = to_record(document)
    fields = dict(record.fields)
    if record.embedding is not None:
        fields["embedding"] = record.embedding.tolist()
    score = None if document.score is None else float(document.score)
    return Passage(record.id, record.content, dict(record.meta), score, fields)


def _answer(answer: "HaystackAnswer", passages: Mapping[str, Passage]) -> Answer:
    score = float(answer.score or 0.0)
    if not answer.answer:
        return Answer("", score, meta=dict(answer.meta or {}))
    places = _places(answer, passages)
    best = places[0]
    words = best.passage.content[best.start : best.end]  # taken from the passage, whatever the reader's own text
    return Answer(words, score, places, _context(answer), {**(answer.meta or {}), **best.meta})


def _places(answer: "HaystackAnswer", passages: Mapping[str, Passage]) -> tuple[Place, ...]:
    try:
        spans = zip(answer.document_ids, answer.offsets_in_document, strict=True)
        return tuple(Place(passages[id_], span.start, span.end) for id_, span in spans)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise PipelineFileError(
            "the reader does not give the place of its answer in a passage:"
            " use an extractive reader such as OnnxReader, FARMReader or TransformersReader"
        ) from error


def _context(answer: "HaystackAnswer") -> Context | None:
    if not isinstance(answer.context, str) or not answer.offsets_in_context:
        return None
    span = answer.offsets_in_context[0]
    return Context(answer.context, span.start, span.end)
