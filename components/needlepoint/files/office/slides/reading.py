"""PPTX: one page a slide, with its title, text, tables, charts and notes."""

import io
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from pptx.enum.shapes import MSO_SHAPE_TYPE, PP_PLACEHOLDER
from pptx.exc import PackageNotFoundError
from pptx.opc.package import PartFactory
from pptx.package import Package
from pptx.parts.presentation import PresentationPart

from needlepoint.errors import UnreadableFileError
from needlepoint.files.limits import Limits
from needlepoint.files.office.charts import chart_lines
from needlepoint.files.office.package import check_package
from needlepoint.files.office.properties import LARGE_PICTURE, authored, core_properties, parse_part
from needlepoint.files.office.slides.comments import Comments
from needlepoint.files.office.slides.order import Box, Group, reading_order, write_group
from needlepoint.files.office.slides.text import frame_text, show_one_branch
from needlepoint.files.office.word.parts import diagram_texts
from needlepoint.files.pages import PageCollector, PageText, TextLine, one_line
from needlepoint.files.source import SourceText
from needlepoint.files.tables import Cell, grid, table_lines
from needlepoint.text.marks import MarkKind

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}relIds"
_CHARTS = (
    "{http://schemas.openxmlformats.org/drawingml/2006/chart}chart",
    "{http://schemas.microsoft.com/office/drawing/2014/chartex}chart",
)
_FOOTERS = frozenset({PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.DATE})
_DEEPEST_GROUP = 20
_OTHER_TYPES = (  # of main parts that are presentations, too; python-pptx knows templates and shows without macros
    "application/vnd.ms-powerpoint.template.macroEnabled.main+xml",
    "application/vnd.ms-powerpoint.slideshow.macroEnabled.main+xml",
)
PartFactory.part_type_for.update(dict.fromkeys(_OTHER_TYPES, PresentationPart))


def read_pptx(data: bytes, limits: Limits) -> SourceText:
    """Read a presentation; of a hidden slide there is an empty page."""
    check_package(data, limits)
    presentation = _opened(data)
    collector = PageCollector(limits)
    comments = Comments(presentation.part)
    titles = []
    for number, slide in enumerate(presentation.slides, start=1):
        show_one_branch(slide._element)
        if slide._element.get("show") in ("0", "false"):
            collector.leave_unread(f"slide {number} is hidden: left out")
            collector.add("")
            continue
        page = _Slide(slide, number, collector).read(comments.of(slide))
        titles.append(page.title)
        collector.add(page.text.text, page.title, page.text.marks)
    fallback = next((title for title in titles if title), None)
    return collector.source(type="pptx", **core_properties(data, fallback=fallback))


def _opened(data: bytes) -> Any:
    try:
        main = Package.open(io.BytesIO(data)).main_document_part
        if not isinstance(main, PresentationPart):
            raise KeyError(main.partname)
        return main.presentation
    except (PackageNotFoundError, KeyError) as error:
        raise UnreadableFileError(
            "the PowerPoint file lacks a part that it names: open it and save it again"
        ) from error


class _Slide:
    """One slide and its text."""

    def __init__(self, slide: Any, number: int, collector: PageCollector) -> None:
        self.text = PageText()
        self._slide, self._number, self._unread = slide, number, collector.leave_unread
        self._collector = collector
        shape = slide.shapes.title
        has_title = shape is not None and shape.has_text_frame
        self.title = one_line(self._frame(shape).replace("\n", " ")) or None if has_title else None
        self._title_id = shape.shape_id if has_title else None

    def read(self, comments: list[str]) -> "_Slide":
        """Read all that is shown on the slide, and what is noted on it."""
        self.text.write(self.title or "")
        footers: list[str] = []
        boxes = list(self._boxes(self._slide.shapes, footers))
        for group in reading_order(boxes):
            self._group(group)
        if self._slide.has_notes_slide and self._slide.notes_slide.notes_text_frame is not None:
            notes = frame_text(self._slide.notes_slide.notes_text_frame._txBody, self._unread)
            self.text.write(f"Notes: {notes}" if notes else "", kind=MarkKind.NOTE)
        for comment in comments:
            self.text.write(comment, kind=MarkKind.NOTE)
        for footer in footers:
            self.text.write(footer, kind=MarkKind.FURNITURE)
        return self

    def _frame(self, shape: Any) -> str:
        return frame_text(shape.text_frame._txBody, self._unread)

    def _boxes(self, shapes: Any, footers: list[str]) -> Iterator[Box]:
        for shape in shapes:
            if shape.shape_id == self._title_id or _is_hidden(shape):
                continue
            text = self._frame(shape) if shape.has_text_frame else ""
            kind = shape.placeholder_format.type if shape.is_placeholder else None
            if kind in _FOOTERS and text:
                footers.append(text)
            elif kind not in _FOOTERS and kind != PP_PLACEHOLDER.SLIDE_NUMBER and (text or not shape.has_text_frame):
                left, top, width, height = (
                    int(side or 0) for side in (shape.left, shape.top, shape.width, shape.height)
                )
                yield Box(left, top, max(0, width), max(0, height), text, shape)

    def _group(self, group: Group) -> None:
        self._collector.check(len(self.text))
        if not write_group(self.text, group, about=self.title or ""):
            for box in group.boxes:
                self._shape(box.shape, box.text)

    def _shape(self, shape: Any, text: str, depth: int = 0) -> None:
        if shape.shape_type == MSO_SHAPE_TYPE.GROUP:
            if depth < _DEEPEST_GROUP:
                for group in reading_order(list(self._boxes(shape.shapes, []))):
                    if group.kind == "text":
                        for box in group.boxes:
                            self._shape(box.shape, box.text, depth + 1)
                    else:
                        self._group(group)
        elif text:
            self.text.write(text)
        elif getattr(shape, "has_table", False):
            self.text.write_lines(self._table(shape.table))
        else:
            self._graphic(shape)

    def _table(self, table: Any) -> list[TextLine]:
        # python-pptx looks for each row from the first one on
        rows = [
            [self._cell(cell) for cell in row.findall(f"{_A}tc") if not _is_covered(cell)] for row in table._tbl.tr_lst
        ]
        headings = 1 if table.first_row and len(table._tbl.tblGrid) > 1 else None
        return table_lines(grid(rows), headings=headings, about=self.title or "")

    def _cell(self, cell: Any) -> Cell:
        body = cell.find(f"{_A}txBody")
        text = "" if body is None else frame_text(body, self._unread)
        return Cell(text, *(_whole(cell.get(name)) for name in ("gridSpan", "rowSpan")))

    def _graphic(self, shape: Any) -> None:
        """Write the data of a chart, the texts of a diagram, what is said of a picture; tell what cannot be read."""
        element = shape._element
        described = _description(element)
        lines = [line for chart in element.iter(*_CHARTS) for line in self._chart(shape, chart.get(f"{_R}id"))]
        for diagram in element.iter(_DIAGRAM):
            with suppress(KeyError):  # a part that is missing
                texts = diagram_texts(parse_part(shape.part.related_part(diagram.get(f"{_R}dm")).blob))
                lines += [TextLine(f"- {text}") for text in texts]
        self.text.write_lines(lines)
        if described:
            self.text.write(f"{'Chart' if lines else 'Picture'}: {described}", gap=1 if lines else 2)
        elif not lines:
            self._tell(shape)

    def _chart(self, shape: Any, relation_id: str | None) -> list[TextLine]:
        with suppress(KeyError, ValueError):  # a part that is missing or broken
            return chart_lines(parse_part(shape.part.related_part(relation_id).blob), self.title or "")
        self._unread(f"a chart on slide {self._number}: its data is missing")
        return []

    def _tell(self, shape: Any) -> None:
        kind = shape.shape_type
        if kind == MSO_SHAPE_TYPE.LINKED_OLE_OBJECT:  # an embedded one becomes a document of its own
            self._unread(
                f"a linked object on slide {self._number} ({shape.ole_format.prog_id}): it is not in this file"
            )
        elif kind == MSO_SHAPE_TYPE.MEDIA:
            self._unread(f"a recording on slide {self._number}: it was not read")
        elif kind == MSO_SHAPE_TYPE.PICTURE and (shape.width or 0) * (shape.height or 0) >= LARGE_PICTURE:
            self._unread(f"a picture without a description on slide {self._number}: what is in it was not read")


def _is_covered(cell: Any) -> bool:
    """Tell a cell that another one spans."""
    return any(cell.get(name) in ("1", "true") for name in ("hMerge", "vMerge"))


def _whole(stated: str | None) -> int:
    return int(stated) if stated and stated.isascii() and stated.isdigit() and len(stated) < 6 else 1


def _is_hidden(shape: Any) -> bool:
    properties = _properties(shape._element)
    return properties is not None and properties.get("hidden") in ("1", "true")


def _description(element: Any) -> str:
    properties = _properties(element)
    text = "" if properties is None else properties.get("descr") or ""
    return authored(text)


def _properties(element: Any) -> Any | None:
    return next((each for each in element.iter() if isinstance(each.tag, str) and each.tag.endswith("}cNvPr")), None)
