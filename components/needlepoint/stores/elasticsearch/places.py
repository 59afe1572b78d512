"""How old a record on the server is, and where one was seen."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Fence:
    """The sequence numbers of one change.

    What it writes has one from ``first`` to below ``last``, what it deletes one below ``last``. Of what it has overwritten and
    gives back, they lie just below ``first``: so a change that began later finds it as old as it was.
    """

    first: int
    last: int

    @classmethod
    def above(cls, last: int, size: int) -> "Fence":
        """Return a fence above a number, for this many records that are written, and as many that are given back."""
        size = max(1, size)
        return cls(last + size, last + 2 * size)

    @property
    def given_back(self) -> int:
        """The first number for what is given back."""
        return 2 * self.first - self.last


@dataclass(frozen=True, slots=True)
class Place:
    """What a document of the server is told by, for changing it only as it was seen."""

    number: int
    term: int

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> "Place":
        """Return the place of what the server has given or written."""
        return cls(int(found["_seq_no"]), int(found["_primary_term"]))

    def as_seen(self) -> dict[str, int]:
        """Return the conditions under which the server changes it."""
        return {"if_seq_no": self.number, "if_primary_term": self.term}
