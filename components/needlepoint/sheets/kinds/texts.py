"""Words that are compared as they are, but for case, white space and the marks around them."""

from dataclasses import dataclass

from needlepoint.answers.cards import same_words
from needlepoint.sheets.kinds.value import Agreement, Value


@dataclass(frozen=True, slots=True)
class TextValue:
    """Words, or the items of a list in any order."""

    items: tuple[str, ...]

    @property
    def readings(self) -> frozenset[tuple[str, ...]]:
        """The words."""
        return frozenset({self.items})

    def agreement(self, other: Value) -> Agreement:
        """Return whether the words are the same, or those of one are among those of the other; else this is not known."""
        if not isinstance(other, TextValue):
            return Agreement.UNKNOWN
        if self.items == other.items:
            return Agreement.SAME
        mine, theirs = (f" {' ; '.join(each.items)} " for each in (self, other))
        is_part = set(self.items) <= set(other.items) or set(other.items) <= set(self.items)
        return Agreement.COMPATIBLE if is_part or mine in theirs or theirs in mine else Agreement.UNKNOWN

    def __str__(self) -> str:
        return "; ".join(self.items)


def text_of(words: str) -> TextValue | None:
    """Return the words in the form in which they are compared; None if there are none."""
    folded = same_words(words)
    return TextValue((folded,)) if folded else None


def list_of(words: str) -> TextValue | None:
    """Return the items of a list, separated by semicolons."""
    items = sorted(set(filter(None, map(same_words, words.split(";")))))
    return TextValue(tuple(items)) if items else None
