"""ODP and ODG: one page a slide or a drawing's page, with its title, text, tables, charts and notes."""

from collections.abc import Iterator
from typing import Any

from needlepoint.files.limits import Limits
from needlepoint.files.office.slides.order import Box, Group, reading_order
from needlepoint.files.opendocument.blocks import Block, Blocks, length_cm
from needlepoint.files.opendocument.inline import comment_text
from needlepoint.files.opendocument.package import DRAW, OFFICE, SHOW, SVG, OpenDocument
from needlepoint.files.opendocument.styles import Styles
from needlepoint.files.pages import PageCollector, PageText, joined_paragraphs, one_line
from needlepoint.files.source import SourceText
from needlepoint.text.marks import MarkKind

_FURNITURE = frozenset({"footer", "header", "date-time"})
_LONGEST_TILE = 60  # words


def read_odp(data: bytes, limits: Limits) -> SourceText:
    """Read a presentation; of a hidden slide there is an empty page."""
    return _read(data, limits, "presentation", "odp")


def read_odg(data: bytes, limits: Limits) -> SourceText:
    """Read a drawing."""
    return _read(data, limits, "drawing", "odg")


def _read(data: bytes, limits: Limits, body: str, kind: str) -> SourceText:
    document = OpenDocument(data, limits)
    collector = PageCollector(limits)
    styles = Styles([document.styles("automatic-styles"), document.styles("styles")])
    titles = []
    for number, slide in enumerate(document.body(body).findall(f"{DRAW}page"), start=1):
        if styles.stated("drawing-page", slide.get(f"{DRAW}style-name"), f"{SHOW}visibility") == "hidden":
            collector.leave_unread(f"slide {number} is hidden: left out")
            collector.add("")
            continue
        page = _Slide(slide, Blocks(document, styles, collector.leave_unread, has_bullets=False), collector)
        page.read()
        titles.append(page.title)
        collector.add(page.text.text, page.title, page.text.marks)
    return collector.source(type=kind, **document.properties(fallback=next(filter(None, titles), None)))


class _Slide:
    """One slide and its text."""

    def __init__(self, slide: Any, blocks: Blocks, collector: PageCollector) -> None:
        self.text = PageText()
        self.title = ""
        self._slide, self._blocks, self._collector = slide, blocks, collector

    def read(self) -> None:
        """Read all that is shown on the slide, and what is noted on it."""
        shapes = [each for each in self._slide if _is_shown(each)]
        title = next((each for each in shapes if each.get(f"{SHOW}class") == "title"), None)
        self.title = self._blocks.heading = "" if title is None else one_line(self._blocks.text_of(title))
        self.text.write(self.title)
        furniture: list[str] = []
        for group in reading_order(list(self._boxes((each for each in shapes if each is not title), furniture))):
            self._group(group)
        self._notes()
        for text in furniture:
            self.text.write(text, kind=MarkKind.FURNITURE)

    def _boxes(self, shapes: Iterator[Any], furniture: list[str]) -> Iterator[Box]:
        for shape in shapes:
            blocks = list(self._blocks.drawing(shape))
            text = "" if any(block.lines for block in blocks) else joined_paragraphs(b.text for b in blocks)
            if shape.get(f"{SHOW}class") in _FURNITURE:
                furniture += [text] if text else []
            elif blocks and shape.get(f"{SHOW}class") != "page-number":
                yield _box(shape, text, blocks)

    def _group(self, group: Group) -> None:
        self._collector.check(len(self.text))
        texts = [box.text for box in group.boxes]
        if group.kind == "pair" and all(texts):
            self.text.write(f"{texts[0].rstrip(' :')}: {texts[1].rstrip('.')}.", gap=1)
        elif group.kind == "tile" and all(texts) and sum(len(text.split()) for text in texts) <= _LONGEST_TILE:
            self.text.write("\n".join(texts), kind=MarkKind.ROW, about=self.title)
        else:
            for box in group.boxes:
                self._write(box)

    def _write(self, box: Box) -> None:
        if box.text:
            self.text.write(box.text)
            return
        for block in box.shape:
            self.text.write_lines(block.lines) if block.lines else self.text.write(block.text)

    def _notes(self) -> None:
        for notes in self._slide.findall(f"{SHOW}notes"):
            shown = [each for each in notes if _is_shown(each) and each.get(f"{SHOW}class") == "notes"]
            text = joined_paragraphs(map(self._blocks.text_of, shown))
            self.text.write(f"Notes: {text}" if text else "", kind=MarkKind.NOTE)
        for annotation in self._slide.findall(f"{OFFICE}annotation"):
            self.text.write(comment_text(annotation, self._blocks.text_of(annotation)), kind=MarkKind.NOTE)


def _is_shown(shape: Any) -> bool:
    """Tell a shape from what is none, and from a placeholder that nobody has filled."""
    is_shape = isinstance(shape.tag, str) and shape.tag.startswith(DRAW)
    return is_shape and shape.get(f"{SHOW}placeholder") != "true" and shape.get(f"{DRAW}display") != "none"


def _box(shape: Any, text: str, blocks: list[Block]) -> Box:
    """Return a shape with its place, in hundredths of a millimetre."""
    if shape.tag == f"{DRAW}g":
        shape = next((each for each in shape.iter() if each.get(f"{SVG}x")), shape)
    left, top, width, height = (
        round(1000 * length_cm(shape.get(f"{SVG}{side}"))) for side in ("x", "y", "width", "height")
    )
    return Box(left, top, max(0, width), max(0, height), text, blocks)
