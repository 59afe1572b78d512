"""RTF: paragraphs and tables in order, pages where the file states their breaks."""

import re
from collections.abc import Iterable
from itertools import groupby

from needlepoint.files.captions import stands_under
from needlepoint.files.dates import iso_day
from needlepoint.files.limits import Limits
from needlepoint.files.pages import PageCollector, PageText, one_line
from needlepoint.files.rtf.blocks import Block, Note, PageBreak, Paragraph, Row, row_lines
from needlepoint.files.rtf.parsing import RtfParser
from needlepoint.files.shown.ticks import NOT_TICKED, ticked_line
from needlepoint.files.source import SourceText
from needlepoint.text.marks import MarkKind


def read_rtf(data: bytes, limits: Limits) -> SourceText:
    """Read an RTF file.

    A file that states no page break is one page; a page's title is the heading that its text begins under.
    """
    collector = PageCollector(limits)
    parser = RtfParser(collector.leave_unread, collector.check)
    parser.parse(data[data.find(b"{\\rtf") :])
    pages = _Pages(collector)
    pages.write(parser)
    info = parser.info
    metadata: dict[str, str | int | float] = {
        "author": info.get("author", ""),
        "subject": info.get("subject") or info.get("doccomm", ""),
        "keywords": info.get("keywords", ""),
        "date": _day(parser.dates, b"revtim") or _day(parser.dates, b"creatim"),
    }
    return collector.source(type="rtf", title=info.get("title") or pages.title, metadata=metadata)


class _Pages:
    """Writes blocks to page after page."""

    def __init__(self, collector: PageCollector) -> None:
        self.title = ""
        self._collector = collector
        self._page = PageText()
        self._heading = self._page_title = self._last = ""
        self._has_text = False
        self._page_notes: list[str] = []
        self._end_notes: list[str] = []

    def write(self, parser: RtfParser) -> None:
        """Write the text with its headers before and its footers behind it, each once."""
        for text in _shown(parser.headers):
            self._page.write(text)
        for is_row, blocks in groupby(parser.body.blocks, key=lambda block: isinstance(block, Row)):
            if is_row:
                self._rows([block for block in blocks if isinstance(block, Row)])
            else:
                for block in blocks:
                    self._block(block)
        for note in (*self._page_notes, *self._end_notes):
            self._page.write(note)
        for text in _shown(parser.footers):
            self._page.write(text)
        self._end_page([])

    def _block(self, block: Block) -> None:
        if isinstance(block, Paragraph):
            self._paragraph(block)
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


def _day(dates: dict[bytes, dict[bytes, int]], kind: bytes) -> str:
    stated = dates.get(kind, {})
    year, month, day = (stated.get(part, 0) for part in (b"yr", b"mo", b"dy"))
    return iso_day(f"{year:04}-{month:02}-{day:02}")
