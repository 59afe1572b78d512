"""DOCX: paragraphs, lists and tables in the order of the body, pages where the file states their breaks."""

import io
import re
from collections.abc import Iterator
from typing import Any

import docx
from docx.opc.exceptions import PackageNotFoundError

from needlepoint.errors import UnreadableFileError
from needlepoint.files.limits import Limits
from needlepoint.files.office import core_properties, parse_part
from needlepoint.files.pages import PageCollector, one_line, tidy_text
from needlepoint.files.source import SourceText
from needlepoint.files.tables import Cell, grid, table_lines
from needlepoint.files.word_numbering import Numbering, W, is_on
from needlepoint.files.word_styles import Style, Styles

_PAGE = "\f"  # a break that somebody set
_RENDERED = "\v"  # a break where Word's own layout had one
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"  # the same again for old programs
_SKIPPED = {_FALLBACK} | {
    f"{W}{name}" for name in ("del", "moveFrom", "pPr", "rPr", "instrText", "sdtPr", "tblPr", "sectPr")
}
_INLINE = {
    f"{W}tab": " ",
    f"{W}cr": "\n",
    f"{W}ptab": " ",
    f"{W}noBreakHyphen": "-",
    f"{W}lastRenderedPageBreak": _RENDERED,
}
_MOST_COLUMNS = 1000
_SHORTEST_LINE = 40


def read_docx(data: bytes, limits: Limits) -> SourceText:
    """Read a Word file.

    A file that states no page break is one page; a page's title is the heading that its text begins under.
    """
    try:
        document = docx.Document(io.BytesIO(data))
    except (PackageNotFoundError, KeyError) as error:
        raise UnreadableFileError(
            "the Word file lacks a part that it names: open it in Word and save it again"
        ) from error
    walker = _Walker(document, limits)
    walker.read(document.element.body)
    return walker.collector.source(type="docx", **core_properties(data, fallback=walker.title))


class _Walker:
    """Goes through the body once and hands over page after page."""

    def __init__(self, document: Any, limits: Limits) -> None:
        self.collector = PageCollector(limits)
        self.title = ""
        self._document = document
        self._styles = Styles(document.styles.element)
        self._numbering = Numbering.from_part(_related(document, "/numbering"))
        self._notes = {f"{W}{kind}Reference": _notes(document, f"/{kind}s", kind) for kind in ("footnote", "endnote")}
        self._blocks: list[str] = []
        self._page_notes: list[str] = []
        self._heading: str | None = None
        self._page_title: str | None = None
        self._has_text = False

    def read(self, body: Any) -> None:
        for text in _header_texts(self._document, "header"):
            self._add(text)
        self._has_text = False  # a letter head does not make the first page's title
        self._read_blocks(body)
        for text in _header_texts(self._document, "footer"):
            self._add(text)
        self._end_page()

    def _read_blocks(self, parent: Any) -> None:
        for child in parent:
            if child.tag == f"{W}p":
                self._paragraph(child)
            elif child.tag == f"{W}tbl":
                self._table(child)
            elif child.tag not in _SKIPPED and isinstance(child.tag, str):
                self._read_blocks(child)  # content controls, insertions

    def _paragraph(self, paragraph: Any) -> None:
        style = self._styles.of(paragraph)
        if style.breaks_before and self._has_text:
            self._end_page()
        parts = re.split(f"([{_PAGE}{_RENDERED}])", "".join(self._inline(paragraph)))
        label = self._numbering.label(*style.numbering) if style.numbering and "".join(parts).strip() else ""
        for part in parts:
            if part == _PAGE or (part == _RENDERED and self._has_text):
                self._end_page()
            elif text := tidy_text(part):
                self._text(f"{label} {text}".strip(), style)
                label = ""
        if _ends_section(paragraph):
            self._end_page()

    def _text(self, text: str, style: Style) -> None:
        if style.is_heading:
            self._heading = one_line(text)
            self.title = self.title or self._heading
        if not self._has_text:
            self._page_title = self._heading
        self._add(text, joint="\n" if style.numbering and not style.is_heading else "\n\n")

    def _add(self, text: str, joint: str = "\n\n") -> None:
        if self._blocks:
            before = self._blocks[-1]
            goes_on = (
                text[:1].islower() and before[-1:].isalnum() and len(before) > _SHORTEST_LINE
            )  # lines set as paragraphs
            self._blocks.append("\n" if goes_on else joint)
        self._blocks.append(text)
        self._has_text = True

    def _end_page(self) -> None:
        for note in self._page_notes:
            self._add(note)
        self.collector.add("".join(self._blocks), self._page_title or self._heading)
        self._blocks, self._page_notes, self._page_title, self._has_text = [], [], None, False

    def _table(self, table: Any) -> None:
        rows: list[list[str]] = []
        for row in _rows(table):
            cells = ["".join(self._inline(cell)) for cell in row]
            if self._has_text and any(_RENDERED in cell for cell in cells) and rows:
                self._table_rows(table, rows)
                self._end_page()
                rows = rows[:1] if _repeats_headings(table) else []
            rows.append(_texts(row, [re.sub(f"[{_PAGE}{_RENDERED}]", " ", cell) for cell in cells], rows))
        self._table_rows(table, rows)

    def _table_rows(self, table: Any, rows: list[list[str]]) -> None:
        lines = table_lines(rows, has_headings=_repeats_headings(table) or None)
        if lines:
            if not self._has_text:
                self._page_title = self._heading
            self._add(tidy_text("\n".join(lines)))

    def _inline(self, element: Any) -> Iterator[str]:
        """Return the text of runs, with marks for page breaks; boxes and nested tables stand on lines of their own."""
        for child in element:
            tag = child.tag
            if tag in _SKIPPED or not isinstance(tag, str):
                continue
            if tag == f"{W}t":
                yield child.text or ""
            elif tag in _INLINE:
                yield _INLINE[tag]
            elif tag == f"{W}br":
                yield _PAGE if child.get(f"{W}type") == "page" else "\n"
            elif tag in self._notes:
                yield self._note(tag, child.get(f"{W}id"))
            else:
                if tag == f"{W}txbxContent":
                    yield "\n"
                yield from self._inline(child)
        if element.tag in (f"{W}p", f"{W}txbxContent") and element.getparent().tag != f"{W}body":
            yield "\n"

    def _note(self, tag: str, number: str | None) -> str:
        text = self._notes[tag].get(number or "")
        if not text:
            return ""
        self._page_notes.append(f"[{number}] {text}")
        return f"[{number}]"


def _rows(table: Any) -> Iterator[list[Any]]:
    """Return the cells of each row, content controls around rows or cells looked through."""
    for row in _children(table, "tr"):
        yield list(_children(row, "tc"))


def _texts(row: list[Any], cells: list[str], above: list[list[str]]) -> list[str]:
    """Return a row's cells in their columns, merged ones as in :func:`needlepoint.files.tables.grid`."""
    texts = grid([[Cell(text, columns=_span(cell)) for cell, text in zip(row, cells, strict=True)]])[0]
    position = 0
    for cell in row:
        width = _span(cell)
        if above and position + width <= len(texts):
            texts[position + 1 : position + width] = [""] * (width - 1)
            if _continues(cell) and position < len(above[-1]):
                texts[position] = above[-1][position]
        position += width
    return texts


def _span(cell: Any) -> int:
    found = cell.find(f"{W}tcPr/{W}gridSpan")
    value = "" if found is None else found.get(f"{W}val") or ""
    return min(int(value), _MOST_COLUMNS) if re.fullmatch(r"[1-9]\d{0,5}", value) else 1


def _continues(cell: Any) -> bool:
    merge = cell.find(f"{W}tcPr/{W}vMerge")
    return merge is not None and merge.get(f"{W}val") != "restart"


def _children(element: Any, name: str) -> Iterator[Any]:
    for child in element:
        if child.tag == f"{W}{name}":
            yield child
        elif child.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}customXml"):
            yield from _children(child, name)


def _repeats_headings(table: Any) -> bool:
    row = table.find(f"{W}tr")
    return row is not None and is_on(row.find(f"{W}trPr/{W}tblHeader"))


def _ends_section(paragraph: Any) -> bool:
    section = paragraph.find(f"{W}pPr/{W}sectPr")
    if section is None:
        return False
    kind = section.find(f"{W}type")
    return kind is None or kind.get(f"{W}val") in ("nextPage", "oddPage", "evenPage")


def _related(document: Any, suffix: str) -> Any | None:
    for relation in document.part.rels.values():
        if relation.reltype.endswith(suffix) and not relation.is_external:
            return parse_part(relation.target_part.blob)
    return None


def _notes(document: Any, suffix: str, kind: str) -> dict[str, str]:
    root = _related(document, suffix)
    if root is None:
        return {}
    return {note.get(f"{W}id"): _plain_text(note) for note in root.findall(f"{W}{kind}")}


def _header_texts(document: Any, kind: str) -> list[str]:
    """Return each different header or footer once; page numbers alone are no text."""
    texts: list[str] = []
    for relation in document.part.rels.values():
        if relation.reltype.endswith(f"/{kind}") and not relation.is_external:
            for paragraph in parse_part(relation.target_part.blob).iter(f"{W}p"):
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
