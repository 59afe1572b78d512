"""PDF, by reportlab."""

import os
from html import escape
from pathlib import Path
from typing import Any

from reportlab.graphics.charts.barcharts import HorizontalBarChart
from reportlab.graphics.shapes import Drawing
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, ListFlowable, PageTemplate, Spacer, TableStyle
from reportlab.platypus import PageBreak as NewPage
from reportlab.platypus import Paragraph as Text
from reportlab.platypus import Table as Grid

from building.sources import Block, Bullets, Chart, Heading, PageBreak, Paragraph, Source, Table, runs

_SEA = colors.HexColor("#12455f")
_MIST = colors.HexColor("#e8f0f3")
_SLATE = colors.HexColor("#4a6a78")
_LINE = colors.HexColor("#9db6c1")
_WIDTH = A4[0] - 44 * mm

_BODY = ParagraphStyle("body", fontName="Helvetica", fontSize=10.2, leading=14.2, spaceAfter=7)
_CELL = ParagraphStyle("cell", parent=_BODY, fontSize=9.2, leading=11.8, spaceAfter=0)
_HEAD_CELL = ParagraphStyle("head-cell", parent=_CELL, fontName="Helvetica-Bold", textColor=colors.white)
_CAPTION = ParagraphStyle("caption", parent=_CELL, fontName="Helvetica-Oblique", textColor=_SLATE, keepWithNext=1)
_HEADING = ParagraphStyle("heading", parent=_BODY, fontName="Helvetica-Bold", textColor=_SEA, keepWithNext=1)
_HEADINGS = {
    1: ParagraphStyle("h1", parent=_HEADING, fontSize=14, leading=18, spaceBefore=9),
    2: ParagraphStyle("h2", parent=_HEADING, fontSize=11, leading=14, spaceBefore=5),
}
_TITLE = ParagraphStyle("title", parent=_BODY, fontName="Times-Bold", fontSize=22, leading=27, textColor=_SEA)
_COVER_TITLE = ParagraphStyle("cover-title", parent=_TITLE, fontSize=32, leading=38, spaceBefore=30 * mm)
_SUBTITLE = ParagraphStyle(
    "subtitle", parent=_BODY, fontSize=11, leading=15, spaceAfter=10, textColor=colors.HexColor("#4a6a78")
)


def write(source: Source, path: Path) -> None:
    """Write the document with a running header, page numbers and its own date as creation date."""
    os.environ["SOURCE_DATE_EPOCH"] = str(int(source.moment.timestamp()))
    properties = source.properties
    document = BaseDocTemplate(
        str(path),
        pagesize=A4,
        title=properties["title"],
        author=properties["author"],
        subject=properties["subject"],
        creator="Tarvay Sound Ferries",
    )
    frame = Frame(
        22 * mm, 20 * mm, _WIDTH, A4[1] - 44 * mm, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0
    )

    def furniture(canvas: Any, template: Any) -> None:
        _draw_furniture(canvas, template.page, properties)

    document.addPageTemplates(PageTemplate(frames=[frame], onPage=furniture))
    document.build(_opening(properties) + [flowable for block in source.blocks for flowable in _flowables(block)])


def _draw_furniture(canvas: Any, number: int, properties: dict[str, str]) -> None:
    if number == 1 and "cover" in properties:
        canvas.setFillColor(_SEA)
        canvas.rect(0, A4[1] - 38 * mm, A4[0], 38 * mm, stroke=0, fill=1)
        canvas.setFillColor(colors.white)
        canvas.setFont("Times-Bold", 20)
        canvas.drawString(22 * mm, A4[1] - 24 * mm, properties["author"])
        return
    canvas.setStrokeColor(_LINE)
    canvas.setLineWidth(0.5)
    canvas.line(22 * mm, A4[1] - 17 * mm, A4[0] - 22 * mm, A4[1] - 17 * mm)
    canvas.setFont("Helvetica", 8)
    canvas.setFillColor(_SEA)
    canvas.drawString(22 * mm, A4[1] - 15 * mm, properties["header"])
    canvas.drawRightString(A4[0] - 22 * mm, 12 * mm, f"Page {number}")


def _opening(properties: dict[str, str]) -> list[Flowable]:
    style = _COVER_TITLE if "cover" in properties else _TITLE
    above = [Spacer(1, 30 * mm)] if "cover" in properties else []
    return [*above, Text(_inline(properties["title"]), style), Text(_inline(properties["subject"]), _SUBTITLE)]


def _flowables(block: Block) -> list[Flowable]:
    match block:
        case Heading(level, text):
            return [Text(_inline(text), _HEADINGS[level])]
        case Paragraph(text):
            return [Text(_inline(text), _BODY)]
        case Bullets(items):
            texts = [Text(_inline(item), _BODY) for item in items]
            return [ListFlowable(texts, bulletType="bullet", start="•", leftIndent=12)]
        case Table(rows):
            return [_grid(rows), Spacer(1, 8)]
        case Chart():
            return [Text(_inline(block.title), _CAPTION), _bar_chart(block), Spacer(1, 4)]
        case PageBreak():
            return [NewPage()]


def _inline(text: str) -> str:
    return "".join(f"<b>{escape(piece)}</b>" if bold else escape(piece) for piece, bold in runs(text))


def _grid(rows: tuple[tuple[str, ...], ...]) -> Grid:
    has_header = len(rows[0]) > 2 or rows[0][0].startswith("**")
    cells = [
        [Text(_inline(cell), _HEAD_CELL if has_header and number == 0 else _CELL) for cell in row]
        for number, row in enumerate(rows)
    ]
    grid = Grid(cells, colWidths=_column_widths(rows), repeatRows=int(has_header))
    look: list[Any] = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, _LINE),
        ("TOPPADDING", (0, 0), (-1, -1), 2.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
        ("BACKGROUND", (0, 0), (-1, 0) if has_header else (0, -1), _SEA if has_header else _MIST),
    ]
    grid.setStyle(TableStyle(look))
    return grid


def _column_widths(rows: tuple[tuple[str, ...], ...]) -> list[float]:
    longest = [min(max(len(row[column]) for row in rows), 60) + 6 for column in range(len(rows[0]))]
    return [_WIDTH * share / sum(longest) for share in longest]


def _bar_chart(chart: Chart) -> Drawing:
    drawing = Drawing(_WIDTH, 108)
    bars = HorizontalBarChart()
    bars.x, bars.y, bars.width, bars.height = 70, 14, _WIDTH - 110, 90
    bars.data = [[value for _, value in reversed(chart.bars)]]
    bars.categoryAxis.categoryNames = [name for name, _ in reversed(chart.bars)]
    bars.categoryAxis.labels.fontSize = bars.valueAxis.labels.fontSize = 8
    bars.valueAxis.valueMin = 0
    bars.bars[0].fillColor = _SEA
    bars.bars.strokeColor = None
    bars.barLabelFormat = "%d"
    bars.barLabels.nudge = 14
    bars.barLabels.fontSize = 8
    drawing.add(bars)
    return drawing
