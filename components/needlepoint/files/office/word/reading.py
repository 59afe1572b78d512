"""DOCX: paragraphs, lists and tables in the order of the body, pages where the file states their breaks."""

import io
import re
from collections.abc import Iterator
from typing import Any

from docx.opc.exceptions import PackageNotFoundError
from docx.opc.part import PartFactory
from docx.package import Package
from docx.parts.document import DocumentPart

from needlepoint.errors import UnreadableFileError
from needlepoint.files.captions import stands_under
from needlepoint.files.limits import Limits
from needlepoint.files.office.package import check_package
from needlepoint.files.office.properties import core_properties
from needlepoint.files.office.word.numbering import Numbering, W
from needlepoint.files.office.word.parts import Parts
from needlepoint.files.office.word.runs import PAGE, RENDERED, SKIPPED, Drawn, Note, Runs
from needlepoint.files.office.word.styles import Style, Styles
from needlepoint.files.office.word.tables import (
    TableRow,
    arranges_page,
    heading_rows,
    row_lines,
    stated_about,
    table_rows,
)
from needlepoint.files.pages import PageCollector, PageText, TextLine, one_line, tidy_text
from needlepoint.files.plain import decode_text
from needlepoint.files.shown.ticks import NOT_TICKED, ticked_line
from needlepoint.files.source import SourceText
from needlepoint.files.web.reading import page_text, parse_html
from needlepoint.text.marks import MarkKind

_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_BREAKS = re.compile(f"([{PAGE}{RENDERED}])")
_SHORTEST_LINE = 40
_DEEPEST = 60
_OTHER_TYPES = (  # of main parts that are documents, too; python-docx itself refuses templates and files with macros
    "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
    "application/vnd.ms-word.document.macroEnabled.main+xml",
    "application/vnd.ms-word.template.macroEnabledTemplate.main+xml",
)
PartFactory.part_type_for |= dict.fromkeys(_OTHER_TYPES, DocumentPart)


def read_docx(data: bytes, limits: Limits) -> SourceText:
    """Read a Word file.

    A file that states no page break is one page; a page's title is the heading that its text begins under.
    """
    check_package(data, limits)
    document = _opened(data)
    walker = _Walker(document, limits)
    walker.read(document.element.body)
    return walker.collector.source(type="docx", **core_properties(data, fallback=walker.title))


def _opened(data: bytes) -> Any:
    try:
        main = Package.open(io.BytesIO(data)).main_document_part
        if not isinstance(main, DocumentPart):
            raise KeyError(main.partname)
        return main.document
    except (PackageNotFoundError, KeyError) as error:
        raise UnreadableFileError(
            "the Word file lacks a part that it names: open it in Word and save it again"
        ) from error


class _Walker:
    """Goes through the body once and hands over page after page."""

    def __init__(self, document: Any, limits: Limits) -> None:
        self.collector = PageCollector(limits)
        self.title = ""
        self._document = document
        self._parts = Parts(document)
        self._styles = Styles(document.styles.element)
        self._numbering = Numbering.from_part(self._parts.root("numbering"))
        self._runs = Runs(self._parts, self._styles, self.collector.leave_unread)
        self._page = PageText()
        self._last = ""  # the block that was written last
        self._initial = ""  # a large first letter that is set apart
        self._page_notes: list[str] = []
        self._end_notes: list[str] = []
        self._heading: str | None = None
        self._page_title: str | None = None
        self._has_text = False
        self._depth = 0

    def read(self, body: Any) -> None:
        for text in _header_texts(self._parts, "header"):
            self._add(text)
        self._has_text = False  # a letter head does not make the first page's title
        self._read_blocks(body)
        self._take_aside()
        for text in (*self._page_notes, *self._end_notes):
            self._add(text)
        self._page_notes = []
        for text in _header_texts(self._parts, "footer"):
            self._add(text)
        self._end_page()

    def _read_blocks(self, parent: Any) -> None:
        if self._depth > _DEEPEST:
            return
        self._depth += 1
        for child in parent:
            if child.tag == f"{W}p":
                self._paragraph(child)
            elif child.tag == f"{W}tbl":
                self._table(child)
            elif child.tag == f"{W}altChunk":
                self._chunk(child)
            elif child.tag not in SKIPPED and isinstance(child.tag, str):
                self._read_blocks(child)  # content controls, insertions
        self._depth -= 1

    # --- paragraphs -----------------------------------------------------------------------------------------------

    def _paragraph(self, paragraph: Any) -> None:
        style = self._styles.of(paragraph)
        if style.breaks_before and self._has_text:
            self._end_page()
        parts = _BREAKS.split(self._runs.text(paragraph))
        label = self._label(paragraph, style, is_empty=not "".join(parts).strip())
        if paragraph.find(f"{W}pPr/{W}framePr[@{W}dropCap]") is not None:
            self._initial += "".join(parts).strip()
            return
        for at, part in enumerate(parts):
            if part == PAGE or (part == RENDERED and self._has_text):
                self._take_notes("".join(parts[:at]))
                self._end_page()
            elif text := tidy_text(self._initial + part):
                self._text(f"{label} {text}".strip(), style)
                label = self._initial = ""
        self._take_aside()
        if (section := paragraph.find(f"{W}pPr/{W}sectPr")) is not None:
            self._runs.end_section()
            if _begins_page(section):
                self._end_page()

    def _label(self, paragraph: Any, style: Style, *, is_empty: bool) -> str:
        """Count the paragraph, if it is numbered, and return its number; one that is deleted or hidden has none."""
        if style.numbering is None:
            return ""
        mark = paragraph.find(f"{W}pPr/{W}rPr")
        is_gone = mark is not None and any(
            mark.find(f"{W}{name}") is not None for name in ("del", "moveFrom", "vanish")
        )
        return "" if is_empty and is_gone else self._numbering.label(*style.numbering)

    def _text(self, text: str, style: Style) -> None:
        if style.is_heading:
            self._heading = one_line(text)
            self.title = self.title or self._heading
        if (chosen := ticked_line(one_line(text))) is not None:
            self.collector.leave_unread(NOT_TICKED)
            self._add_lines([TextLine(chosen, MarkKind.ROW, self._heading or "")])
            return
        self._add(text, gap=1 if style.numbering and not style.is_heading else 2)

    def _add(self, text: str, gap: int = 2, kind: MarkKind | None = None) -> None:
        self._begin_text()
        goes_on = text[:1].islower() and self._last[-1:].isalnum() and len(self._last) > _SHORTEST_LINE
        self._page.write(text, gap=1 if goes_on else gap, kind=kind)  # lines set as paragraphs go on
        self._last = text
        self.collector.check(len(self._page))

    def _add_lines(self, lines: list[TextLine]) -> None:
        if lines:
            self._begin_text()
            self._page.write_lines(lines)
            self._last = ""
            self.collector.check(len(self._page))

    def _begin_text(self) -> None:
        if not self._has_text:
            self._page_title = self._heading
        self._has_text = True

    def _end_page(self) -> None:
        for note in self._page_notes:
            self._add(note)
        self.collector.add(self._page.text, self._page_title or self._heading, self._page.marks)
        self._page, self._page_notes, self._page_title, self._last = PageText(), [], None, ""
        self._has_text = False

    # --- what stands beside the text ------------------------------------------------------------------------------

    def _take_aside(self) -> None:
        """Write what is drawn beside the last paragraph, and what is noted on it; footnotes wait for the page's end."""
        runs = self._runs
        while runs.drawn or runs.notes or runs.comments:
            drawn, notes, comments = runs.drawn, runs.notes, runs.comments
            runs.drawn, runs.notes, runs.comments = [], [], []
            for each in drawn:
                self._draw(each)
            self._wait(notes)
            for comment, quoted in comments:
                said = one_line(runs.text(comment.body))
                who = f" by {comment.author}" if comment.author else ""
                self._add(f"Comment{who}{f' on “{quoted}”' if quoted else ''}: {said}", kind=MarkKind.NOTE)

    def _take_notes(self, text: str) -> None:
        """Let the notes to a text wait for the end of its page."""
        notes, self._runs.notes = self._runs.notes, []
        self._wait([note for note in notes if note.label in text])
        self._runs.notes += [note for note in notes if note.label not in text]

    def _wait(self, notes: list[Note]) -> None:
        for note in notes:
            waiting = self._page_notes if note.kind == "footnote" else self._end_notes
            waiting.append(f"{note.label} {one_line(self._runs.text(note.body))}")

    def _draw(self, drawn: Drawn) -> None:
        self._add_lines(list(drawn.lines))
        if drawn.box is not None:
            self._read_blocks(drawn.box)

    def _chunk(self, element: Any) -> None:
        """Read a part that holds a document of another format, which Word shows in this place."""
        part = self._parts.target(element.get(f"{_R}id"))
        kind = "" if part is None else part.content_type
        if part is not None and "html" in kind:
            root = parse_html(decode_text(part.blob))
            page = None if root is None else page_text(root)
            if page is not None and len(page):
                self._begin_text()
                self._page.extend(page)
        elif part is not None and kind.startswith("text/plain"):
            self._add(decode_text(part.blob))
        elif part is not None and "wordprocessingml.document" in kind and self._depth < _DEEPEST // 2:
            self._inner_document(part.blob)
        else:
            self.collector.leave_unread(f"a part in another format ({kind or 'missing'}): its content was not read")

    def _inner_document(self, data: bytes) -> None:
        inner = _opened(data)
        own = self._parts, self._styles, self._numbering, self._runs
        self._parts, self._styles = Parts(inner), Styles(inner.styles.element)
        self._numbering = Numbering.from_part(self._parts.root("numbering"))
        self._runs = Runs(self._parts, self._styles, self.collector.leave_unread)
        self._depth += _DEEPEST // 4
        self._read_blocks(inner.element.body)
        self._depth -= _DEEPEST // 4
        self._parts, self._styles, self._numbering, self._runs = own

    # --- tables ---------------------------------------------------------------------------------------------------

    def _table(self, table: Any) -> None:
        if arranges_page(table):
            for cell in table.iter(f"{W}tc"):
                if _own_table(cell) is table:
                    self._read_blocks(cell)
            return
        about = stated_about(table) or stands_under(self._heading, self._last)
        rows: list[TableRow] = []
        lead: list[TableRow] = []  # the headings that are carried on where the table is interrupted
        for row in table_rows(table, self._cell_text):
            if row.begins_page and self._has_text and len(rows) > len(lead):
                lead = self._add_part(rows, lead, about)
                rows = list(lead)
                self._end_page()
            rows.append(row)
            if row.inner_tables:
                lead = self._add_part(rows, lead, about)
                rows = list(lead)
                for inner in row.inner_tables:
                    self._table(inner)
        if len(rows) > len(lead) or not lead:
            self._add_lines(row_lines(rows, about))
        self._take_aside()

    def _add_part(self, rows: list[TableRow], lead: list[TableRow], about: str) -> list[TableRow]:
        """Write the rows so far and return the headings that the next ones stand under."""
        self._add_lines(row_lines(rows, about))
        return lead or heading_rows(rows)

    def _cell_text(self, cell: Any) -> str:
        """Return the text of a cell without the tables in it, with marks for page breaks."""
        texts = []
        for paragraph in _paragraphs(cell):
            text = self._runs.text(paragraph)
            label = self._label(paragraph, self._styles.of(paragraph), is_empty=not text.strip())
            texts.append(f"{label} {text}" if label else text)
        return "\n".join(texts)


def _own_table(cell: Any) -> Any:
    return next(cell.iterancestors(f"{W}tbl"), None)


def _paragraphs(cell: Any) -> Iterator[Any]:
    """Return the paragraphs of a cell, content controls looked through, tables in it left out."""
    for child in cell:
        if child.tag == f"{W}p":
            yield child
        elif isinstance(child.tag, str) and child.tag != f"{W}tbl" and child.tag not in SKIPPED:
            yield from _paragraphs(child)


def _begins_page(section: Any) -> bool:
    kind = section.find(f"{W}type")
    return kind is None or kind.get(f"{W}val") in ("nextPage", "oddPage", "evenPage")


def _header_texts(parts: Parts, kind: str) -> list[str]:
    """Return each different header or footer once; page numbers alone are no text."""
    texts: list[str] = []
    for root in parts.roots(kind):
        for paragraph in root.iter(f"{W}p"):
            text = "" if _counts_pages(paragraph) else _plain_text(paragraph)
            if re.search(r"[^\W\d]", text) and text not in texts:
                texts.append(text)
    return texts


def _counts_pages(paragraph: Any) -> bool:
    codes = [each.text or "" for each in paragraph.iter(f"{W}instrText")]
    codes += [each.get(f"{W}instr") or "" for each in paragraph.iter(f"{W}fldSimple")]
    return any(re.match(r"\s*(NUM)?PAGES?\b", code) for code in codes)


def _plain_text(element: Any) -> str:
    parts = (
        f"{each.text or ''}" if each.tag == f"{W}t" else " "
        for each in element.iter(f"{W}t", f"{W}tab", f"{W}br", f"{W}p")
    )
    return one_line("".join(parts))
