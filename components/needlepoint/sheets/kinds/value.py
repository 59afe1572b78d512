"""What all values share: the readings that their words allow, and how far two of them agree."""

import re
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeVar


class Agreement(StrEnum):
    """How far two values agree."""

    SAME = "same"
    COMPATIBLE = "compatible"  # one says less than the other, and nothing against it: a month and a day in it
    DIFFERENT = "different"
    UNKNOWN = "unknown"  # they cannot be compared, as metres and miles


class Value(Protocol):
    """A value that was read from words; ``str()`` gives it in one form whatever the words were."""

    @property
    def readings(self) -> frozenset[Hashable]:
        """What the words may mean, more than one where they are ambiguous; values with a common reading are the same."""

    def agreement(self, other: "Value") -> Agreement:
        """Return how far this value agrees with another."""


ValueT = TypeVar("ValueT", bound=Value)


@dataclass(frozen=True, slots=True)
class Quoted:
    """Words and the text around them: ``text[start:end]`` are the words."""

    text: str
    start: int
    end: int

    @classmethod
    def of(cls, words: str, around: str = "") -> "Quoted":
        """Find the words in the text around them; where they stand there twice or not at all, they stand alone."""
        at = around.find(words) if words else -1
        if at < 0 or around.find(words, at + 1) >= 0:
            return cls(words, 0, len(words))
        return cls(around, at, at + len(words))

    @property
    def words(self) -> str:
        """The words themselves."""
        return self.text[self.start : self.end]

    def near(self, most: int) -> "Quoted":
        """Return the words with at most so many characters of text on either side."""
        first = max(0, self.start - most)
        return Quoted(self.text[first : self.end + most], self.start - first, self.end - first)

    def touches(self, match: re.Match[str]) -> bool:
        """Return whether a match in the text has characters of the words."""
        return match.start() < self.end and self.start < match.end()

    def beside(self, match: re.Match[str]) -> tuple[str, str]:
        """Return what of the words stands before and after a match."""
        return self.text[self.start : match.start()], self.text[match.end() : self.end]


def only_value(values: Iterable[ValueT]) -> ValueT | None:
    """Return the value that all statements agree on; None if there is none.

    "Five hundred dollars ($500)" states one value twice. Of an ambiguous statement and a clear one, the clear one counts.
    """
    ordered = sorted(values, key=lambda value: len(value.readings))
    if not ordered or not all(ordered[0].readings & value.readings for value in ordered):
        return None
    return ordered[0]
