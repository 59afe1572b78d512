"""The text of a cell that knows where it stands in its sheet, so that it is found again in the lines that are made of it."""

from needlepoint.files.tables import OneLine


class PlacedText(OneLine):
    """The text of a cell, on one line.

    :param row: from 1; so is ``column``.
    """

    __slots__ = ("column", "row")
    row: int
    column: int

    def __new__(cls, text: str, row: int, column: int) -> "PlacedText":
        """Make one."""
        placed = super().__new__(cls, text)
        placed.row, placed.column = row, column
        return placed
