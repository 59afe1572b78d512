"""Small files made to stall their reader or to eat its memory: each function returns the bytes of one."""

import base64
import io
import zipfile
import zlib
from collections.abc import Callable, Mapping

import docx
import openpyxl
import pptx

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
_P = 'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
_S = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def _pdf(*objects: str | bytes) -> bytes:
    """Return a PDF of objects numbered from 1, of which the first is the catalogue."""
    data = b"%PDF-1.7\n"
    for number, body in enumerate(objects, start=1):
        data += b"%d 0 obj\n" % number + (body if isinstance(body, bytes) else body.encode()) + b"\nendobj\n"
    return data + b"trailer\n<< /Root 1 0 R /Size %d >>\n%%%%EOF\n" % (len(objects) + 1)


def _stream(content: bytes, extra: str = "") -> bytes:
    packed = zlib.compress(content, 9)
    return f"<< {extra} /Filter /FlateDecode /Length {len(packed)} >>\nstream\n".encode() + packed + b"\nendstream"


def _one_page(content: bytes, resources: str, *more: str | bytes) -> bytes:
    page = f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << {resources} >> >>"
    tree = "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    return _pdf("<< /Type /Catalog /Pages 2 0 R >>", tree, page, _stream(content), *more)


def pdf_forms(levels: int = 7, times: int = 12) -> bytes:
    """Return a page whose form XObjects show each other: ``times ** levels`` texts."""
    font = "/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>"
    forms = [
        _stream(
            b"/X Do " * times if at < levels else b"BT /F 9 Tf 9 9 Td (pier) Tj ET",
            f"/Type /XObject /Subtype /Form /BBox [0 0 600 800] /Resources << {font} /XObject << /X {5 + at} 0 R >> >>",
        )
        for at in range(1, levels + 1)
    ]
    return _one_page(b"/X Do", "/XObject << /X 5 0 R >>", *forms)


def pdf_unicode_range() -> bytes:
    """Return a page whose font maps a range of 2^32 codes."""
    mapping = (
        b"1 begincodespacerange <00000000> <FFFFFFFF> endcodespacerange 1 beginbfrange <00000000> <FFFFFFFF> <0041>"
    )
    font = (
        "<< /Type /Font /Subtype /Type0 /BaseFont /F /Encoding /Identity-H /ToUnicode 6 0 R /DescendantFonts [7 0 R] >>"
    )
    return _one_page(
        b"BT /F 9 Tf 9 9 Td <00410042> Tj ET",
        "/Font << /F 5 0 R >>",
        font,
        _stream(mapping + b" endbfrange"),
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /F /CIDSystemInfo << /Registry (A) /Ordering (I) /Supplement 0 >> >>",
    )


def pdf_packed_page(megabytes: int = 400) -> bytes:
    """Return a page whose content unpacks to so many megabytes of text."""
    return _one_page(b"BT /F 9 Tf 9 9 Td (pier) Tj ET " * (megabytes * 30_000), "")


def pdf_same_page(times: int = 9_000) -> bytes:
    """Return a document that shows one full page so many times."""
    lines = b"".join(b"BT /F 4 Tf 9 %d Td (%s) Tj ET " % (at, b"The pier is long. " * 8) for at in range(0, 800, 4))
    page = (
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>"
    )
    tree = f"<< /Type /Pages /Kids [{'3 0 R ' * times}] /Count {times} >>"
    font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    return _pdf("<< /Type /Catalog /Pages 2 0 R >>", tree, page, _stream(lines), font)


def _with_parts(data: bytes, parts: Mapping[str, str | bytes]) -> bytes:
    """Return an Office file with some of its parts replaced."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in {*old.namelist(), *parts}:
            new.writestr(name, parts[name] if name in parts else old.read(name))
    return made.getvalue()


def _saved(document: object) -> bytes:
    made = io.BytesIO()
    document.save(made)  # type: ignore[attr-defined]
    return made.getvalue()


def _xlsx(rows: str, after: str = "") -> bytes:
    sheet = f"<worksheet {_S}><sheetData>{rows}</sheetData>{after}</worksheet>"
    return _with_parts(_saved(openpyxl.Workbook()), {"xl/worksheets/sheet1.xml": sheet})


def xlsx_row_number(number: int = 10**12) -> bytes:
    """Return a sheet whose second row has this number."""
    return _xlsx(f'<row r="1"><c><v>1</v></c></row><row r="{number}"><c><v>2</v></c></row>')


def xlsx_far_cells(rows: int = 60_000) -> bytes:
    """Return a sheet of rows with one cell each, in the last column."""
    return _xlsx("".join(f'<row r="{at}"><c r="XFD{at}"><v>1</v></c></row>' for at in range(1, rows)))


def xlsx_merged(ranges: int = 100_000) -> bytes:
    """Return a sheet of merged cells over each other, each of all columns and rows."""
    rows = "".join(f'<row r="{at}"><c r="A{at}"><v>1</v></c></row>' for at in range(1, 3000))
    merged = "".join(f'<mergeCell ref="A{at % 3000 + 1}:XFD1048576"/>' for at in range(ranges))
    return _xlsx(rows, f"<mergeCells>{merged}</mergeCells>")


def xlsx_strings(length: int = 30_000, cells: int = 60_000) -> bytes:
    """Return a sheet of which each cell shows one long text."""
    rows = "".join(f'<row r="{at}"><c r="A{at}" t="s"><v>0</v></c></row>' for at in range(1, cells))
    shared = f"<sst {_S}><si><t>{'pier ' * (length // 5)}</t></si></sst>"
    sheet = f"<worksheet {_S}><sheetData>{rows}</sheetData></worksheet>"
    book = _saved(openpyxl.Workbook())
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    named = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        types = archive.read("[Content_Types].xml").decode().replace("</Types>", named)
    parts = {"xl/worksheets/sheet1.xml": sheet, "xl/sharedStrings.xml": shared, "[Content_Types].xml": types}
    return _with_parts(book, parts)


def _docx(body: str, **parts: str) -> bytes:
    document = f"<w:document {_W}><w:body>{body}</w:body></w:document>"
    return _with_parts(_saved(docx.Document()), {"word/document.xml": document, **parts})


def docx_level_texts(paragraphs: int = 25_000) -> bytes:
    """Return numbered paragraphs whose number is a long text."""
    numbering = (
        f'<w:numbering {_W}><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/>'
        f'<w:lvlText w:val="{"%1 " * 30_000}"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
        "</w:numbering>"
    )
    one = '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>a</w:t></w:r></w:p>'
    return _docx(one * paragraphs, **{"word/numbering.xml": numbering})


def docx_merged(rows: int = 4_000) -> bytes:
    """Return a table whose cells span all columns and all rows."""
    spans = '<w:tcPr><w:gridSpan w:val="60000"/><w:vMerge w:val="restart"/></w:tcPr>'
    cell = f"<w:tc>{spans}<w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc>"
    going = "<w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc>" * 60
    return _docx("<w:tbl>" + f"<w:tr>{cell}{going}</w:tr>" * rows + "</w:tbl>")


def docx_tiny_elements(count: int = 3_000_000) -> bytes:
    """Return one paragraph of empty elements."""
    return _docx("<w:p>" + "<w:r/>" * count + "<w:r><w:t>a</w:t></w:r></w:p>")


def docx_nested(levels: int = 400) -> bytes:
    """Return tables in each other."""
    start, end = "<w:tbl><w:tr><w:tc>", "<w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    return _docx(start * levels + end * levels)


def pptx_table(rows: int = 3_000) -> bytes:
    """Return a slide with a table whose cells span columns and rows."""
    cell = (
        '<a:tc gridSpan="60000" rowSpan="60000"><a:txBody><a:p><a:r><a:t>a</a:t></a:r></a:p></a:txBody></a:tc>'
        + "<a:tc/>" * 30
    )
    table = "<a:tbl>" + f"<a:tr>{cell}</a:tr>" * rows + "</a:tbl>"
    data = f'<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/table">{table}</a:graphicData></a:graphic>'
    frame = (
        '<p:nvGraphicFramePr><p:cNvPr id="9" name="t"/><p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr><p:xfrm/>'
    )
    return _pptx(f"<p:graphicFrame>{frame}{data}</p:graphicFrame>")


def pptx_groups(levels: int = 300, times: int = 200) -> bytes:
    """Return a slide with groups in each other, many times."""
    start, end = (
        '<p:grpSp><p:nvGrpSpPr><p:cNvPr id="9" name="g"/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>',
        "</p:grpSp>",
    )
    return _pptx((start * levels + end * levels) * times)


def _pptx(shapes: str) -> bytes:
    show = pptx.Presentation()
    show.slides.add_slide(show.slide_layouts[6])
    tree = f'<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>{shapes}'
    slide = f"<p:sld {_A} {_P}><p:cSld><p:spTree>{tree}</p:spTree></p:cSld></p:sld>"
    return _with_parts(_saved(show), {"ppt/slides/slide1.xml": slide})


def _html(body: str) -> bytes:
    return f"<!doctype html><html><body>{body}".encode()


def mail_in_mail(levels: int = 2_000) -> bytes:
    """Return a message that holds a message that holds a message ..."""
    data = b"Subject: pier\n\nThe pier is long.\n"
    for _ in range(levels):
        data = b"From: a@example.org\nSubject: Fwd\nContent-Type: message/rfc822\n\n" + data
    return data


MADE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "PDF: forms in each other": ("forms.pdf", pdf_forms),
    "PDF: Unicode range of 2^32": ("unicode.pdf", pdf_unicode_range),
    "PDF: packed page": ("packed.pdf", pdf_packed_page),
    "PDF: one page 9,000 times": ("same.pdf", pdf_same_page),
    "XLSX: row 2,000,000,000": ("row2e9.xlsx", lambda: xlsx_row_number(2 * 10**9)),
    "XLSX: row 1,000,000,000,000": ("row1e12.xlsx", xlsx_row_number),
    "XLSX: cells in the last column": ("far.xlsx", xlsx_far_cells),
    "XLSX: merged over each other": ("merged.xlsx", xlsx_merged),
    "XLSX: one long text in each cell": ("strings.xlsx", xlsx_strings),
    "DOCX: long numbers of paragraphs": ("levels.docx", docx_level_texts),
    "DOCX: spans and vertical merges": ("merged.docx", docx_merged),
    "DOCX: tiny elements": ("tiny.docx", docx_tiny_elements),
    "DOCX: tables in each other": ("nested.docx", docx_nested),
    "PPTX: spans": ("spans.pptx", pptx_table),
    "PPTX: groups in each other": ("groups.pptx", pptx_groups),
    "HTML: row spans": ("rows.html", lambda: _html("<table>" + "<tr><td rowspan=60000>a<td>b" * 40_000)),
    "HTML: column spans": ("columns.html", lambda: _html("<table>" + "<tr><td colspan=1000>a<td>b" * 36_000)),
    "HTML: long headings of a table": (
        "headings.html",
        lambda: _html("<table><tr>" + f"<th>{'pier ' * 500}" * 200 + "<tr>" + ("<td>1" * 200 + "<tr>") * 500),
    ),
    "HTML: tables in each other": ("nested.html", lambda: _html("<table><tr><td>" * 1_500 + "a")),
    "HTML: 900,000 paragraphs": ("paragraphs.html", lambda: _html("<p>a <b>b</b>" * 900_000)),
    "Markdown: 250,000 items": ("items.md", lambda: b"- a\n" * 250_000),
    "Markdown: 30,000 tables": ("tables.md", lambda: b"| a | b |\n|---|---|\n| 1 | 2 |\n\n" * 30_000),
    "Markdown: emphasis": ("emphasis.md", lambda: b"*_" * 500_000),
    "Markdown: brackets": ("brackets.md", lambda: b"[" * 1_000_000),
    "Markdown: quotes in each other": ("quotes.md", lambda: b">" * 20_000 + b" a"),
    "reStructuredText: lists in each other": (
        "lists.rst",
        lambda: "".join("  " * at + "- a\n\n" for at in range(1_400)).encode(),
    ),
    "reStructuredText: items": ("items.rst", lambda: b"- a\n" * 250_000),
    "reStructuredText: substitutions in each other": (
        "laughs.rst",
        lambda: b"".join(b".. |a%d| replace:: |a%d| |a%d|\n" % (at, at + 1, at + 1) for at in range(40)) + b"\n|a0|\n",
    ),
    "Org: emphasis": ("emphasis.org", lambda: b"*a " * 330_000),
    "Org: notes": ("notes.org", lambda: b"[fn::" * 200_000),
    "LaTeX: environments in each other": ("deep.tex", lambda: rb"\begin{a}" * 100_000),
    "LaTeX: braces": ("braces.tex", lambda: b"{" * 1_000_000),
    "LaTeX: backslashes": ("backslashes.tex", lambda: b"\\" * 1_000_000),
    "LaTeX: commands in each other": (
        "laughs.tex",
        lambda: (
            b"".join(b"\\newcommand{\\a%c}{\\a%c\\a%c}" % (98 + at, 97 + at, 97 + at) for at in range(20))
            + rb"\newcommand{\aa}{lol}\au the pier"
        ),
    ),
    "CSV: quotes": ("quotes.csv", lambda: b'"a","b""c","d"\n' * 70_000),
    "CSV: quotes never closed": ("open.csv", lambda: b'a,"b\n' * 200_000),
    "CSV: 20,000 columns": ("wide.csv", lambda: (b"a," * 20_000 + b"a\n") * 25),
    "E-mail: messages in each other": ("mail.eml", mail_in_mail),
    "E-mail: packed parts": (
        "parts.eml",
        lambda: (
            b"From: a@example.org\nSubject: b\nMIME-Version: 1.0\nContent-Type: text/plain\n"
            b"Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(b"pier " * 2_000_000)
        ),
    ),
}
