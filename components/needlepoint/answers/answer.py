"""Answers, passages, and the places of answers in passages: types of our own that depend on no framework."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from needlepoint.answers.evidence import Evidence, locate


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage as it was retrieved.

    :param meta: metadata of the passage and its document: ``document_id``, ``name``, ``title``, ``start``, ``page`` ...
    :param score: the retriever's score; None if it gives none.
    :param fields: further values that the store keeps, returned unchanged.
    """

    id: str
    content: str
    meta: Mapping[str, Any] = field(default_factory=dict)
    score: float | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)

    @property
    def document_id(self) -> str:
        """The id of its document; a passage without one counts as a document itself."""
        return str(self.meta.get("document_id") or self.id)

    @property
    def start(self) -> int:
        """Its first character in the document's source text."""
        return int(self.meta.get("start") or 0)

    @property
    def end(self) -> int:
        """One past its last character in the document's source text."""
        return self.start + len(self.content)

    @property
    def page(self) -> int:
        """The page on which it begins, from 1."""
        return int(self.meta.get("page") or 1)

    @property
    def page_turns(self) -> list[int]:
        """Where in its text a page begins without a form feed before it."""
        return [int(turn) for turn in self.meta.get("page_turns") or ()]


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer stands in a passage: ``passage.content[start:end]`` is its text."""

    passage: Passage
    start: int
    end: int

    @property
    def evidence(self) -> Evidence:
        """The place in the source text of the passage's document.

        :raises ValueError: the span is not in the passage.
        """
        passage = self.passage
        return locate(
            passage.content,
            self.start,
            self.end,
            passage_start=passage.start,
            passage_page=passage.page,
            page_turns=passage.page_turns,
        )

    @property
    def meta(self) -> dict[str, Any]:
        """The place as an answer's ``meta`` holds it: ``document_id``, ``name``, ``page``, ``start`` and ``end``.

        :raises ValueError: the span is not in the passage.
        """
        evidence = self.evidence
        return {
            "document_id": self.passage.document_id,
            "name": self.passage.meta.get("name", ""),
            "page": evidence.page,
            "start": evidence.start,
            "end": evidence.end,
        }


@dataclass(frozen=True, slots=True)
class Context:
    """The text around an answer as the reader cut it: ``text[start:end]`` is the answer."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Answer:
    """The words that answer a question, or the reader's statement that there is no answer.

    :param text: the exact words; empty for "no answer".
    :param score: the reader's score. A calibrated reader gives the probability that the answer is right, or, for "no answer",
        the probability that nothing it read answers the question.
    :param places: where the words stand; more than one if several passages have the same text. Empty for "no answer".
    :param context: the text around the answer; None for "no answer".
    :param meta: metadata from the reader and the first passage, and the place in the document: ``document_id``, ``name``,
        ``page``, ``start`` and ``end``.
    """

    text: str
    score: float
    places: tuple[Place, ...] = ()
    context: Context | None = None
    meta: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_no_answer(self) -> bool:
        """Whether this states that there is no answer."""
        return not self.text

    @property
    def best(self) -> Place:
        """The first place.

        :raises ValueError: this is "no answer", which has no place.
        """
        if not self.places:
            raise ValueError("'no answer' has no place: check is_no_answer first")
        return self.places[0]
