"""Where words and cells of a document stand, as the service's routes for reading tell it."""

from dataclasses import dataclass

from needlepoint_ui.service.models import Json

PlacedWord = tuple[int, int, float, float, float, float]
"""A word of a page: its characters in the document's text; left, top, right, bottom as fractions of the page."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A page as PNG, and the boxes of the marked words: left, top, right, bottom as fractions of the page."""

    png: bytes
    boxes: tuple[tuple[float, float, float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row of a sheet.

    :param number: from 1, as the sheet's program counts.
    :param start: where its line stands in the document's text; None for rows without a line, such as headings.
    :param cells: column from 1, text, and where the text stands; None for a heading.
    """

    number: int
    start: int | None
    end: int | None
    cells: tuple[tuple[int, str, int | None], ...]

    @classmethod
    def of(cls, data: Json) -> "SheetRow":
        """Read it from JSON."""
        cells = tuple((int(cell["column"]), str(cell["text"]), cell["start"]) for cell in data["cells"])
        return cls(int(data["number"]), data["start"], data["end"], cells)


@dataclass(frozen=True, slots=True)
class Found:
    """Where words stand in a document.

    :param places: start, end and page of each.
    :param more: whether there are more places.
    """

    places: tuple[tuple[int, int, int], ...] = ()
    more: bool = False

    @classmethod
    def of(cls, data: Json) -> "Found":
        """Read it from JSON."""
        places = tuple((int(each["start"]), int(each["end"]), int(each["page"])) for each in data["places"])
        return cls(places, bool(data["more"]))
