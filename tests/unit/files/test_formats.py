from dataclasses import replace

import pytest

from needlepoint.errors import UnreadableFileError
from needlepoint.files import formats
from needlepoint.files.formats import FileFormat
from needlepoint.files.limits import Limits
from needlepoint.files.reading import DEFAULT_LIMITS, read_data
from needlepoint.files.source import Page, SourceText

SOURCE = SourceText("one\ftwo", (Page(1, 0, 3), Page(2, 4, 7)), "notes")


@pytest.fixture
def add(monkeypatch):
    """Register formats for the time of a test."""

    def add(*added):
        monkeypatch.setattr(formats, "FORMATS", (*added, *formats.FORMATS))

    return add


def notes(**changed):
    return replace(FileFormat("notes", lambda data, limits: SOURCE, suffixes=frozenset({".notes"})), **changed)


def test_a_suffix_decides_where_the_content_does_not(add):
    add(notes())
    assert read_data("a.NOTES", b"x") == SOURCE
    assert read_data("a.txt", b"x").type == "text"


def test_content_decides_where_it_can_and_may_take_the_place_of_another_format(add):
    add(notes(recognises=lambda name, data: data.startswith(b"%PDF-")))
    assert read_data("a.pdf", b"%PDF-1.4") == SOURCE
    assert read_data("a.notes", b"x").type == "text"


def test_a_format_that_cannot_tell_is_passed_over_and_named(add, caplog):
    add(notes(recognises=lambda name, data: data[10] == 1))
    assert read_data("a.txt", b"x").type == "text"
    assert "the format 'notes' cannot tell what a.txt is: IndexError" in caplog.text


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        ({"text": "one"}, "dict, not a SourceText"),
        (SourceText("one two", (Page(1, 0, 3),), "notes"), "pages that are not the text"),
        (SourceText("a\0b", (Page(1, 0, 3),), "notes"), "characters that cannot be kept"),
        (SourceText("abcdefghijk", (Page(1, 0, 11),), "notes"), "more than 10 characters"),
    ],
)
def test_what_breaks_the_promises_of_a_source_text_is_refused(add, made, reason):
    add(notes(read=lambda data, limits: made))
    with pytest.raises(UnreadableFileError, match=reason):
        read_data("a.notes", b"x", replace(DEFAULT_LIMITS, max_characters=10))


def test_what_a_reader_stumbles_over_is_one_reason(add):
    add(notes(read=lambda data, limits: data[10]))
    with pytest.raises(UnreadableFileError, match=r"NOTES content is damaged \(IndexError\)"):
        read_data("a.notes", b"x", Limits())
