"""Files that call themselves what they are not are read as what they are, where a program names them so on purpose."""

import pytest

from needlepoint.files.formats import format_of
from needlepoint.files.reading import read_data

_PAGE = b"<html><body><p>Berth 7 is closed.</p></body></html>"
_BLINK = (
    b"From: <Saved by Blink>\nSnapshot-Content-Location: https://x.example\nSubject: Berth notice\nMIME-Version: 1.0\n"
    b'Date: Tue, 4 Jun 2024 09:00:00 -0000\nContent-Type: multipart/related; boundary="b"\n\n--b\nContent-Type: text/html\n\n'
    + _PAGE
    + b"\n--b\nContent-Type: text/css\n\np {}\n--b--\n"
)
_WIKI = (
    b"Date: Tue, 4 Jun 2024 09:00:00 -0000 (UTC)\nMessage-ID: <1.2@wiki>\nSubject: Exported From Confluence\nMIME-Version: 1.0\n"
    b'Content-Type: multipart/related; \n\tboundary="b"\n\n--b\nContent-Type: text/html; charset=iso-8859-1\n'
    b"Content-Transfer-Encoding: quoted-printable\n\n<html><head><title>Quays</title></head><body><p>Gr=FC=DFe from =\n"
    b"berth 7.</p></body></html>\n--b\nContent-Type: image/png\nContent-Location: x.png\n\niVBORw0KGgo=\n--b--\n"
)
_WORD = (
    b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"; start="<second>"\r\n\r\n'
    b"This document is a Single File Web Page.\r\n\r\n--b\r\nContent-ID: <first>\r\nContent-Type: text/html\r\n\r\n"
    b"<html><body><p>A frame.</p></body></html>\r\n--b\r\nContent-ID: <second>\r\nContent-Type: text/html\r\n\r\n"
    + _PAGE
    + b"\r\n--b--\r\n"
)
_ROWS = "Berth: C-117; Rent: 940.\nBerth: C-118; Rent: 955."


@pytest.mark.parametrize(
    ("name", "data", "kind", "text"),
    [
        (
            "export.xls",
            b"<html><body><table><tr><th>Berth<th>Rent<tr><td>C-117<td>940</table>",
            "html",
            "Berth: C-117; Rent: 940.",
        ),
        (
            "export.xls",
            b"\r\n<table border=1><tr><th>Berth<th>Rent<tr><td>C-117<td>940</table>",
            "html",
            "Berth: C-117; Rent: 940.",
        ),
        ("web.doc", _PAGE, "html", "Berth 7 is closed."),
        ("web.doc", "<html><p>Gr\u00fc\u00dfe</p>".encode("utf-16"), "html", "Gr\u00fc\u00dfe"),
        ("web.doc", b"<div style='x'>Berth 7 is closed.</div>", "html", "Berth 7 is closed."),
        ("tabs.xls", b"Berth\tRent\nC-117\t940\nC-118\t955\n", "csv", _ROWS),
        ("tabs.xls", "Berth\tRent\nC-117\t940\nC-118\t955\n".encode("utf-16"), "csv", _ROWS),
        ("commas.xls", b"Berth,Rent\nC-117,940\nC-118,955\n", "csv", _ROWS),
        ("dos.doc", b"Dear Ms Rask,\r\nberth 7 is closed.", "text", "Dear Ms Rask,\nberth 7 is closed."),
        ("wiki.doc", _WIKI, "html", "Gr\u00fc\u00dfe from berth 7."),
        ("word.doc", _WORD, "html", "Berth 7 is closed.\n\nA frame."),
        ("page.mht", _WORD, "html", "Berth 7 is closed.\n\nA frame."),
        ("page.mhtml", _BLINK, "html", "Berth 7 is closed."),
        ("page.eml", _BLINK, "html", "Berth 7 is closed."),
    ],
)
def test_it_is_read_as_what_it_is(name, data, kind, text):
    source = read_data(name, data)
    assert (source.type, source.text) == (kind, text)


def test_a_saved_page_has_its_own_title_or_that_of_the_saving():
    assert read_data("page.mhtml", _BLINK).title == "Berth notice"
    assert read_data("wiki.doc", _WIKI).title == "Quays"


@pytest.mark.parametrize(
    "headers",
    [
        b"From: a@b.example\nTo: c@d.example\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\nSubject: x\n\n",
        b"From: a@b.example\nDate: Tue, 4 Jun 2024 09:00:00 +0000\nSubject: x\nMIME-Version: 1.0\nContent-Type: text/html\n\n",
    ],
)
def test_a_message_with_pictures_stays_a_message(headers):
    assert format_of("mail.txt", headers + _PAGE).name == "email"
    assert format_of("mail.eml", headers + _PAGE).name == "email"
