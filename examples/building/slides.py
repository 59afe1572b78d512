"""PPTX, by python-pptx: every first-level heading begins a slide."""

from pathlib import Path
from typing import Any

from pptx import Presentation
from pptx.util import Cm, Pt

from building.archives import fix_dates
from building.sources import Bullets, Heading, Source, Table


def write(source: Source, path: Path) -> None:
    """Write one slide per heading, with its bullets and tables."""
    deck = Presentation()
    properties = deck.core_properties
    properties.title, properties.author = source.properties["title"], source.properties["author"]
    properties.subject, properties.last_modified_by = source.properties["subject"], source.properties["author"]
    properties.created = properties.modified = source.moment.replace(tzinfo=None)
    slide = None
    for block in source.blocks:
        match block:
            case Heading(text=text):
                slide = deck.slides.add_slide(deck.slide_layouts[1])
                slide.shapes.title.text = text
            case Bullets(items):
                _fill(slide, items)
            case Table(rows):
                _add_table(slide, rows)
            case _:
                raise ValueError(f"not for a slide: {block}")
    deck.save(str(path))
    fix_dates(path, source.moment)


def _fill(slide: Any, items: tuple[str, ...]) -> None:
    body = slide.placeholders[1]
    if any(shape.has_table for shape in slide.shapes):
        body.left, body.top, body.width, body.height = Cm(1.3), Cm(13.4), Cm(22.8), Cm(4)
    for number, item in enumerate(items):
        paragraph = body.text_frame.paragraphs[0] if number == 0 else body.text_frame.add_paragraph()
        paragraph.text = item
        paragraph.font.size = Pt(22)


def _add_table(slide: Any, rows: tuple[tuple[str, ...], ...]) -> None:
    table = slide.shapes.add_table(len(rows), len(rows[0]), Cm(1.3), Cm(4.2), Cm(22.8), Cm(8)).table
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            table.cell(number, column).text = text
