import pytest

from needlepoint.files.formats import format_of
from needlepoint.files.reading import read_file

MAIL = b"Received: by mx\r\nFrom: a@b.example\r\nTo: c@d.example\r\nSubject: x\r\nDate: Tue, 5 Nov 2024 16:22:00 +0000\r\n\r\nHi"


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("notes.txt", b"%PDF-1.7\n...", "pdf"),
        ("notes", b"\n\n%PDF-1.7\n...", "pdf"),
        ("notes.txt", b"<!doctype html><p>x", "html"),
        ("notes", b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- x --><html xmlns='x'>", "html"),
        ("notes.txt", "<html><p>ü".encode("utf-16"), "html"),
        ("part.html", b"<p>A piece of a page</p>", "html"),
        ("part.txt", b"if a <b then c> d", "text"),
        ("readme.md", b"# Title", "markdown"),
        ("readme.md", b"# A file begins with %PDF-1.7\nand so on", "markdown"),
        ("odd.pdf", b"junk before %PDF-1.7\n...", "pdf"),
        ("odd.txt", b"\x01\x02\x03 junk %PDF-1.7\n...", "pdf"),
        ("box.mbox", b"From a@b.example Tue Nov  5 16:22:00 2024\nFrom: a@b.example\nSubject: x\n\nHi", "email"),
        ("readme.txt", b"# Title", "text"),
        ("table.csv", b"a,b\n1,2", "csv"),
        ("table.tsv", b"a\tb\n1\t2", "csv"),
        ("table.txt", b"a,b\n1,2", "text"),
        ("mail.eml", b"Subject: Hi\n\nHello", "email"),
        ("mail.txt", MAIL, "email"),
        ("minutes.txt", b"From: 9 am\nTo: 11 am\nSubject: Budget\n\nPresent: all", "text"),
        ("unknown.xyz", b"Some words", "text"),
        ("notes.txt", "Grüße".encode("latin-1"), "text"),
    ],
)
def test_content_counts_and_the_suffix_only_between_kinds_of_text(name, data, expected):
    assert format_of(name, data).name == expected


def test_a_pdf_named_txt_is_read_as_pdf(make_pdf):
    source = read_file(make_pdf([[(72, 700, "Needle")]], name="named.txt"))
    assert (source.type, source.text) == ("pdf", "Needle")


@pytest.mark.parametrize(("after", "expected"), [(b"plain words", "text"), (b"<!-- open", "text"), (b"<html>", "html")])
def test_comments_before_the_text_take_no_time(after, expected, computing_at_most):
    with computing_at_most(20):
        assert format_of("notes.txt", b"<!-- one line -->\n" * 200 + after).name == expected
