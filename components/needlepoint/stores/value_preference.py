"""Ranks passages that hold a value of the kind a question asks for before others: to "When ...?", those with a date.

A passage without one keeps a share of its BM25 score. Nothing else changes, and other questions are ranked by BM25 alone.
"""

from collections.abc import Mapping
from typing import Any, Final, Protocol

from needlepoint.stores.records import Record
from needlepoint.stores.search_fields import SearchFields
from needlepoint.text.asked_values import AskedValue, asked_value, may_state

WITHOUT_VALUE: Final = 0.8
"""What a passage without the value keeps: with less, fewer paragraphs of SQuAD are found."""

_LOOKED_AT_MORE = 40  # passages at least, beside those that are wanted, and as many as these


class SearchedIndex(Protocol):
    """An index of passages."""

    def search(
        self,
        question: str,
        *,
        search_fields: SearchFields,
        top_k: int,
        filters: Mapping[str, Any] | None = ...,
        all_terms: bool = ...,
        with_embeddings: bool = ...,
    ) -> list[tuple[float, Record]]:
        """Return the records that match a question best, with their BM25 scores, best first."""


def best_matches(index: SearchedIndex, question: str, *, top_k: int, **search: Any) -> list[tuple[float, Record]]:
    """Search, and rank what holds a value of the kind that the question asks for first.

    ``best_matches(index, "When does the lease end?", top_k=20, search_fields={"content": 1.0})``

    :param top_k: the most records.
    :param search: further parameters of :meth:`SearchedIndex.search`.
    :returns: the records with their scores, best first.
    """
    return best_for_value(index, question, asked_value(question), without=WITHOUT_VALUE, top_k=top_k, **search)


def best_for_value(
    index: SearchedIndex,
    question: str,
    value: AskedValue | None,
    *,
    without: float,
    top_k: int,
    with_embeddings: bool = False,
    **search: Any,
) -> list[tuple[float, Record]]:
    """Search, and rank what holds a value of a kind first; without a kind, only search.

    :param without: the share of its score that a record without the value keeps.
    """
    looked_at = top_k if value is None else top_k + max(top_k, _LOOKED_AT_MORE)
    found = index.search(question, top_k=looked_at, with_embeddings=with_embeddings, **search)
    if value is None:
        return found
    scored = [(score if may_state(record.content, value) else without * score, record) for score, record in found]
    return sorted(scored, key=lambda each: -each[0])[:top_k]
