"""Whatever is wrong with a file, its user gets one line that says what and how to mend it."""

import io
import os
import zipfile
from contextlib import suppress

import docx
import openpyxl
import pytest

from needlepoint.errors import UnreadableFileError
from needlepoint.files.limits import Limits
from needlepoint.files.reading import read_file

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4


def word_bytes():
    document = docx.Document()
    document.add_paragraph("A sentence.")
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("empty.txt", b"", "empty (0 bytes)"),
        ("blank.txt", b" \n\t \f ", "no text in it"),
        ("picture.txt", PNG, "the image is damaged"),
        ("picture.pdf", PNG, "the image is damaged"),
        ("program.txt", b"MZ\x90\x00\x03" + bytes(300), "a program"),
        ("program.docx", b"\x7fELF\x02\x01\x01" + bytes(300), "a program"),
        ("noise.txt", bytes(range(256)) * 8, "binary data of an unknown kind"),
        ("noise.pdf", b"\x00\x01\x02\x03\x04" * 100, "not a PDF"),
        ("text.pdf", b"only a note", "named .pdf, but it holds plain text"),
        ("page.pdf", b"<!DOCTYPE html><p>Sign in</p>", "named .pdf, but it holds a web page (HTML)"),
        ("text.docx", b"only a note", "named .docx, but it holds plain text"),
        ("text.oxps", b"only a note", "named .oxps, but it holds plain text"),
        (
            "old.doc",
            OLE + "WordDocument".encode("utf-16-le"),
            "the Word file is damaged: open it in Word, save it as .docx",
        ),
        ("old.xls", OLE + "Workbook".encode("utf-16-le"), "the Excel file is damaged: open it in Excel"),
        ("mail.msg", OLE + "__substg1.0_0037".encode("utf-16-le"), "open it in Outlook and save it again"),
        ("locked.docx", OLE + "EncryptedPackage".encode("utf-16-le"), "password-protected: remove the password"),
        ("deep.rtf", rb"{\rtf1 x" + b"{" * 20_000, "nested over 10,000 levels deep"),
        ("empty.rtf", rb"{\rtf1\ansi{\fonttbl{\f0 Arial;}}\par}", "no text in it"),
        ("laughs.xml", b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "it declares XML entities"),
        ("cut.xml", b"<?xml version='1.0'?><", "XML content is damaged"),
        ("empty.ics", b"BEGIN:VCALENDAR\nEND:VCALENDAR\n", "no event or task or entry in it"),
        ("empty.vcf", b"BEGIN:VCARD\nPHOTO:AAAA", "no contact in it"),
        ("empty.srt", b"1\n00:00:01,000 --> 00:00:02,000\n", "no subtitles in it"),
        ("empty.json", b"[{}, null]", "no text in it"),
        ("empty.ipynb", b'{"cells": []}', "no text in it"),
        ("print.ps", b"%!PS-Adobe-3.0", "PostScript: convert it to PDF"),
        ("cut.docx", word_bytes()[:3000], "damaged or was cut short"),
        ("cut.pdf", b"%PDF-1.7\n1 0 obj\n<< /Type /Cat", "damaged or was cut short"),
        ("cut.zip", b"PK\x03\x04", "damaged or was cut short"),
    ],
)
def test_the_reason_is_said(tmp_path, reason, name, data, expected):
    path = tmp_path / name
    path.write_bytes(data)
    assert expected in reason(path)


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"a/": b""}, "an archive without any file in it"),
        ({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<a/>"}, "lacks its content"),
        ({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}, "lacks its content"),
        ({"mimetype": b"application/vnd.oasis.opendocument.presentation", "content.xml": b"<a>" * 300}, "is damaged"),
        ({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<!ENTITY a 'b'>"}, "XML entities"),
        ({"mimetype": b"application/vnd.oasis.opendocument.text", "a": bytes(20_000_000)}, "like a ZIP bomb"),
        (
            {
                "mimetype": b"application/vnd.oasis.opendocument.text",
                "META-INF/manifest.xml": b"<manifest:encryption-data/>",
            },
            "password-protected: remove the password",
        ),
        ({"mimetype": b"application/vnd.oasis.opendocument.base"}, "an OpenDocument database: export its tables"),
        ({"mimetype": b"application/vnd.oasis.opendocument.formula"}, "an OpenDocument formula or picture"),
        ({"mimetype": b"application/vnd.sun.xml.writer"}, "an OpenOffice 1 file: save it as .odt"),
        ({"mimetype": b"application/epub+zip"}, "the book lacks its table of parts"),
        ({"[Content_Types].xml": b"application/vnd.ms-word.document.macroEnabled.main+xml"}, "lacks a part"),
        ({"[Content_Types].xml": b"application/vnd.ms-excel.addin.macroEnabled.main+xml"}, "an Excel add-in"),
        ({"[Content_Types].xml": b"application/vnd.ms-visio.drawing.main+xml"}, "a Visio drawing: save it as PDF"),
        ({"[Content_Types].xml": b"application/vnd.ms-package.xps-fixeddocumentsequence+xml"}, "damaged or was cut"),
        ({"[Content_Types].xml": b"application/vnd.ms-excel.sheet.binary.macroEnabled.main"}, "damaged"),
        ({"[Content_Types].xml": b"wordprocessingml.document.main+xml"}, "lacks a part"),
        ({"[Content_Types].xml": b"spreadsheetml.sheet.main+xml"}, "lacks a part"),
        ({"[Content_Types].xml": b"presentationml.presentation.main+xml"}, "lacks a part"),
    ],
)
def test_zip_files_that_are_no_documents(make_zip, reason, members, expected):
    text = reason(make_zip("made.docx", members))
    assert expected in text or (expected == "lacks a part" and "damaged" in text)


def test_a_flat_file_that_declares_entities_is_not_opened(tmp_path, reason):
    path = tmp_path / "laughs.fodt"
    path.write_bytes(
        b'<?xml version="1.0"?><!-- --><office:document office:mimetype="application/vnd.oasis.opendocument.text">'
        b'<!DOCTYPE a [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><a>&c;</a></office:document>'
    )
    assert "it declares XML entities" in reason(path)
    path.write_bytes(path.read_bytes().replace(b"<!ENTITY", b"<!"))
    assert "ODT content is damaged" in reason(path)


def rewritten(tmp_path, name, change):
    """A sound Word file with one member changed."""
    path = tmp_path / "changed.docx"
    with zipfile.ZipFile(io.BytesIO(word_bytes())) as sound, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for member in sound.namelist():
            data = sound.read(member)
            made.writestr(member, change(data) if member == name else data)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    "entity", ['<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;">', '<!ENTITY passwd SYSTEM "file:///etc/passwd">']
)
def test_entities_are_never_resolved(tmp_path, reason, encoding, entity):
    def change(data):
        declared = f"<?xml version='1.0' encoding='{encoding}'?><!DOCTYPE d [{entity}]>"
        return (declared + data.decode().split("?>", 1)[1].replace("A sentence.", "&lol2;&passwd;")).encode(encoding)

    assert "it declares XML entities" in reason(rewritten(tmp_path, "word/document.xml", change))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_part_of_any_name_is_checked(tmp_path, reason, encoding):
    """The main part may be named document.dat: the content types tell what it is."""
    path = tmp_path / "named.docx"
    with zipfile.ZipFile(io.BytesIO(word_bytes())) as sound, zipfile.ZipFile(path, "w") as made:
        for member in sound.namelist():
            data = sound.read(member).replace(b"word/document.xml", b"word/document.dat")
            if member == "word/document.xml":
                member = "word/document.dat"
                body = data.decode().split("?>", 1)[1]
                data = f"<?xml version='1.0' encoding='{encoding}'?><!DOCTYPE d [<!ENTITY a 'b'>]>{body}".encode(
                    encoding
                )
            elif member == "word/_rels/document.xml.rels":
                member = "word/_rels/document.dat.rels"
            elif member == "_rels/.rels":
                data = data.replace(b'"document.xml"', b'"document.dat"')
            made.writestr(member, data)
    assert "it declares XML entities" in reason(path)
    assert "one part of it is larger" in reason(path, limits=Limits(max_markup_bytes=100))


def test_a_zip_bomb_is_not_opened(make_zip, reason):
    types = b"wordprocessingml.document.main+xml"
    path = make_zip("bomb.docx", {"[Content_Types].xml": types, "word/document.xml": bytes(20_000_000)})
    assert path.stat().st_size < 100_000
    assert "like a ZIP bomb" in reason(path)


def test_what_unpacks_to_too_much_is_not_opened(make_zip, reason):
    types = b"wordprocessingml.document.main+xml"
    path = make_zip("large.docx", {"[Content_Types].xml": types, "word/document.xml": os.urandom(5000)})
    assert "unpacks to" in reason(path, limits=Limits(max_expanded_bytes=4000))
    assert "one part of it is larger" in reason(path, limits=Limits(max_markup_bytes=4000))


def test_a_broken_checksum_is_damage(tmp_path, reason):
    data = bytearray(word_bytes())
    at = data.index(b"PK\x03\x04", 4) - 20
    data[at] ^= 0xFF
    path = tmp_path / "bits.docx"
    path.write_bytes(bytes(data))
    assert "damaged" in reason(path)


def test_xml_that_is_none_is_damage(tmp_path, reason):
    assert "DOCX content is damaged" in reason(rewritten(tmp_path, "word/document.xml", lambda data: data[:-40]))


def test_every_cut_of_a_file_is_read_or_refused(tmp_path, make_pdf):
    whole = make_pdf([[(72, 700, "A sentence.")]]).read_bytes()
    for data, name in ((whole, "cut.pdf"), (word_bytes(), "cut.docx")):
        for end in range(1, len(data), len(data) // 24):
            path = tmp_path / name
            path.write_bytes(data[:end])
            with suppress(UnreadableFileError):
                assert "sentence" in read_file(path).text


def test_a_sheet_whose_formulas_were_never_calculated(tmp_path, reason):
    workbook = openpyxl.Workbook()
    workbook.active["A1"] = "=TODAY()+1"
    workbook.save(tmp_path / "formulas.xlsx")
    assert "formulas have no stored results" in reason(tmp_path / "formulas.xlsx")


def test_folders_missing_files_and_odd_paths(tmp_path, reason):
    assert "a folder" in reason(tmp_path)
    assert "no such file" in reason(tmp_path / "gone.txt")
    assert reason(tmp_path / "nul\0.txt")
    assert "cannot read" in reason(tmp_path / ("x" * 300))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes in the file system are POSIX")
def test_a_pipe_does_not_hang(tmp_path, reason):
    os.mkfifo(tmp_path / "pipe")
    assert "not a regular file" in reason(tmp_path / "pipe")


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="modes of files are POSIX")
def test_a_file_without_permission(tmp_path, reason):
    path = tmp_path / "secret.txt"
    path.write_text("text")
    path.chmod(0)
    user = os.geteuid()
    if user == 0:  # the superuser may read everything
        os.seteuid(65534)
    try:
        assert "no permission" in reason(path)
    finally:
        os.seteuid(user)


def test_sizes_over_the_limits(tmp_path, reason):
    path = tmp_path / "large.txt"
    path.write_text("word " * 100 + "\fpage" * 5)
    assert "larger than" in reason(path, limits=Limits(max_bytes=100))
    assert "more than 100 characters" in reason(path, limits=Limits(max_characters=100))
    assert "more than 3 pages" in reason(path, limits=Limits(max_pages=3))


def test_the_file_is_closed_again(tmp_path):
    path = tmp_path / "note.docx"
    path.write_bytes(word_bytes())
    read_file(path)
    path.rename(tmp_path / "moved.docx")
    if os.path.isdir("/proc/self/fd"):
        held = [os.path.realpath(f"/proc/self/fd/{each}") for each in os.listdir("/proc/self/fd")]
        assert not any(str(tmp_path) in each for each in held)
