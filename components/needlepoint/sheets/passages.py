"""The passages of a document that are read for a question."""

from collections.abc import Mapping
from typing import Any, Final, Protocol

from needlepoint.answers.answer import Passage
from needlepoint.sheets.questions import Kind, SheetQuestion
from needlepoint.stores.names import PASSAGES
from needlepoint.stores.record_store import RecordIndex, RecordStore, records_in
from needlepoint.stores.records import Record
from needlepoint.stores.retrieval_scores import scaled_bm25
from needlepoint.stores.search_fields import SearchFields
from needlepoint.stores.value_preference import SearchedIndex, best_for_value
from needlepoint.text.asked_values import AskedValue, asked_value

_IN_DOCUMENT: Final[SearchFields] = {"content": 1.0}  # a title is the same in all passages of a document
_WITHOUT_VALUE = (
    0.6  # of the score: at 0.5 to 0.7 more answers are among the first passages, of contracts as of SQuAD's articles
)
_STATED: Final = {Kind.DATE: AskedValue.DATE, Kind.PERIOD: AskedValue.PERIOD, Kind.AMOUNT: AskedValue.NUMBER}


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
    found = best_for_value(
        index,
        f"{question.text} {question.hint}".strip(),
        value_asked(question),
        without=_WITHOUT_VALUE,
        search_fields=_IN_DOCUMENT,
        top_k=wanted,
        filters=only,
    )
    return [_passage(record, scaled_bm25(score)) for score, record in found]


def value_asked(question: SheetQuestion) -> AskedValue | None:
    """Return the kind of value that a question asks for, by its stated kind or else by its words."""
    return _STATED.get(question.kind) or asked_value(question.text)


def _passage(record: Record, score: float | None = None) -> Passage:
    return Passage(record.id, record.content, record.meta, score, record.fields)
