"""PPT: one page a slide, with its title, text, tables and notes."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from needlepoint.files.limits import Limits
from needlepoint.files.office.old.properties import opened, stated_properties
from needlepoint.files.office.old.slides.file import PptFile, PptSlide
from needlepoint.files.office.old.slides.objects import SlideObjects
from needlepoint.files.office.old.slides.records import Kind
from needlepoint.files.office.old.slides.shapes import Shape, shapes_of
from needlepoint.files.office.old.slides.text import text_of
from needlepoint.files.office.properties import LARGE_PICTURE, authored
from needlepoint.files.office.slides.order import Box, reading_order, write_group
from needlepoint.files.pages import PageCollector, PageText, TextLine, one_line
from needlepoint.files.source import SourceText
from needlepoint.files.tables import Cell, grid, table_lines
from needlepoint.text.marks import MarkKind

_TITLES = (0, 6)  # kinds of text
_NOTES = 2
_DATE, _NUMBER, _FOOTER, _HEADER = 7, 8, 9, 10  # placeholders
_IS_HIDDEN = 4
_DEEPEST_GROUP = 20


def read_ppt(data: bytes, limits: Limits) -> SourceText:
    """Read a presentation of PowerPoint 97 to 2003; of a hidden slide there is an empty page."""
    collector = PageCollector(limits)
    with opened(data, program="PowerPoint", suffix=".pptx") as ole:
        titles, file = [], PptFile(ole)
        objects = SlideObjects(file.objects(), limits)
        for number, slide in enumerate(file.slides(), start=1):
            if _is_hidden(slide):
                collector.leave_unread(f"slide {number} is hidden: left out")
                collector.add("")
                continue
            page = _Slide(slide, number, objects, collector).read()
            titles.append(page.title)
            collector.add(page.text.text, page.title, page.text.marks)
        stated = stated_properties(ole)
        title = stated["title"] or next((title for title in titles if title), None)
        return collector.source(type="ppt", title=title, metadata=stated["metadata"])


def _is_hidden(slide: PptSlide) -> bool:
    show = slide.record.child(Kind.SHOW) if slide.record else None
    return show is not None and bool(int.from_bytes(show.data[10:12], "little") & _IS_HIDDEN)


class _Slide:
    """One slide and its text."""

    def __init__(self, slide: PptSlide, number: int, objects: SlideObjects, collector: PageCollector) -> None:
        self.text = PageText()
        self.title: str | None = None
        self._slide, self._number, self._objects, self._collector = slide, number, objects, collector
        self._footers: list[str] = []

    def read(self) -> "_Slide":
        """Read all that is shown on the slide, and what is noted to it."""
        shapes = shapes_of(self._slide.record) if self._slide.record else []
        boxes = list(self._boxes(shapes))
        self.text.write(self.title or "")
        for group in reading_order(boxes):
            self._collector.check(len(self.text))
            if not write_group(self.text, group, about=self.title or ""):
                for box in group.boxes:
                    self._shape(box.shape, box.text)
        notes = self._notes()
        self.text.write(f"Notes: {notes}" if notes else "", kind=MarkKind.NOTE)
        for footer in self._footers:
            self.text.write(footer, kind=MarkKind.FURNITURE)
        return self

    def _boxes(self, shapes: Sequence[Shape]) -> Iterator[Box]:
        for shape in shapes:
            kind, text = self._text_in(shape)
            if shape.placeholder in (_FOOTER, _HEADER):
                self._footers += [text] if text else []
            elif kind in _TITLES and self.title is None and text:
                self.title = one_line(text.replace("\n", " "))
            elif shape.placeholder not in (_DATE, _NUMBER) and (
                text or shape.parts or shape.is_picture or shape.object
            ):
                yield Box(shape.left, shape.top, shape.width, shape.height, text, shape)

    def _text_in(self, shape: Shape) -> tuple[int, str]:
        """Return the kind and the text of what a shape says, which may stand in the outline."""
        if shape.box is None:
            return -1, ""
        kind, records = 4, list(shape.box.children())
        for record in records:
            number = int.from_bytes(record.data[:4], "little")
            if record.kind == Kind.TEXT_KIND:
                kind = number
            elif record.kind == Kind.OUTLINE_TEXT and number < len(self._slide.texts):
                outline = self._slide.texts[number]
                return outline.kind, text_of(outline.records)
        return kind, text_of(records)

    def _notes(self) -> str:
        noted = shapes_of(self._slide.notes) if self._slide.notes else []
        found = (self._text_in(shape) for shape in noted)
        return "\n".join(text for kind, text in found if kind == _NOTES and text)

    def _shape(self, shape: Shape, text: str, depth: int = 0) -> None:
        if shape.is_table and shape.parts:
            self.text.write_lines(self._table(shape))
        elif shape.parts and depth < _DEEPEST_GROUP:
            for group in reading_order(list(self._boxes(shape.parts))):
                if not write_group(self.text, group, about=self.title or ""):
                    for box in group.boxes:
                        self._shape(box.shape, box.text, depth + 1)
        elif text:
            self.text.write(text)
        elif lines := self._objects.chart(shape.object, self.title or ""):
            self.text.write_lines(lines)
        elif description := authored(shape.description):
            self.text.write(f"Picture: {description}")
        elif shape.object in self._objects:  # a file of its own
            return
        elif shape.is_picture and shape.width * shape.height >= LARGE_PICTURE:
            self._collector.leave_unread(
                f"a picture without a description on slide {self._number}: what is in it was not read"
            )

    def _table(self, table: Shape) -> list[TextLine]:
        """Return the lines of a table, which is a group of boxes: where they begin, columns and rows begin."""
        cells = sorted((each for each in table.parts if each.box is not None), key=lambda each: (each.top, each.left))
        lefts, tops = (sorted({getattr(each, side) for each in cells}) for side in ("left", "top"))
        rows: dict[int, list[Cell]] = {top: [] for top in tops}
        for each in cells:
            columns = bisect_left(lefts, each.left + each.width) - bisect_left(lefts, each.left)
            height = bisect_left(tops, each.top + each.height) - bisect_left(tops, each.top)
            rows[each.top].append(Cell(self._text_in(each)[1], max(1, columns), max(1, height)))
        return table_lines(grid(list(rows.values())), about=self.title or "")
