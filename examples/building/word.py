"""DOCX, by python-docx."""

from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.text import WD_BREAK
from docx.shared import Cm, Pt

from building.archives import fix_dates
from building.sources import Block, Bullets, Chart, Heading, PageBreak, Paragraph, Source, Table, runs


def write(source: Source, path: Path) -> None:
    """Write the document with headings, tables, page breaks and its properties."""
    document = Document()
    document.styles["Normal"].font.name = "Calibri"
    document.styles["Normal"].font.size = Pt(10.5)
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.header.paragraphs[0].text = source.properties["subject"]
    properties = document.core_properties
    properties.title, properties.author = source.properties["title"], source.properties["author"]
    properties.subject, properties.comments = source.properties["subject"], ""
    properties.last_modified_by = source.properties["author"]
    properties.created = properties.modified = source.moment.replace(tzinfo=None)
    document.add_heading(source.properties["title"], level=0)
    for block in source.blocks:
        _add(document, block)
    document.save(str(path))
    fix_dates(path, source.moment)


def _add(document: Any, block: Block) -> None:
    match block:
        case Heading(level, text):
            document.add_heading(text, level=level)
        case Paragraph(text):
            _add_runs(document.add_paragraph(), text)
        case Bullets(items):
            for item in items:
                _add_runs(document.add_paragraph(style="List Bullet"), item)
        case Table(rows):
            _add_table(document, rows)
        case PageBreak():
            document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        case Chart(title):
            raise ValueError(f"no charts in DOCX: {title}")


def _add_runs(paragraph: Any, text: str) -> None:
    for piece, bold in runs(text):
        paragraph.add_run(piece).bold = bold


def _add_table(document: Any, rows: tuple[tuple[str, ...], ...]) -> None:
    table = document.add_table(rows=len(rows), cols=len(rows[0]), style="Table Grid")
    for cells, row in zip(table.rows, rows, strict=True):
        for cell, text in zip(cells.cells, row, strict=True):
            cell.text = text
    document.add_paragraph()
