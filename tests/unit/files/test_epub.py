import io
import zipfile

import pytest

from needlepoint.errors import UnreadableFileError
from needlepoint.files.limits import Limits
from needlepoint.files.reading import read_data
from needlepoint.text.marks import MarkKind

CONTAINER = (
    '<?xml version="1.0"?><container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="OEBPS/content.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)
LOCK = (
    '<encryption xmlns:enc="http://www.w3.org/2001/04/xmlenc#"><enc:EncryptedData><enc:EncryptionMethod Algorithm="{}"/>'
    '<enc:CipherData><enc:CipherReference URI="{}"/></enc:CipherData></enc:EncryptedData></encryption>'
)
META = (
    "<dc:title>Berths</dc:title><dc:creator>Ane Rask</dc:creator><dc:creator>Bo Lie</dc:creator><dc:date>"
    "2024-06-21</dc:date>"
)


def chapter(body, title="Berths"):
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n<html xmlns="http://www.w3.org/1999/xhtml"><head>'
        f"<title>{title}</title><script src='x.js'/></head><body>{body}</body></html>"
    )


def book(chapters, *, spine=None, others=None, meta=META):
    items = "".join(
        f'<item id="{name}" href="text/{name}%20page.xhtml" media-type="application/xhtml+xml"/>' for name in chapters
    )
    order = "".join(f'<itemref idref="{name}"/>' for name in (spine or chapters))
    opf = (
        f'<package xmlns="http://www.idpf.org/2007/opf"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">{meta}</metadata>'
        f"<manifest>{items}</manifest><spine>{order}</spine></package>"
    )
    members = {"mimetype": "application/epub+zip", "META-INF/container.xml": CONTAINER, "OEBPS/content.opf": opf}
    members |= {f"OEBPS/text/{name} page.xhtml": text for name, text in chapters.items()} | (others or {})
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def test_chapters_stand_in_the_order_of_the_spine():
    rows = "<table><tr><th>Berth</th><th>Rent</th></tr><tr><td>C-117</td><td>940</td></tr></table>"
    chapters = {
        "b": chapter(f"<h2>Rent</h2>{rows}"),
        "cover": chapter("<img src='cover.jpg'/>"),
        "a": chapter("<p>Who owns the quay&nbsp;at Vane?</p>", "Preface"),
        "unused": chapter("<p>never</p>"),
    }
    source = read_data("book.epub", book(chapters, spine=["cover", "a", "b", "a", "gone"]))
    assert source.text == "Who owns the quay at Vane?\fRent\n\nBerth: C-117; Rent: 940."
    assert [page.title for page in source.pages] == ["Preface", "Rent"]
    assert [mark.kind for mark in source.marks] == [MarkKind.ROW]
    assert (source.type, source.title) == ("epub", "Berths")
    assert source.metadata == {"author": "Ane Rask; Bo Lie", "date": "2024-06-21"}


def test_entities_that_a_chapter_declares_are_not_expanded():
    laughs = '<!DOCTYPE html [<!ENTITY a "lol"><!ENTITY b "&a;&a;">]><html><body><p>Berth &b; &Omega;</p></body></html>'
    assert read_data("book.epub", book({"a": laughs})).text == "Berth &b; Ω"


def test_a_book_is_told_by_its_content_alone():
    data = book({"a": chapter("<p>Hello.</p>")})
    assert read_data("book.zip", data).text == "Hello."
    bare = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(bare, "w") as new:
        for name in old.namelist():
            if name != "mimetype":
                new.writestr(name, old.read(name))
    assert read_data("book.epub", bare.getvalue()).text == "Hello."


def test_disguised_fonts_lock_no_text_and_encrypted_chapters_are_refused():
    chapters = {"a": chapter("<p>Hello.</p>")}
    fonts = LOCK.format("http://www.idpf.org/2008/embedding", "OEBPS/font.otf")
    assert read_data("book.epub", book(chapters, others={"META-INF/encryption.xml": fonts})).text == "Hello."
    for path in ("OEBPS/text/a%20page.xhtml", "OEBPS/content.opf"):
        locked = LOCK.format("http://www.w3.org/2001/04/xmlenc#aes128-cbc", path)
        with pytest.raises(UnreadableFileError, match="encrypted"):
            read_data("book.epub", book(chapters, others={"META-INF/encryption.xml": locked}))


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        ({"OEBPS/content.opf": "<package"}, "lacks its table of parts"),
        ({"META-INF/container.xml": "<a/>"}, "lacks its table of parts"),
        ({"OEBPS/text/a page.xhtml": ""}, "no text in it"),
        ({"OEBPS/text/a page.xhtml": "<div>" * 5000 + "x"}, "nested over"),
        ({"OEBPS/big.bin": bytes(20_000_000)}, "like a ZIP bomb"),
    ],
)
def test_a_damaged_book_is_one_line(others, expected):
    data = book({"a": chapter("<p>Hello.</p>")}, others=others)
    with pytest.raises(UnreadableFileError, match=expected) as raised:
        read_data("book.epub", data)
    assert "\n" not in str(raised.value)


def test_a_long_book_is_refused():
    chapters = {str(number): chapter("<p>Hello.</p>") for number in range(5)}
    with pytest.raises(UnreadableFileError, match="more than 3 pages"):
        read_data("book.epub", book(chapters), Limits(max_pages=3))
