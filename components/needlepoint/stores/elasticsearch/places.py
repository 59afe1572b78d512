"""Sequence numbers of changes, and versions of documents on the server."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Fence:
    """The range of sequence numbers of one change.

    Records that the change writes have numbers from ``first`` to below ``last``; it deletes only records below ``last``.
    Overwritten records that an undo restores get numbers just below ``first``, so that they stay older than every later change.
    """

    first: int
    last: int

    @classmethod
    def above(cls, last: int, size: int) -> "Fence":
        """Return a fence above ``last`` for ``size`` written records and as many restored ones."""
        size = max(1, size)
        return cls(last + size, last + 2 * size)

    @property
    def restored_from(self) -> int:
        """The first number for restored records."""
        return 2 * self.first - self.last


@dataclass(frozen=True, slots=True)
class Place:
    """The version of a document on the server, for conditional updates."""

    number: int
    term: int

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> "Place":
        """Return the version in a response of the server."""
        return cls(int(found["_seq_no"]), int(found["_primary_term"]))

    def as_seen(self) -> dict[str, int]:
        """Return the parameters that make a request conditional on this version."""
        return {"if_seq_no": self.number, "if_primary_term": self.term}
