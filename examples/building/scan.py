"""A letter that came out of a scanner: black and white, a little askew, without a text layer; by reportlab, PDFium and Pillow."""

import io
import textwrap
from pathlib import Path

import pypdfium2
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from building.sources import Source

_DPI = 150
_LEFT, _TOP, _LETTERS, _STEP, _BETWEEN = 72, 770, 12, 16, 10  # points
_COLUMNS = 78
_LEAN = 0.6  # degrees


def write(source: Source, path: Path) -> None:
    """Write the document as one page in the compression of fax machines; its own date is the creation date."""
    with pypdfium2.PdfDocument(_typed(source.body)) as document:
        page = document[0].render(scale=_DPI / 72, grayscale=True).to_pil()
    page = page.rotate(_LEAN, Image.Resampling.BICUBIC, fillcolor="white")
    properties, day = source.properties, source.moment.timetuple()
    page.point(lambda value: 255 * (value > 150)).convert("1").save(
        path,
        "PDF",
        resolution=_DPI,
        title=properties["title"],
        author=properties["author"],
        subject=properties["subject"],
        creationDate=day,
        modDate=day,
    )


def _typed(text: str) -> bytes:
    """Return a page of text in two kinds of Times."""
    made, top = io.BytesIO(), _TOP
    canvas = Canvas(made, pagesize=A4)
    for paragraph in text.split("\n\n"):
        canvas.setFont("Times-Bold" if paragraph.startswith("**") else "Times-Roman", _LETTERS)
        for line in (each for part in paragraph.strip("*\n").splitlines() for each in textwrap.wrap(part, _COLUMNS)):
            canvas.drawString(_LEFT, top, line)
            top -= _STEP
        top -= _BETWEEN
    canvas.save()
    return made.getvalue()
