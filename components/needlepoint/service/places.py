"""Where the words of a document stand on its pages and the cells in its sheets; what was asked for last is remembered."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from cachetools import LRUCache

from needlepoint.errors import UnknownDocumentError, UnreadableFileError
from needlepoint.files.reading import DEFAULT_LIMITS
from needlepoint.service.texts import Texts
from needlepoint.stores.records import Record

if TYPE_CHECKING:
    from needlepoint.files.pdf.boxes import WordBoxes
    from needlepoint.files.placed_cells import PlacedRow

_AHEAD = 3  # pages that are read with the one asked for, since a reader goes on to them
_MOST_PAGES, _MOST_SHEETS, _MOST_DOCUMENTS = 400, 4, 100


class PlacedWord(NamedTuple):
    """A word of a page: characters of the document's text, and its sides as fractions of the page as it is shown."""

    start: int
    end: int
    left: float
    top: float
    right: float
    bottom: float


class Places:
    """Looks up places in the files that documents were read from; may be used from several threads.

    :param original: returns the file of a document.
    """

    def __init__(self, texts: Texts, original: Callable[[Record], Path]) -> None:
        self._texts = texts
        self._original = original
        self._lock = threading.Lock()
        self._words: LRUCache[tuple[str, int], WordBoxes] = LRUCache(_MOST_PAGES)
        self._rows: LRUCache[tuple[str, int], list[PlacedRow]] = LRUCache(_MOST_SHEETS)
        self._sizes: LRUCache[str, list[tuple[float, float]]] = LRUCache(_MOST_DOCUMENTS)

    def sizes(self, record: Record) -> list[tuple[float, float]]:
        """Return width and height of each page of a PDF as it is shown, in points.

        :raises UnknownDocumentError: it is no PDF, or its file is gone.
        """
        from needlepoint.files.pdf.picture import page_sizes

        _check_pdf(record)
        with self._lock:
            known = self._sizes.get(record.id)
        if known is None:
            with _explained(record, "its pages cannot be measured"):
                known = page_sizes(self._original(record).read_bytes())
            with self._lock:
                self._sizes[record.id] = known
        return known

    def words(self, record: Record, number: int) -> list[PlacedWord]:
        """Return the words of a page of a PDF with their places; none if another version read the page as another text.

        :raises UnknownDocumentError: it is no PDF, it has no such page, or its file is gone.
        """
        _check_pdf(record)
        page, text = self._texts.page(record.id, number)
        with self._lock:
            found = self._words.get((record.id, number))
        found = found or self._read_words(record, number)
        if found.text != text or not (found.width and found.height):
            return []
        width, height = found.width, found.height
        return [
            PlacedWord(page.start + start, page.start + end, left / width, top / height, right / width, bottom / height)
            for start, end, left, top, right, bottom in found.words
        ]

    def _read_words(self, record: Record, number: int) -> "WordBoxes":
        from needlepoint.files.pdf.boxes import word_boxes

        last = min(number + _AHEAD, int(record.meta.get("pages") or number))
        numbers = range(number, max(last, number) + 1)
        with _explained(record, f"the words of page {number} cannot be placed"):
            found = word_boxes(self._original(record), numbers)
        with self._lock:
            self._words.update({(record.id, each): words for each, words in zip(numbers, found, strict=True)})
        return found[0]

    def rows(self, record: Record, number: int) -> "Sequence[PlacedRow]":
        """Return the rows of a sheet with the places of their cells.

        :param number: of its page.
        :raises UnknownDocumentError: it has no cells that can be placed, it has no such page, or its file is gone.
        """
        from needlepoint.files.placed_cells import SHEET_TYPES, placed_cells

        type_ = str(record.meta.get("type"))
        if type_ not in SHEET_TYPES:
            raise UnknownDocumentError(f"{record.meta.get('name')} has no cells: only its text can be shown")
        _, text = self._texts.page(record.id, number)
        with self._lock:
            known = self._rows.get((record.id, number))
        if known is None:
            with _explained(record, f"the cells of page {number} cannot be placed"):
                known = placed_cells(self._original(record), type_, number, text, DEFAULT_LIMITS)
            with self._lock:
                self._rows[record.id, number] = known
        return known


def _check_pdf(record: Record) -> None:
    if record.meta.get("type") != "pdf":
        raise UnknownDocumentError(f"{record.meta.get('name')} is not a PDF: only its text can be shown")


@contextmanager
def _explained(record: Record, what: str) -> Iterator[None]:
    try:
        yield
    except (UnreadableFileError, ValueError, OSError) as error:
        raise UnknownDocumentError(f"{record.meta.get('name')}: {what}: {error}") from error
