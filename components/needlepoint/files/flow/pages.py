"""From the blocks of a text to its pages: where the file states their breaks."""

import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Protocol

from needlepoint.files.captions import stands_under
from needlepoint.files.flow.blocks import Block, ChartLines, Note, PageBreak, Paragraph, Row, row_lines
from needlepoint.files.flow.streams import Stream
from needlepoint.files.pages import PageCollector, PageText, one_line
from needlepoint.files.shown.ticks import NOT_TICKED, ticked_line
from needlepoint.text.marks import MarkKind


class Story(Protocol):
    """The text of a file with what stands above and below it on each page."""

    @property
    def body(self) -> Stream:
        """Its text, finished."""

    @property
    def headers(self) -> Sequence[str]:
        """What stands above it."""

    @property
    def footers(self) -> Sequence[str]:
        """What stands below it."""


class PageWriter:
    """Writes blocks to page after page.

    A file that states no page break is one page; a page's title is the heading that its text begins under.
    """

    def __init__(self, collector: PageCollector) -> None:
        self.title = ""  # the first heading
        self._collector = collector
        self._page = PageText()
        self._heading = self._page_title = self._last = ""
        self._has_text = False
        self._page_notes: list[str] = []
        self._end_notes: list[str] = []

    def write(self, story: Story) -> None:
        """Write the text with its headers before and its footers behind it, each once."""
        for text in _shown(story.headers):
            self._page.write(text)
        for is_row, blocks in groupby(story.body.blocks, key=lambda block: isinstance(block, Row)):
            if is_row:
                self._rows([block for block in blocks if isinstance(block, Row)])
            else:
                for block in blocks:
                    self._block(block)
        for note in (*self._page_notes, *self._end_notes):
            self._page.write(note)
        for text in _shown(story.footers):
            self._page.write(text)
        self._end_page([])

    def _block(self, block: Block) -> None:
        if isinstance(block, Paragraph):
            self._paragraph(block)
        elif isinstance(block, ChartLines):
            self._begin()
            self._page.write_lines(block.lines)
            self._last = ""
        elif isinstance(block, PageBreak) and self._has_text:
            notes, self._page_notes = self._page_notes, []
            self._end_page(notes)

    def _paragraph(self, paragraph: Paragraph) -> None:
        if paragraph.is_heading and paragraph.text:
            self._heading = one_line(paragraph.text)
            self.title = self.title or self._heading
        self._begin()
        if (chosen := ticked_line(one_line(paragraph.text))) is not None:
            self._collector.leave_unread(NOT_TICKED)
            self._page.write(chosen, kind=MarkKind.ROW, about=self._heading)
        else:
            gap = 1 if paragraph.is_item and not paragraph.is_heading else 2
            self._page.write(paragraph.text, gap=gap, kind=MarkKind.NOTE if paragraph.is_comment else None)
        self._last = paragraph.text
        self._keep(paragraph.notes)

    def _rows(self, rows: list[Row]) -> None:
        self._begin()
        self._page.write_lines(row_lines(rows, stands_under(self._heading, self._last)))
        self._last = ""
        for row in rows:
            for comment in row.comments:
                self._page.write(comment, kind=MarkKind.NOTE)
            self._keep(row.notes)

    def _keep(self, notes: Iterable[Note]) -> None:
        """Let footnotes wait for the page's end, endnotes for the text's."""
        for note in notes:
            (self._page_notes if note.is_footnote else self._end_notes).append(note.text)

    def _begin(self) -> None:
        if not self._has_text:
            self._page_title = self._heading
        self._has_text = True

    def _end_page(self, notes: list[str]) -> None:
        for note in notes:
            self._page.write(note)
        self._collector.add(self._page.text, self._page_title or self._heading, self._page.marks)
        self._page, self._page_title, self._last, self._has_text = PageText(), "", "", False


def _shown(texts: Iterable[str]) -> list[str]:
    """Return each different header or footer once; page numbers alone are no text."""
    return [text for text in dict.fromkeys(texts) if re.search(r"[^\W\d]", text)]
