"""PPTX: one page a slide, with its title, text, tables, charts and notes."""

import io
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pptx
from pptx.enum.shapes import MSO_SHAPE_TYPE
from pptx.exc import PackageNotFoundError

from needlepoint.errors import UnreadableFileError
from needlepoint.files.limits import Limits
from needlepoint.files.office import core_properties, parse_part
from needlepoint.files.pages import PageCollector, one_line, tidy_text
from needlepoint.files.source import SourceText
from needlepoint.files.tables import Cell, grid, row_line, table_lines

_SAME_ROW = 180_000  # half a centimetre, in English Metric Units
_TEXT = "{http://schemas.openxmlformats.org/drawingml/2006/main}t"
_DIAGRAM = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
_DIAGRAM_DATA = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}dm"
_DEEPEST_GROUP = 20


def read_pptx(data: bytes, limits: Limits) -> SourceText:
    """Read a presentation; hidden slides are read too."""
    try:
        presentation = pptx.Presentation(io.BytesIO(data))
    except (PackageNotFoundError, KeyError) as error:
        raise UnreadableFileError(
            "the PowerPoint file lacks a part that it names: open it and save it again"
        ) from error
    collector = PageCollector(limits)
    titles = []
    for slide in presentation.slides:
        title = _title(slide)
        titles.append(title)
        collector.add(tidy_text("\n\n".join(_texts(slide, title))), title)
    fallback = next((title for title in titles if title), None)
    return collector.source(type="pptx", **core_properties(data, fallback=fallback))


def _title(slide: Any) -> str | None:
    shape = slide.shapes.title
    return one_line(shape.text_frame.text) or None if shape is not None and shape.has_text_frame else None


def _texts(slide: Any, title: str | None) -> Iterator[str]:
    if title:
        yield title
    is_title = slide.shapes.title
    for shape in _in_reading_order(slide.shapes):
        if is_title is None or shape.shape_id != is_title.shape_id:
            yield from filter(str.strip, _shape_texts(shape))
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        notes = _frame_text(slide.notes_slide.notes_text_frame)
        if notes:
            yield f"Notes: {notes}"


def _in_reading_order(shapes: Any) -> list[Any]:
    """Return shapes from top to bottom, and from left to right where they stand side by side."""
    return sorted(shapes, key=lambda shape: ((shape.top or 0) // _SAME_ROW, shape.left or 0))


def _shape_texts(shape: Any, depth: int = 0) -> Iterator[str]:
    if shape.shape_type == MSO_SHAPE_TYPE.GROUP:
        if depth < _DEEPEST_GROUP:
            for member in _in_reading_order(shape.shapes):
                yield from _shape_texts(member, depth + 1)
    elif shape.has_text_frame:
        yield _frame_text(shape.text_frame)
    elif getattr(shape, "has_table", False):
        yield "\n".join(_table_lines(shape.table))
    elif getattr(shape, "has_chart", False):
        with suppress(ValueError, KeyError, AttributeError, NotImplementedError):  # a kind of chart the library lacks
            yield "\n".join(_chart_lines(shape.chart))
    else:
        yield _diagram_text(shape)


def _frame_text(frame: Any) -> str:
    """Return the paragraphs of a text box; indented ones are items of a list."""
    lines = []
    for paragraph in frame.paragraphs:
        text = "\n".join(one_line(part) for part in paragraph.text.split("\v")).strip()
        if text:
            lines.append(f"- {text}" if paragraph.level else text)
    return "\n".join(lines)


def _table_lines(table: Any) -> list[str]:
    rows = [
        [
            Cell(cell.text_frame.text, cell.span_width if cell.is_merge_origin else 1, cell.span_height)
            for cell in row.cells
            if not cell.is_spanned
        ]
        for row in table.rows
    ]
    return table_lines(grid(rows), has_headings=True if table.first_row and len(table.columns) > 1 else None)


def _chart_lines(chart: Any) -> Iterator[str]:
    if chart.has_title and chart.chart_title.has_text_frame:
        yield one_line(chart.chart_title.text_frame.text)
    for plot in chart.plots:
        categories = [str(category) for category in plot.categories]
        for series in plot.series:
            values = ["" if value is None else f"{value:g}" for value in series.values]
            line = row_line(categories, values)
            yield f"{series.name}: {line}" if series.name else line


def _diagram_text(shape: Any) -> str:
    """Return the text of a SmartArt diagram, which lies in a part of its own."""
    ids = next(iter(shape._element.iter(f"{{{_DIAGRAM}}}relIds")), None)
    if ids is None:
        return ""
    part = shape.part.related_part(ids.get(_DIAGRAM_DATA))
    return "\n".join(one_line(text.text or "") for text in parse_part(part.blob).iter(_TEXT))
