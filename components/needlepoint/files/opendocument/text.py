"""ODT: paragraphs, lists, tables and notes in the order of the text, pages where the file states their breaks."""

import re
from typing import Any

from needlepoint.files.limits import Limits
from needlepoint.files.opendocument.blocks import Block, Blocks
from needlepoint.files.opendocument.inline import Note
from needlepoint.files.opendocument.package import STYLE, TEXT, OpenDocument
from needlepoint.files.opendocument.styles import Styles
from needlepoint.files.pages import PageCollector, PageText, one_line, tidy_text
from needlepoint.files.shown.ticks import NOT_TICKED, ticked_line
from needlepoint.files.source import SourceText
from needlepoint.text.marks import MarkKind

_SHORTEST_LINE = 40


def read_odt(data: bytes, limits: Limits) -> SourceText:
    """Read an OpenDocument text.

    A file that states no page break is one page; a page's title is the heading that its text begins under.
    """
    document = OpenDocument(data, limits)
    collector = PageCollector(limits)
    styles = Styles([document.styles("automatic-styles"), document.styles("styles")])
    pages = _Pages(Blocks(document, styles, collector.leave_unread), collector)
    headers, footers = (_furniture(document, kind) for kind in ("header", "footer"))
    pages.read(document.body("text"), headers, footers)
    return collector.source(type="odt", **document.properties(fallback=pages.title))


class _Pages:
    """Writes blocks to page after page."""

    def __init__(self, blocks: Blocks, collector: PageCollector) -> None:
        self.title = ""
        self._blocks, self._collector = blocks, collector
        self._page = PageText()
        self._page_title: str | None = None
        self._heading: str | None = None
        self._has_text = False
        self._last = ""
        self._end_notes: list[Note] = []
        self._page_notes: list[Note] = []

    def read(self, body: Any, headers: list[str], footers: list[str]) -> None:
        for text in headers:
            self._page.write(text)
        for block in self._blocks.read(body):
            self._block(block)
            self._take_notes()
        self._write_notes(self._page_notes)
        self._write_notes(self._end_notes)
        for text in footers:
            self._page.write(text)
        self._end_page()

    def _block(self, block: Block) -> None:
        if block.breaks_page and self._has_text:
            self._write_notes(self._page_notes)
            self._end_page()
        if block.is_heading and block.text:
            self._heading = one_line(block.text)
            self.title = self.title or self._heading
        if block.shown:
            self._page_title = self._page_title if self._has_text else self._heading
            self._has_text = True
            self._write(block)
            self._collector.check(len(self._page))

    def _write(self, block: Block) -> None:
        if block.lines:
            self._page.write_lines(block.lines, gap=block.gap)
            self._last = ""
            return
        if (chosen := ticked_line(one_line(block.text))) is not None:
            self._collector.leave_unread(NOT_TICKED)
            self._page.write(chosen, kind=MarkKind.ROW, about=self._heading or "")
            return
        goes_on = block.text[:1].islower() and self._last[-1:].isalnum() and len(self._last) > _SHORTEST_LINE
        self._page.write(block.text, gap=1 if goes_on else block.gap, kind=block.kind)  # lines set as paragraphs go on
        self._last = block.text

    def _take_notes(self) -> None:
        """Let footnotes wait for the page's end, endnotes for the text's."""
        notes, self._blocks.inline.notes = self._blocks.inline.notes, []
        for note in notes:
            (self._page_notes if note.is_footnote else self._end_notes).append(note)

    def _write_notes(self, notes: list[Note]) -> None:
        for note in notes:
            self._page.write(f"{note.label} {one_line(self._blocks.text_of(note.body))}")
            self._collector.check(len(self._page))
        notes.clear()

    def _end_page(self) -> None:
        self._collector.add(self._page.text, self._page_title or self._heading, self._page.marks)
        self._page, self._page_title, self._last, self._has_text = PageText(), None, "", False


def _furniture(document: OpenDocument, kind: str) -> list[str]:
    """Return each different header or footer once; page numbers alone are no text."""
    texts: list[str] = []
    for master in (each for each in document.styles("master-styles") if each.tag == f"{STYLE}master-page"):
        for part in master.iter(f"{STYLE}{kind}", f"{STYLE}{kind}-left", f"{STYLE}{kind}-first"):
            for paragraph in () if part.get(f"{STYLE}display") == "false" else part.iter(f"{TEXT}p"):
                is_count = next(paragraph.iter(f"{TEXT}page-number", f"{TEXT}page-count"), None) is not None
                text = "" if is_count else one_line(tidy_text(" ".join(paragraph.itertext())))
                if re.search(r"[^\W\d]", text) and text not in texts:
                    texts.append(text)
    return texts
