"""Paragraphs, lists, tables and drawings of OpenDocument in reading order, whatever they stand in: a text, a cell, a box."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from needlepoint.files.captions import stands_under
from needlepoint.files.opendocument.charts import chart_tables, chart_title
from needlepoint.files.opendocument.inline import PAGE, Inline, Unread, comment_text
from needlepoint.files.opendocument.numbering import Counts, Lists, label, rules_of
from needlepoint.files.opendocument.package import DRAW, MATH, OFFICE, SVG, TABLE, TEXT, OpenDocument, whole
from needlepoint.files.opendocument.styles import Styles
from needlepoint.files.opendocument.tables import heading_count_of, rows_of, table_about, table_rows
from needlepoint.files.pages import TextLine, joined_paragraphs, one_line, tidy_text
from needlepoint.files.shown.equations import linear_mathml
from needlepoint.files.tables import grid, table_lines
from needlepoint.text.marks import MarkKind

_DEEPEST = 40
_SHORT_CELL = 300  # characters; a longer one in a table of one row is a column of the page
_CONTENTS = frozenset({f"{TEXT}table-of-content", f"{TEXT}illustration-index", f"{TEXT}table-index"})
_SKIPPED = frozenset(
    {f"{TEXT}tracked-changes", f"{OFFICE}forms", f"{TABLE}shapes"} | {f"{name}-source" for name in _CONTENTS}
)
_HELD = frozenset({f"{DRAW}{name}" for name in ("image", "plugin", "object", "object-ole", "applet", "floating-frame")})
_DOCUMENTS = (MATH, f"{OFFICE}document-content", f"{OFFICE}document")
_CM = {"cm": 1.0, "mm": 0.1, "in": 2.54, "pt": 2.54 / 72, "pc": 2.54 / 6, "px": 2.54 / 96}
_LARGE_CM = 5.0  # wide; a smaller picture is a sign or a logo


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or the lines of a table.

    :param gap: line ends between it and the block before.
    :param breaks_page: it begins a new page; without text it only ends the page before.
    :param is_drawn: it stands in a drawing that lies over the text.
    """

    text: str = ""
    lines: tuple[TextLine, ...] = ()
    gap: int = 2
    kind: MarkKind | None = None
    is_heading: bool = False
    breaks_page: bool = False
    is_drawn: bool = False

    @property
    def shown(self) -> str:
        """All its text."""
        return "\n".join(line.text for line in self.lines) if self.lines else self.text


class Blocks:
    """Reads what stands in an element, block by block.

    :param unread: is told what is left out.
    :param has_bullets: whether items of lists without numbers are marked.
    """

    def __init__(self, document: OpenDocument, styles: Styles, unread: Unread, *, has_bullets: bool = True) -> None:
        self.inline = Inline(document, styles, unread)
        self.heading = ""
        self.beside: list[Block] = []  # the table that is being read
        self._styles, self._unread, self._has_bullets = styles, unread, has_bullets
        self._document = document
        self._lists = Lists(styles.lists)
        outline = next((each for each in document.styles("styles") if each.tag == f"{TEXT}outline-style"), None)
        self._outline, self._outline_counts = rules_of(outline), Counts()
        self._last = ""
        self._kind: MarkKind | None = None
        self._depth = 0

    def read(self, parent: Any) -> Iterator[Block]:
        """Return the blocks below an element."""
        if self._depth > _DEEPEST:
            return
        self._depth += 1
        for child in parent:
            if isinstance(child.tag, str) and child.tag not in _SKIPPED:
                yield from self._child(child)
        self._depth -= 1

    def text_of(self, parent: Any) -> str:
        """Return all text below an element, its blocks on lines of their own."""
        return joined_paragraphs(block.shown for block in self.read(parent))

    def _child(self, child: Any) -> Iterator[Block]:
        tag = child.tag
        if tag in (f"{TEXT}p", f"{TEXT}h"):
            yield from self._paragraph(child, self._outline_label(child))
        elif tag == f"{TEXT}list":
            style = child.get(f"{TEXT}style-name") or ""
            yield from self._list(child, style, 1, self._lists.begin(child, style))
        elif tag == f"{TABLE}table":
            yield from self._table(child)
        elif tag == f"{TEXT}soft-page-break":
            yield Block(breaks_page=True)
        elif tag == f"{TEXT}section":
            yield from self._section(child)
        elif tag in _CONTENTS:
            before, self._kind = self._kind, MarkKind.FURNITURE
            yield from self.read(child)
            self._kind = before
        elif tag.startswith(DRAW):
            yield from (replace(block, is_drawn=True) for block in self.drawing(child))
        elif tag != f"{OFFICE}annotation":
            yield from self.read(child)

    # --- paragraphs -----------------------------------------------------------------------------------------------

    def _paragraph(self, element: Any, mark: str = "", *, is_item: bool = False) -> Iterator[Block]:
        look = self._styles.look("paragraph", element.get(f"{TEXT}style-name"))
        is_heading = element.tag == f"{TEXT}h"
        parts = self.inline.text(element).split(PAGE)
        for at, part in enumerate(parts):
            text = tidy_text(part)
            breaks = look.breaks_before if at == 0 else True
            if text or breaks:
                shown = f"{mark} {text}".strip() if text else ""
                gap = 1 if is_item and not is_heading else 2
                yield Block(shown, gap=gap, is_heading=is_heading, breaks_page=breaks, kind=self._kind)
                mark = "" if text else mark
                self._last = shown
                self.heading = one_line(shown) if is_heading and shown else self.heading
        yield from self._aside()
        if look.breaks_after:
            yield Block(breaks_page=True)

    def _outline_label(self, element: Any) -> str:
        level = whole(element.get(f"{TEXT}outline-level"), most=20)
        rule = self._outline.get(level)
        is_counted = element.tag == f"{TEXT}h" and element.get(f"{TEXT}is-list-header") != "true"
        if rule is None or not is_counted or rule.is_bullet:
            return ""
        start = element.get(f"{TEXT}start-value") if element.get(f"{TEXT}restart-numbering") == "true" else None
        return label(self._outline, self._outline_counts, level, start)

    def _list(self, element: Any, style: str, level: int, counts: Counts) -> Iterator[Block]:
        style = element.get(f"{TEXT}style-name") or style
        if self._depth > _DEEPEST:
            return
        self._depth += 1
        for item in element:
            is_counted = item.tag == f"{TEXT}list-item"
            for child in item:
                if child.tag in (f"{TEXT}p", f"{TEXT}h"):
                    start = item.get(f"{TEXT}start-value")
                    mark = label(self._lists.rules(style), counts, level, start) if is_counted else ""
                    is_counted = False
                    yield from self._paragraph(child, mark if mark != "-" or self._has_bullets else "", is_item=True)
                elif child.tag == f"{TEXT}list":
                    yield from self._list(child, style, level + 1, counts)
                elif isinstance(child.tag, str) and child.tag not in _SKIPPED:
                    yield from self._child(child)
        self._depth -= 1

    def _section(self, section: Any) -> Iterator[Block]:
        if section.get(f"{TEXT}display") == "none" or section.get(f"{TEXT}is-hidden") == "true":
            if "".join(section.itertext()).strip():
                self._unread("a hidden section: left out")
            return
        yield from self.read(section)

    # --- what stands beside the text ------------------------------------------------------------------------------

    def _aside(self) -> Iterator[Block]:
        """Return what is drawn beside the last paragraph, and what is noted on it; notes wait for whoever takes them."""
        drawn, self.inline.drawn = self.inline.drawn, []
        comments, self.inline.comments = self.inline.comments, []
        for each in drawn:
            yield from self.drawing(each)
        for comment in comments:
            about = f"“{comment.quoted}”" if comment.quoted else ""
            yield Block(comment_text(comment.element, self.text_of(comment.element), about), kind=MarkKind.NOTE)

    def drawing(self, drawn: Any) -> Iterator[Block]:
        """Return what a drawing holds: the paragraphs of a box, a table, a chart's data, what a picture is said to show."""
        if drawn.tag in _DOCUMENTS:
            yield from self._inner(drawn)
        elif drawn.tag not in _HELD:
            held = drawn.find(f"{DRAW}object")
            inner = None if held is None else self._document.inner(held)
            described = one_line(" ".join(drawn.findtext(f"{SVG}{name}") or "" for name in ("title", "desc")))
            if described:
                yield Block(f"{'Picture' if inner is None else 'Chart'}: {described}", kind=self._kind)
            if inner is not None:
                yield from self._inner(inner)
            elif not described:
                self._tell(drawn)
            yield from self.read(drawn)

    def _tell(self, drawn: Any) -> None:
        if drawn.find(f"{DRAW}object-ole") is not None:
            self._unread("an embedded object: its content was not read")
        elif drawn.find(f"{DRAW}plugin") is not None:
            self._unread("a recording: it was not read")
        elif drawn.find(f"{DRAW}image") is not None and length_cm(drawn.get(f"{SVG}width")) >= _LARGE_CM:
            self._unread("a picture without a description: what is in it was not read")

    def _inner(self, document: Any) -> Iterator[Block]:
        """Return the formula, the table that a chart is drawn from, or that an embedded sheet shows."""
        if document.tag == MATH:
            yield Block(linear_mathml(document))
        title = chart_title(document)
        if title:
            yield Block(title)
        about = " ".join(filter(None, [self.heading, title]))
        for lines in chart_tables(document, about, self.cell_text):
            yield Block(lines=tuple(lines), gap=1)

    # --- tables ---------------------------------------------------------------------------------------------------

    def _table(self, table: Any) -> Iterator[Block]:
        if self._styles.look("table", table.get(f"{TABLE}style-name")).breaks_before:
            yield Block(breaks_page=True)
        if _arranges_page(table):
            for cell in table.iter(f"{TABLE}table-cell"):
                if next(cell.iterancestors(f"{TABLE}table")) is table:
                    yield from self.read(cell)
            return
        about = " ".join(filter(None, [stands_under(self.heading, self._last), table_about(table)]))
        outer, self.beside = self.beside, []
        rows = grid(cells for _, cells in rows_of(table, self.cell_text))
        yield Block(
            lines=tuple(table_lines(rows, headings=heading_count_of(table) or None, about=about)), kind=self._kind
        )
        yield from self.beside
        self.beside, self._last = outer, ""

    def cell_text(self, cell: Any) -> str:
        """Return the text of a cell; what is noted on it or drawn over it waits in :attr:`beside`."""
        look = self._styles.look("table-cell", cell.get(f"{TABLE}style-name"))
        if look.is_struck or look.is_hidden:
            self._unread("a struck-out cell: left out" if look.is_struck else "hidden text: left out")
            return ""
        if len(cell) == 1 and cell[0].tag == f"{TEXT}p" and not len(cell[0]) and not cell[0].attrib:
            return one_line(cell[0].text or "")
        texts = []
        for block in self.read(cell):
            if block.kind is MarkKind.NOTE or block.is_drawn:
                self.beside.append(block)
            elif block.shown:
                texts.append(block.shown)
        return "\n".join(texts)


def _arranges_page(table: Any) -> bool:
    """Tell whether a table only arranges the page: one column, or one row of long texts or of tables."""
    rows = [row.findall(f"{TABLE}table-cell") for row, _ in table_rows(table)]
    if all(
        len(row) < 2 and all(cell.get(f"{TABLE}number-columns-repeated", "1") == "1" for cell in row) for row in rows
    ):
        return True
    has_inner = next(table.iterdescendants(f"{TABLE}table"), None) is not None
    return len(rows) == 1 and (has_inner or any(len("".join(cell.itertext())) > _SHORT_CELL for cell in rows[0]))


def length_cm(stated: str | None) -> float:
    """Return a length that the file states, in centimetres; 0 where it states none."""
    number, unit = (stated or "")[:-2], (stated or "")[-2:]
    try:
        return min(max(float(number) * _CM[unit], -10_000.0), 10_000.0)
    except (ValueError, KeyError):
        return 0.0
