"""What holds no text that can be read is refused by its content, in a line that says what it is and what to do."""

import bz2
import gzip
import io
import lzma
import zipfile
import zlib

import pytest
from PIL import Image

from needlepoint.errors import UnreadableFileError
from needlepoint.files.formats import format_of
from needlepoint.files.limits import Limits
from needlepoint.files.reading import read_data

_REST = bytes(range(256)) * 4


def reason(name, data):
    with pytest.raises(UnreadableFileError) as raised:
        read_data(name, data)
    text = str(raised.value)
    assert "\n" not in text
    assert 10 < len(text) < 200
    return text


def picture(kind, mode="RGB"):
    buffer = io.BytesIO()
    Image.new(mode, (600, 80), "white").save(buffer, kind)
    return buffer.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP"])
@pytest.mark.parametrize("name", ["scan.{}", "notes.txt"])
def test_pictures_are_told_to_need_ocr(kind, name):
    text = reason(name.format(kind.lower()), picture(kind))
    assert text == "a picture without text: to read it, unset NEEDLEPOINT_OCR"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"\0\0\0\x18ftypheic" + _REST, "an image (heic): save it as PNG, JPEG or PDF and add that"),
        (b"\0\0\0\x18ftypavif" + _REST, "an image (avif): save it as PNG"),
        (b"ID3\x03\0" + _REST, "a sound recording (mp3): add a transcript"),
        (b"\xff\xfb\x90\x64" + _REST, "a sound recording (mp3)"),
        (b"RIFF\x24\x08\0\0WAVEfmt " + _REST, "a sound recording (wav)"),
        (b"\0\0\0\x1cftypM4A " + _REST, "a sound recording (m4a)"),
        (b"fLaC\0\0\0\x22" + _REST, "a sound recording (flac)"),
        (b"\0\0\0\x20ftypisom" + _REST, "a video (mp4 or mov): add its subtitles"),
        (b"\x1aE\xdf\xa3" + _REST, "a video (mkv or webm)"),
        (b"SQLite format 3\0" + _REST, "a database (SQLite): export its tables as CSV"),
        (b"\0\1\0\0Standard ACE DB\0" + _REST, "a database (Access)"),
        (b"PAR1\x15" + _REST, "a data file (Parquet): export its tables"),
        (b"AC1027\0\0" + _REST, "a drawing or model (AutoCAD): print it to PDF"),
        (b"  0\r\nSECTION\r\n  2\r\nHEADER\r\n", "a drawing or model (DXF)"),
        (b"ISO-10303-21;\nHEADER;\n", "a drawing or model (STEP)"),
        (b"\0\1\0\0\0\x0f\0\x80" + _REST, "a font (TrueType): no document"),
        (b"wOF2\0\1\0\0" + _REST, "a font (WOFF)"),
        (b"-----BEGIN RSA PRIVATE KEY-----\nMIIE\n", "a private key: no document, and better kept secret"),
        (b"-----BEGIN CERTIFICATE-----\nMIIE\n", "a certificate or public key: no document"),
        (b"-----BEGIN PGP MESSAGE-----\n\nhQ==\n", "encrypted with PGP: decrypt it"),
        (b"0\x82\x04\xbd\x02\x01\0\x30" + _REST, "a certificate or key (DER)"),
        (b"7z\xbc\xaf\x27\x1c\0\4" + _REST, "an archive (7-Zip): unpack it"),
        (b"Rar!\x1a\7\1\0" + _REST, "an archive (RAR)"),
        (b"\xfd7zXZ\0" + _REST, "the file is damaged or was cut short"),
        (b"!BDN" + _REST, "an Outlook data file (.pst): export its messages"),
        (b"\x78\x9f\x3e\x22\1\0" + _REST, "the file is damaged or was cut short"),
        (b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02" + _REST, "the signed data is damaged"),
        (b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03" + _REST, "encrypted (S/MIME): open it in the mail"),
        (bytes(60).replace(b"\0", b"a") + b"BOOKMOBI" + _REST, "a Kindle book: convert it to EPUB"),
        (b"\xffWPC" + _REST, "a WordPerfect file: save it as .docx"),
        (b"L\0\0\0\1\x14\2\0" + _REST, "a Windows shortcut: add the file"),
        (b"\x7fELF\2\1\1" + _REST, "a program (Linux): no document"),
        (b"bplist00" + _REST, "a property list in binary form"),
        (b"\x80\x04\x95\x10\0" + _REST, "a data file (pickle)"),
    ],
)
@pytest.mark.parametrize("name", ["file.dat", "notes.txt", "named.docx"])
def test_the_content_says_what_it_is(name, data, expected):
    assert expected in reason(name, data)


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        (["Index/Document.iwa"], "an Apple file (Pages, Numbers or Keynote): export it"),
        (["META-INF/MANIFEST.MF", "a.class"], "a program (Java)"),
        (["AndroidManifest.xml", "META-INF/MANIFEST.MF"], "a program (Android)"),
    ],
)
def test_what_is_a_zip_file_inside(members, expected):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for member in members:
            archive.writestr(member, "x")
    assert expected in reason("x.bin", buffer.getvalue())


@pytest.mark.parametrize(
    "text",
    [
        "BMW sells cars.",
        "MZ is the abbreviation of Mainz.",
        "II. The second part",
        "ID3 tags are read by players.",
        "true stories",
        "OTTO was here",
        "Once -----BEGIN CERTIFICATE----- stands in a text, it is none.",
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA1\n\nThe rent is 940 euros.",
        "PARI and GP",
        "0 is a number\nSECTION 1",
        "d8 is a square of chess",
        "fLaC and OggS",
        "RIFFs of the guitar WAVE",
        "the ftyp of a file",
        "some wide words",
    ],
)
def test_texts_that_begin_alike_are_texts(text):
    assert format_of("notes.txt", text.encode()).name == "text"


# --- gzip -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "data", "kind", "text"),
    [
        ("log.txt.gz", b"The rent is 940 euros.", "text", "The rent is 940 euros."),
        ("table.csv.gz", b"Berth,Rent,Tax\nC-117,940,99\n", "csv", "Berth: C-117; Rent: 940; Tax: 99."),
        ("rows.jsonl.gz", b'{"berth": "C-117"}', "json", "berth: C-117."),
        ("drawing.svgz", b"<svg xmlns='http://www.w3.org/2000/svg'><text>Berth</text></svg>", "xml", "Berth"),
        ("renamed.txt", b"The rent.", "text", "The rent."),
        ("twice.txt.gz", gzip.compress(b"The rent.", mtime=0), "text", "The rent."),
    ],
)
def test_a_compressed_file_is_read_as_what_it_holds(name, data, kind, text):
    source = read_data(name, gzip.compress(data, mtime=0))
    assert (source.type, source.text) == (kind, text)
    assert read_data(name.replace(".gz", ".bz2"), bz2.compress(data)).text == text
    assert read_data(name.replace(".gz", ".xz"), lzma.compress(data)).text == text
    assert read_data(name, gzip.compress(data[:10], mtime=0) + gzip.compress(data[10:]) + b"\0\0").text == text


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (gzip.compress(b"text" * 1000, mtime=0)[:-12], "damaged or was cut short"),
        (gzip.compress(b"text" * 1000, mtime=0)[:30], "damaged or was cut short"),
        (b"\x1f\x8b\x08" + b"\xff" * 50, "damaged or was cut short"),
        (gzip.compress(b"", mtime=0), "empty (0 bytes unpacked)"),
        (gzip.compress(bytes(20_000_000), mtime=0), "like a ZIP bomb"),
        (gzip.compress(picture("PNG"), mtime=0), "a picture without text"),
    ],
)
def test_a_compressed_file_that_is_not_read_says_why(data, expected):
    assert expected in reason("log.txt.gz", data)


def test_a_compressed_file_is_unpacked_within_the_limits():
    packed = zlib.compress(b"word " * 1000, wbits=31)
    with pytest.raises(UnreadableFileError, match="unpacks to more than"):
        read_data("log.txt.gz", packed, Limits(max_bytes=2000))
