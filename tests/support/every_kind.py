"""A small file of each kind that is read by itself, under its usual name; most say what the rent of a berth is."""

import io
import json
import zipfile
from email.message import EmailMessage

import docx
import openpyxl
import pptx
from reportlab.pdfgen.canvas import Canvas

from old_files import stored
from xlsb import workbook
from xps import glyphs, xps

RENT = "The rent of berth C-117 is 940 euros a month."
ASKED = {
    "rent.ppt": ("What is the area in all?", "400"),
    "rent.xls": ("What is the rent of C-117?", "1,234.50"),
}
"""The question that a file answers, and a part of the answer; of all others :data:`QUESTION`."""

QUESTION = "What is the rent of berth C-117?", "940"
_ROW = ("Berth", "Rent", "Since"), ("C-117", "940 euros", "May"), ("C-118", "450 euros", "June")
_NAMES = (("office", "office"), ("text", "text"), ("table", "table"), ("draw", "drawing"), ("svg", "svg-compatible"))
_SPACES = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{of}:1.0"' for name, of in _NAMES)
_CELL = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
_ROWS = "".join(f"<table:table-row>{''.join(map(_CELL.format, row))}</table:table-row>" for row in _ROW)
_BOX = f"<draw:text-box><text:p>{RENT}</text:p></draw:text-box>"
_FRAME = f'<draw:frame svg:width="9cm" svg:height="3cm" svg:x="1cm" svg:y="1cm">{_BOX}</draw:frame>'
_SLIDE = f'<draw:page draw:name="Rents">{_FRAME}</draw:page>'
_BODIES = {
    "text": f"<text:p>{RENT}</text:p>",
    "spreadsheet": f'<table:table table:name="Rents">{_ROWS}</table:table>',
    "presentation": _SLIDE,
    "drawing": _SLIDE,
}


def _zipped(members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def _records():
    return [dict(zip(_ROW[0], row, strict=True)) for row in _ROW[1:]]


def _open_document(kind):
    body = f"<office:body><office:{kind}>{_BODIES[kind]}</office:{kind}></office:body>"
    kinds = {"drawing": "graphics"}.get(kind, kind)
    mimetype = f"application/vnd.oasis.opendocument.{kinds}"
    return _zipped(
        {"mimetype": mimetype, "content.xml": f"<office:document-content {_SPACES}>{body}</office:document-content>"}
    )


def _flat():
    body = f"<office:body><office:text>{_BODIES['text']}</office:text></office:body>"
    mimetype = "application/vnd.oasis.opendocument.text"
    return f'<office:document {_SPACES} office:mimetype="{mimetype}">{body}</office:document>'


def _saved(document):
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _pdf():
    buffer = io.BytesIO()
    canvas = Canvas(buffer, invariant=True)
    canvas.drawString(72, 700, RENT)
    canvas.save()
    return buffer.getvalue()


def _docx():
    document = docx.Document()
    document.add_paragraph(RENT)
    return _saved(document)


def _pptx():
    slides = pptx.Presentation()
    slides.slides.add_slide(slides.slide_layouts[5]).shapes.title.text = RENT
    return _saved(slides)


def _xlsx():
    book = openpyxl.Workbook()
    for row in _ROW:
        book.active.append(row)
    return _saved(book)


def _epub():
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="book.opf"/></rootfiles></container>'
    )
    book = (
        '<package xmlns="http://www.idpf.org/2007/opf"><metadata/><manifest><item id="one" href="one.xhtml" '
        'media-type="application/xhtml+xml"/></manifest><spine><itemref idref="one"/></spine></package>'
    )
    page = f'<html xmlns="http://www.w3.org/1999/xhtml"><body><p>{RENT}</p></body></html>'
    return _zipped(
        {"mimetype": "application/epub+zip", "META-INF/container.xml": container, "book.opf": book, "one.xhtml": page}
    )


def _mail():
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Ada <ada@pier.example>", "bo@pier.example", "Berth C-117"
    message["Date"] = "Mon, 6 May 2024 09:00:00 +0000"
    message.set_content(RENT)
    return bytes(message)


def _mhtml():
    message = EmailMessage()
    message["Subject"], message["Snapshot-Content-Location"] = "Berths", "https://pier.example/"
    message.set_content(f"<html><body><p>{RENT}</p></body></html>", subtype="html")
    message.make_related()
    return b"From: <Saved by Blink>\n" + bytes(message)


FILES = {
    "rent.txt": lambda: RENT,
    "rent.log": lambda: f"2024-05-06 09:00:00 INFO {RENT}\n",
    "rent.py": lambda: f'RENT = "{RENT}"\n',
    "rent.md": lambda: f"# Berths\n\n{RENT}\n",
    "rent.rst": lambda: f"Berths\n======\n\n{RENT}\n",
    "rent.org": lambda: f"* Berths\n{RENT}\n",
    "rent.tex": lambda: rf"\documentclass{{article}}\begin{{document}}\section{{Berths}}{RENT}\end{{document}}",
    "rent.csv": lambda: "\n".join(",".join(row) for row in _ROW),
    "rent.tsv": lambda: "\n".join("\t".join(row) for row in _ROW),
    "rent.html": lambda: f"<html><body><h1>Berths</h1><p>{RENT}</p></body></html>",
    "rent.mhtml": _mhtml,
    "rent.xml": lambda: f"<berths><note>{RENT}</note></berths>",
    "rent.json": lambda: json.dumps(_records()),
    "rent.jsonl": lambda: "\n".join(map(json.dumps, _records())),
    "rent.yaml": lambda: f"note: {RENT}\n",
    "rent.ipynb": lambda: json.dumps({"nbformat": 4, "cells": [{"cell_type": "markdown", "source": [RENT]}]}),
    "rent.ics": lambda: f"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:{RENT}\nDTSTART:20240506\nEND:VEVENT\nEND:VCALENDAR\n",
    "rent.vcf": lambda: f"BEGIN:VCARD\nVERSION:3.0\nFN:Harbour office\nNOTE:{RENT}\nEND:VCARD\n",
    "rent.srt": lambda: f"1\n00:00:01,000 --> 00:00:04,000\n{RENT}\n",
    "rent.vtt": lambda: f"WEBVTT\n\n00:01.000 --> 00:04.000\n{RENT}\n",
    "rent.rtf": lambda: rf"{{\rtf1\ansi {RENT}\par}}",
    "rent.pdf": _pdf,
    "rent.docx": _docx,
    "rent.pptx": _pptx,
    "rent.xlsx": _xlsx,
    "rent.xlsb": lambda: workbook({"Rents": _ROW}),
    "rent.doc": lambda: stored("lease.doc"),
    "rent.ppt": lambda: stored("plan.ppt"),
    "rent.xls": lambda: stored("rents.xls"),
    "rent.odt": lambda: _open_document("text"),
    "rent.ods": lambda: _open_document("spreadsheet"),
    "rent.odp": lambda: _open_document("presentation"),
    "rent.odg": lambda: _open_document("drawing"),
    "rent.fodt": _flat,
    "rent.epub": _epub,
    "rent.xps": lambda: xps([glyphs(RENT, 96, 96)]),
    "rent.eml": _mail,
}


def file_of_each_kind():
    """Return the bytes of each file by name."""
    made = {name: make() for name, make in FILES.items()}
    return {name: data.encode() if isinstance(data, str) else data for name, data in made.items()}
