"""Office files of one XML file: Excel's and Word's of 2003, and packages written as XML."""

import base64
import binascii
import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from xml.sax.saxutils import quoteattr

from docx import Document
from lxml import etree

from needlepoint.files.dates import iso_day
from needlepoint.files.limits import Limits
from needlepoint.files.office.sheets.reading import read_xlsx
from needlepoint.files.office.slides.reading import read_pptx
from needlepoint.files.office.word.numbering import W
from needlepoint.files.office.word.reading import read_docx
from needlepoint.files.pages import PageCollector, PageText, TextLine, one_line
from needlepoint.files.source import SourceText
from needlepoint.files.tables import Cell, grid_rows, sheet_lines
from needlepoint.text.marks import MarkKind

_SHEET = "{urn:schemas-microsoft-com:office:spreadsheet}"
_EXCEL = "{urn:schemas-microsoft-com:office:excel}"
_OFFICE = "{urn:schemas-microsoft-com:office:office}"
_WORD = "{http://schemas.microsoft.com/office/word/2003/wordml}"
_PACKAGE = "{http://schemas.microsoft.com/office/2006/xmlPackage}"
_READERS = {"wordprocessingml": read_docx, "presentationml": read_pptx, "spreadsheetml": read_xlsx}
_MOST_COLUMNS = 16_384
_MOST_SLOTS = 4_000_000  # places of rows


def read_office_xml(root: Any, limits: Limits) -> SourceText | None:
    """Return the text of an Office file; None for other XML.

    :param root: the root element.
    """
    if root.tag == f"{_SHEET}Workbook":
        return _workbook(root, limits)
    if root.tag == f"{_WORD}wordDocument":
        return _word(root, limits)
    return _package(root, limits) if root.tag == f"{_PACKAGE}package" else None


def _workbook(root: Any, limits: Limits) -> SourceText:
    collector = PageCollector(limits)
    for sheet in root.findall(f"{_SHEET}Worksheet"):
        name = one_line(sheet.get(f"{_SHEET}Name") or "")
        if (sheet.findtext(f"{_EXCEL}WorksheetOptions/{_EXCEL}Visible") or "").startswith("SheetHidden"):
            collector.leave_unread(f"sheet {name} is hidden: left out")
            collector.add("")
            continue
        page = PageText()
        for line in sheet_lines(grid_rows(_rows(sheet)), about=name):
            page.write_lines([line], gap=1)
            collector.check(len(page))
        page.write_lines(_comments(sheet))
        collector.add(page.text, name, page.marks)
    stated = _properties(root)
    return collector.source(
        type="xlsx", title=stated.get("Title"), metadata=_metadata(stated), reason="no filled cells: nothing to index"
    )


def _rows(sheet: Any) -> Iterator[list[Cell]]:
    """Return the rows; what lies between two that are stated is one empty row."""
    last, slots = 0, _MOST_SLOTS
    for row in sheet.iterfind(f"{_SHEET}Table/{_SHEET}Row"):
        number = _whole(row.get(f"{_SHEET}Index"), last + 1)
        if number > last + 1:
            yield []
        last = number
        if row.get(f"{_SHEET}Hidden") != "1":
            cells = _cells(row, min(_MOST_COLUMNS, slots))
            slots = max(256, slots - len(cells))
            yield cells


def _cells(row: Any, most: int) -> list[Cell]:
    cells: list[Cell] = []
    at = 0
    for cell in row.findall(f"{_SHEET}Cell"):
        place = _whole(cell.get(f"{_SHEET}Index"), at + 1)
        if place > most:
            break
        cells += [Cell("")] * (place - 1 - at)
        across, down = (_whole(cell.get(f"{_SHEET}Merge{way}"), 0) + 1 for way in ("Across", "Down"))
        cells.append(Cell(_shown(cell.find(f"{_SHEET}Data")), min(across, 1000), down))
        at = max(at, place - 1) + across
    return cells


def _shown(data: Any | None) -> str:
    if data is None:
        return ""
    text, kind = one_line("".join(data.itertext())), data.get(f"{_SHEET}Type")
    if kind == "DateTime":
        day, _, time = text.partition("T")
        return day if time.startswith("00:00:00") or not time else f"{day} {time[:5]}"
    if kind == "Boolean":
        return "yes" if text == "1" else "no"
    return text


def _comments(sheet: Any) -> Iterator[TextLine]:
    for comment in sheet.iter(f"{_SHEET}Comment"):
        author = one_line(comment.get(f"{_SHEET}Author") or "")
        text = one_line("".join(comment.itertext())).removeprefix(f"{author}:").strip()
        yield TextLine(f"Comment{f' by {author}' if author else ''}: {text}", MarkKind.NOTE)


def _whole(stated: str | None, default: int) -> int:
    return int(stated) if stated and stated.isascii() and stated.isdigit() and len(stated) < 8 else default


def _word(root: Any, limits: Limits) -> SourceText:
    """Read a Word file of 2003 as one of 2007: what its text consists of has the same names."""
    stated = _properties(root)
    for element in root.iter(f"{_WORD}*"):
        element.tag = W + etree.QName(element).localname
        for name in [name for name in element.attrib if name.startswith(_WORD)]:
            element.set(W + etree.QName(name).localname, element.attrib.pop(name))
    document = Document()
    for own, place in (
        (root.find(f"{W}body"), document.element.body),
        (root.find(f"{W}styles"), document.styles.element),
    ):
        if own is not None:
            for child in list(place):
                place.remove(child)
            place.extend(list(own))
    document.core_properties.title = stated.get("Title", "")
    buffer = io.BytesIO()
    document.save(buffer)
    return replace(read_docx(buffer.getvalue(), limits), metadata=_metadata(stated))


def _properties(root: Any) -> dict[str, str]:
    properties = root.iterfind(f"{_OFFICE}DocumentProperties/*")
    return {etree.QName(each).localname: each.text.strip() for each in properties if each.text and each.text.strip()}


def _metadata(stated: Mapping[str, str]) -> dict[str, str | int | float]:
    day = iso_day(stated.get("LastSaved", "")) or iso_day(stated.get("Created", ""))
    found = {"author": stated.get("Author", ""), "subject": stated.get("Subject", ""), "date": day}
    return {name: one_line(value) for name, value in found.items() if value}


def _package(root: Any, limits: Limits) -> SourceText | None:
    """Read a package that is written as one XML file (flat OPC)."""
    buffer = io.BytesIO()
    kinds = ""
    types = ['<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">']
    with zipfile.ZipFile(buffer, "w") as archive:
        for part in root.findall(f"{_PACKAGE}part"):
            name, kind = part.get(f"{_PACKAGE}name") or "", part.get(f"{_PACKAGE}contentType") or ""
            kinds += f" {kind}" if ".main+xml" in kind else ""
            types.append(f"<Override PartName={quoteattr(name)} ContentType={quoteattr(kind)}/>")
            archive.writestr(name.lstrip("/"), _content(part))
        archive.writestr("[Content_Types].xml", "".join([*types, "</Types>"]))
    reader = next((reader for kind, reader in _READERS.items() if kind in kinds), None)
    return None if reader is None else reader(buffer.getvalue(), limits)


def _content(part: Any) -> bytes:
    markup = part.find(f"{_PACKAGE}xmlData/*")
    if markup is not None:
        return bytes(etree.tostring(markup, encoding="utf-8", xml_declaration=True))
    try:
        return base64.b64decode(part.findtext(f"{_PACKAGE}binaryData") or "")
    except binascii.Error:
        return b""
