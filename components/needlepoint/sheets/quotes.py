"""Quotes that are to be verified, and what was found of them."""

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """What became of a quote."""

    HOLDS = "holds"
    MOVED = "moved"
    CHANGED = "changed"
    GONE = "gone"
    UNCHECKED = "not checked"


@dataclass(frozen=True, slots=True)
class GivenQuote:
    """A quote as a file or a caller gives it; all but the words may be missing.

    :param words: the quoted words.
    :param document: the document's id, path or name, whichever it may be.
    :param document_id: its id, or an unambiguous beginning of it.
    :param page: the page on which the words begin, from 1.
    :param start: the first character in the document's text; ``end`` is one past the last.
    :param before: the text just before the words; ``after`` that just after them.
    :param place: where it stands in its file, such as ``row 7``.
    :param note: what is wrong with its page or offsets, which are then not used.
    :param problem: why it cannot be looked up at all.
    """

    words: str
    document: str = ""
    document_id: str = ""
    path: str = ""
    page: int | None = None
    start: int | None = None
    end: int | None = None
    before: str = ""
    after: str = ""
    place: str = ""
    note: str = ""
    problem: str = ""

    @property
    def label(self) -> str:
        """The document as a person knows it."""
        return self.document or self.path or self.document_id


@dataclass(frozen=True, slots=True)
class VerifiedQuote:
    """A quote and what its document says now.

    :param document_id: the document in which it was looked up; empty if there is none.
    :param page: the page on which the words begin now, ``last_page`` that on which they end; 0 if they are not there.
    :param start: where the words are now: ``text[start:end] == words``.
    :param words: the words there now: those of the quote, or the nearest if it has changed.
    :param similarity: of the nearest words to those of the quote, from 0 to 1.
    :param reason: one line for people.
    """

    quote: GivenQuote
    outcome: Outcome
    document_id: str = ""
    name: str = ""
    page: int = 0
    last_page: int = 0
    start: int = 0
    end: int = 0
    words: str = ""
    similarity: float = 0.0
    reason: str = ""

    @property
    def holds(self) -> bool:
        """Whether the quote stands where the file says."""
        return self.outcome is Outcome.HOLDS

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data that JSON can hold."""
        given = {name: value for name, value in asdict(self.quote).items() if value not in ("", None)}
        now = {
            "document_id": self.document_id,
            "name": self.name,
            "page": self.page,
            "last_page": self.last_page,
            "start": self.start,
            "end": self.end,
            "words": self.words,
            "similarity": round(self.similarity, 3),
        }
        has_place = self.end > self.start
        return {
            "outcome": str(self.outcome),
            "reason": self.reason,
            "quote": given,
            "now": now
            if has_place
            else ({"document_id": self.document_id, "name": self.name} if self.document_id else None),
        }


@dataclass(frozen=True, slots=True)
class Verification:
    """What became of all quotes of a file, in their order."""

    quotes: list[VerifiedQuote] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether every quote holds."""
        return all(quote.holds for quote in self.quotes)

    def counts(self) -> dict[Outcome, int]:
        """Return how many quotes there are of each outcome."""
        counts = dict.fromkeys(Outcome, 0)
        for quote in self.quotes:
            counts[quote.outcome] += 1
        return counts

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data that JSON can hold."""
        counts = {str(outcome): number for outcome, number in self.counts().items()}
        return {"holds": self.holds, "counts": counts, "quotes": [quote.to_dict() for quote in self.quotes]}
