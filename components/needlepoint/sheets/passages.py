"""The passages of a document that are read for a question."""

from collections.abc import Mapping
from typing import Any, Final, Protocol

from needlepoint.answers.answer import Passage
from needlepoint.collection.asking import SearchedIndex
from needlepoint.sheets.asked_values import asked_value, may_state
from needlepoint.sheets.questions import SheetQuestion
from needlepoint.stores.names import PASSAGES
from needlepoint.stores.record_store import RecordIndex, RecordStore, records_in
from needlepoint.stores.records import Record
from needlepoint.stores.retrieval_scores import scaled_bm25
from needlepoint.stores.search_fields import SearchFields

_IN_DOCUMENT: Final[SearchFields] = {"content": 1.0}  # a title is the same in all passages of a document
_WITHOUT_VALUE = (
    0.6  # of the score: at 0.5 to 0.7 more answers are among the first passages, of contracts as of SQuAD's articles
)
_LOOKED_AT = 50  # passages at least, and four times those that are read


class SheetIndex(RecordIndex, SearchedIndex, Protocol):
    """An index that can be searched and scanned."""


class SheetStore(RecordStore, Protocol):
    """A store that can be searched and scanned."""

    def snapshot(self, name: str) -> SheetIndex | None:
        """Return an index as it is now, or None if there is no index of this name."""


def passages_to_read(store: SheetStore, document_id: str, question: SheetQuestion, *, wanted: int) -> list[Passage]:
    """Return passages of a document: first those that match the question, best first, then the others as they stand.

    They match by BM25, which counts less in a passage without a value of the kind that the question asks for: to "When ...?", one
    that has no date.

    :param wanted: the most passages.
    """
    only = {"document_id": document_id}
    matching = _matching(store, question, wanted=wanted, only=only)
    if len(matching) >= wanted:
        return matching
    have = {passage.id for passage in matching}
    others = [record for record in records_in(store, PASSAGES, only) if record.id not in have]
    others.sort(key=lambda record: int(record.meta.get("start") or 0))
    return [*matching, *(_passage(record) for record in others)][:wanted]


def _matching(store: SheetStore, question: SheetQuestion, *, wanted: int, only: Mapping[str, Any]) -> list[Passage]:
    index = store.snapshot(PASSAGES)
    if index is None:
        return []
    value = asked_value(question)
    most = wanted if value is None else max(_LOOKED_AT, 4 * wanted)
    words = f"{question.text} {question.hint}".strip()
    found = index.search(words, search_fields=_IN_DOCUMENT, top_k=most, filters=only, with_embeddings=False)
    if value is not None:
        found.sort(key=lambda each: -each[0] * (1 if may_state(each[1].content, value) else _WITHOUT_VALUE))
    return [_passage(record, scaled_bm25(score)) for score, record in found[:wanted]]


def _passage(record: Record, score: float | None = None) -> Passage:
    return Passage(record.id, record.content, record.meta, score, record.fields)
