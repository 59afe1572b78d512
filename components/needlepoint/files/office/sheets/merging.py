"""Merged cells: the text of each stands in every row that it covers."""

from typing import NamedTuple

from needlepoint.files.tables import Repeated, repeated

_MOST_REPEATED = 500_000  # cells that merged ones may fill
_MOST_SPANNED = 1000  # columns
_MOST_OPEN = 256  # merged cells that reach into one row


class Merged(NamedTuple):
    """A range of cells that are one: rows and columns from 1, both ends included."""

    left: int
    top: int
    right: int
    bottom: int


class Merging:
    """Fills the cells that merged ones cover, row by row from the top."""

    def __init__(self, merged: list[Merged]) -> None:
        self._coming = sorted(merged, key=lambda each: each.top, reverse=True)
        self._open: list[tuple[Merged, str]] = []
        self._room = _MOST_REPEATED

    def fill(self, number: int, row: list[str]) -> None:
        """Fill a row that holds something; merged cells alone make none."""
        if self._room <= 0 or not (self._open or self._coming):
            return
        self._open = [(each, text) for each, text in self._open if each.bottom >= number]
        opened = []
        while self._coming and self._coming[-1].top <= number:
            each = self._coming.pop()
            text = row[each.left - 1] if each.top == number and each.left <= len(row) else ""
            if text:
                opened.append((each, text))
        if any(row):
            for each, text in self._open:
                self._put(row, each, repeated(text), is_first=False)
            for each, text in opened:
                self._put(row, each, text, is_first=True)
        self._open = (self._open + opened)[-_MOST_OPEN:]

    def _put(self, row: list[str], merged: Merged, text: str, *, is_first: bool) -> None:
        right = min(merged.right, merged.left + _MOST_SPANNED, merged.left + self._room)
        row += [""] * (right - len(row))
        if not is_first:
            row[merged.left - 1] = text
        for at in range(merged.left, right):
            row[at] = Repeated(repeated(text))
        self._room = max(0, self._room - (right - merged.left + 1))
