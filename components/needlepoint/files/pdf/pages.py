"""The pages of a PDF, each read with the pages near it: what repeats is furniture, and sentences and tables go on."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

import pypdfium2

from needlepoint.files.ocr.scans import Scans
from needlepoint.files.pdf.annotations import read_annotations
from needlepoint.files.pdf.block import Block, BlockKind, Laid
from needlepoint.files.pdf.blocks import lay_out
from needlepoint.files.pdf.drawings import Box
from needlepoint.files.pdf.flow import Part
from needlepoint.files.pdf.furniture import NEAR, Edges, Furniture, edges_of, furniture_of, repeated
from needlepoint.files.pdf.language import is_gibberish
from needlepoint.files.pdf.lines import lines_of, pieces_of
from needlepoint.files.pdf.notices import without_notices
from needlepoint.files.pdf.opening import PDFIUM_LOCK, open_page
from needlepoint.files.pdf.page import PageWords, Style, Word
from needlepoint.files.pdf.scanned import ReadPage, needs_ocr, with_ocr
from needlepoint.files.pdf.seams import PageParts, assembled
from needlepoint.files.pdf.validity import struck_words, visible_words
from needlepoint.files.pdf.words import read_words

_KEPT = 6 * NEAR + 6  # pages: more are not looked at for one
_MOST_EMPTY = 2  # pages that a sentence goes on past
_FEWEST_NAMELESS = 10
_TOLD_BY = 8  # words that tell a notice
_LARGE_PICTURE = 0.3  # of the page
_TALLEST_LETTERS = 12.0  # points, in the field of a form
_Found = TypeVar("_Found")


class Pages:
    """Pages of a file, by index from 0; those asked for last are remembered.

    :param count: how many there are.
    :param read_alone: reads one of them.
    """

    def __init__(self, count: int, read_alone: Callable[[int], ReadPage]) -> None:
        self.count = count
        self._read_alone = read_alone
        self._read: dict[int, ReadPage] = {}
        self._edges: dict[int, Edges] = {}
        self._repeats: dict[int, tuple[int, int]] = {}
        self._found: dict[int, Furniture] = {}
        self._bodies: dict[int, list[Word]] = {}
        self._begins: dict[int, bool] = {}
        self._laid: dict[int, Laid] = {}

    def read(self, index: int) -> ReadPage:
        """Return what stands on a page."""
        found = self._read.get(index)
        return found or self._remember(self._read, index, self._read_alone(index))

    def parts(self, index: int) -> PageParts:
        """Return the text of a page, with what it is made of."""
        before, after = self._beside(index, -1), self._beside(index, 1)
        earlier = self._beside(before, -1)
        return assembled(*(self._blocks(at) for at in (earlier, before, index, after)))

    def _blocks(self, index: int) -> list[Block]:
        return self._lay(index).blocks if 0 <= index < self.count else []

    def _beside(self, index: int, step: int) -> int:
        """Return the next page in a direction that has any text; a sentence goes on past empty ones."""
        for at in range(index + step, index + step * (_MOST_EMPTY + 1), step):
            if not 0 <= at < self.count or self._blocks(at):
                return at
        return index + step * (_MOST_EMPTY + 1)

    def _lay(self, index: int) -> Laid:
        # a table may go on over many pages: those before are laid first
        first = index
        while first > 0 and first not in self._laid and self._begins_with_cells(first):
            first -= 1
        for at in range(first, index + 1):
            if at not in self._laid:
                is_rest = at > 0 and self._begins_with_cells(at)
                self._remember(self._laid, at, self._lay_alone(at, self._laid[at - 1] if is_rest else None))
        return self._laid[index]

    def _begins_with_cells(self, index: int) -> bool:
        """Tell whether a page may begin within a table."""
        found = self._begins.get(index)
        return self._remember(self._begins, index, _has_cells_at_top(self._body(index))) if found is None else found

    def _body(self, index: int) -> list[Word]:
        """Return the words of a page that are no furniture."""
        found = self._bodies.get(index)
        if found is None:
            furniture = self._furniture(index).words
            found = [word for word in self.read(index).page.words if id(word) not in furniture]
            self._remember(self._bodies, index, found)
        return found

    def _lay_alone(self, index: int, before: Laid | None) -> Laid:
        read, furniture = self.read(index), self._furniture(index)
        table = before.table if before else None
        laid = lay_out(self._body(index), read.page.drawings, table, width=read.page.width)
        laid.blocks = without_notices(laid.blocks, partial(self._is_repeated, index))
        laid.blocks += [
            Block(BlockKind.NOTE, [(comment.text, _placed(comment.text, comment.box))])
            for comment in read.annotations.comments
        ]
        laid.blocks += [Block(BlockKind.FURNITURE, spaced(line)) for line in furniture.lines]
        if read.struck:
            laid.blocks.append(Block(BlockKind.FURNITURE, [("Struck out: ", None), *spaced(read.struck)]))
        return laid

    def _is_repeated(self, index: int, text: str) -> bool:
        """Tell whether the beginning of a text stands on a page nearby, too, or twice on its own."""
        beginning = " ".join(text.split()[:_TOLD_BY])
        texts = {at: " ".join([word.text for word in self.read(at).page.words]) for at in self._near(index)}
        return any(found.count(beginning) > (at == index) for at, found in texts.items())

    def _furniture(self, index: int) -> Furniture:
        found = self._found.get(index)
        return found or self._remember(self._found, index, self._find_furniture(index))

    def _find_furniture(self, index: int) -> Furniture:
        near = self._near(index)
        edges, repeats = {at: self._edges_of(at) for at in near}, {at: self._repeats_of(at) for at in near}
        page = self.read(index).page
        heights = sorted([word.bottom - word.top for word in page.upright])
        return furniture_of(index, page, edges, repeats, heights[len(heights) // 2] if heights else 0.0)

    def _near(self, index: int) -> range:
        return range(max(index - NEAR, 0), min(index + NEAR + 1, self.count))

    def _repeats_of(self, index: int) -> tuple[int, int]:
        found = self._repeats.get(index)
        if found is None:
            found = repeated(index, {at: self._edges_of(at) for at in self._near(index)})
            self._remember(self._repeats, index, found)
        return found

    def _edges_of(self, index: int) -> Edges:
        found = self._edges.get(index)
        return found or self._remember(self._edges, index, edges_of(self.read(index).page))

    @staticmethod
    def _remember(kept: dict[int, _Found], index: int, found: _Found) -> _Found:
        while len(kept) >= _KEPT:
            kept.pop(next(iter(kept)))
        kept[index] = found
        return found


def _has_cells_at_top(words: Sequence[Word]) -> bool:
    """Tell whether several pieces stand beside each other in one of the first two lines of a page."""
    upright = [word for word in words if word.style.angle == 0]
    top = min([word.top for word in upright], default=0.0)
    return any(len(line.pieces) > 1 for line in lines_of(pieces_of(w for w in upright if w.top < top + 30))[:2])


def pdf_pages(document: pypdfium2.PdfDocument, scans: Scans | None = None) -> Pages:
    """Return the pages of an open PDF.

    :param document: stays open as long as pages are asked for.
    :param scans: those of its pages that are pictures; without them, such pages have no words.
    """
    with PDFIUM_LOCK:
        count = len(document)
        if document.get_formtype() and document.formenv is None:
            document.init_forms()
        form = document.formenv

    def read_alone(index: int) -> ReadPage:
        read = _read_page(document, index, form)
        return with_ocr(read, scans.page(index)) if scans and read.needs_ocr else read

    return Pages(count, read_alone)


def _read_page(document: pypdfium2.PdfDocument, index: int, form: "pypdfium2.PdfFormEnv | None") -> ReadPage:
    try:
        with open_page(document, index) as (page, text_page):
            words = read_words(page, text_page)
            annotations = read_annotations(page, form)
    except pypdfium2.PdfiumError:
        return ReadPage(is_damaged=True)
    shown = visible_words(words)
    area = words.width * words.height
    large = any((x2 - x1) * (y2 - y1) > _LARGE_PICTURE * area for x1, y1, x2, y2 in words.drawings.pictures)
    if is_nameless(words) or is_gibberish([word.text for word in shown]):
        page_words = PageWords(words.width, words.height, drawings=words.drawings)
        return ReadPage(page_words, is_unmapped=True, has_picture=large, needs_ocr=True)
    is_read = not needs_ocr(shown, words)
    struck = struck_words(shown, words, annotations.struck)
    if struck:
        out = set(map(id, struck))
        shown = [word for word in shown if id(word) not in out]
    shown += [_placed(value, box, number) for number, (value, box) in enumerate(annotations.values)]
    page_words = PageWords(words.width, words.height, shown, words.drawings)
    return ReadPage(page_words, struck, annotations, has_picture=large, needs_ocr=not is_read)


def is_nameless(page: PageWords) -> bool:
    """Tell a page of characters that have a code in their font, but no letter."""
    return page.nameless >= _FEWEST_NAMELESS and page.nameless > sum(len(word.text) for word in page.words)


def _placed(text: str, box: Box, number: int = 0) -> Word:
    """Return text that stands over the page as a word of it."""
    left, top, right, bottom = box
    spare = max(bottom - top - 1.2 * _TALLEST_LETTERS, 0.0) / 2
    top, bottom = top + spare, bottom - spare
    right = min(right, left + 0.6 * len(text) * min(bottom - top, _TALLEST_LETTERS))
    return Word(text, -1, -1, left, top, right, bottom, -1 - number, Style())


def spaced(words: list[Word]) -> list[Part]:
    """Return words with a space between two."""
    parts: list[Part] = []
    for word in words:
        parts += [*([(" ", None)] if parts else []), (word.text, word)]
    return parts
