"""A Word document (DOCX) whose body is written as XML text: its styles and paper, its links, and the file itself."""

import io
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from needlepoint.sheets.exports.characters import on_one_line
from needlepoint.sheets.exports.confidence import LIGHT

LONG_MM, SHORT_MM, MARGIN_MM = 297, 210, 15
"""The sides of A4 and its margin."""
_LANDSCAPE_PT, _PORTRAIT_PT = 9, 10


def empty_document(title: str, made: str, *, is_landscape: bool) -> Any:
    """Return a document on A4 with its styles, and nothing in it.

    :param made: when, as ISO 8601.
    """
    document = Document()
    section = document.sections[0]
    if is_landscape:
        section.orientation, section.page_width, section.page_height = WD_ORIENT.LANDSCAPE, Mm(LONG_MM), Mm(SHORT_MM)
    else:
        section.page_width, section.page_height = Mm(SHORT_MM), Mm(LONG_MM)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(MARGIN_MM)
    for name, size in (
        ("Normal", _LANDSCAPE_PT if is_landscape else _PORTRAIT_PT),
        ("Heading 1", 18),
        ("Heading 2", 13),
    ):
        style = document.styles[name]
        style.font.name, style.font.size, style.font.color.rgb = "Calibri", Pt(size), RGBColor.from_string(LIGHT.ink)
        complex_size = style.element.rPr.makeelement(qn("w:szCs"), {qn("w:val"): str(2 * size)})
        style.element.rPr.find(qn("w:sz")).addnext(complex_size)
    document.styles["Normal"].paragraph_format.space_after = Pt(4)
    properties = document.core_properties
    properties.title, properties.author = on_one_line(title)[:255], "Needlepoint"
    properties.created = properties.modified = _when(made)
    return document


def _when(made: str) -> datetime:
    try:
        return datetime.fromisoformat(made)
    except ValueError:
        return datetime.now(UTC)


def add_links(document: Any, addresses: Iterable[str]) -> dict[str, str]:
    """Make addresses known to a document; return the ids under which its runs name them."""
    links: dict[str, str] = {}
    for address in addresses:
        if address not in links:
            links[address] = f"address{len(links) + 1}"
            document.part.rels.add_relationship(RELATIONSHIP_TYPE.HYPERLINK, address, links[address], is_external=True)
    return links


def write_document(document: Any, body: Iterable[str], file: IO[bytes]) -> None:
    """Write a document with its body.

    :param body: paragraphs and tables as XML text, such as :mod:`~needlepoint.sheets.exports.word_parts` makes.
    """
    saved = io.BytesIO()
    document.save(saved)
    with ZipFile(saved) as given, ZipFile(file, "w", ZIP_DEFLATED) as whole:
        for name in given.namelist():
            data = given.read(name)
            with whole.open(name, "w") as part:
                if name == "word/document.xml":
                    before, properties, after = data.partition(b"<w:sectPr")
                    part.write(before)
                    part.writelines(text.encode() for text in body)
                    data = properties + after
                part.write(data)
