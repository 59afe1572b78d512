import pytest

from needlepoint.files.limits import Limits
from needlepoint.files.pages import PageCollector, PageText, TextLine
from needlepoint.text.marks import MarkKind


def test_marks_count_from_the_start_of_the_file():
    collector = PageCollector(Limits())
    for words in ("One", "Two"):
        page, inner = PageText(), PageText()
        page.write(f" {words}  here \n")
        page.write(" \n ")
        inner.write_lines([TextLine("a: 1.", MarkKind.ROW, "Fares"), TextLine(""), TextLine("a: 2.", MarkKind.ROW)])
        inner.write("Comment: no", kind=MarkKind.NOTE)
        page.extend(inner)
        assert len(page) == len(page.text)
        collector.add(page.text, marks=page.marks)
    source = collector.source(type="text")
    assert source.text == "One here\n\na: 1.\na: 2.\n\nComment: no\fTwo here\n\na: 1.\na: 2.\n\nComment: no"
    assert [source.text[mark.start : mark.end] for mark in source.marks] == ["a: 1.", "a: 2.", "Comment: no"] * 2
    assert [mark.about for mark in source.marks[:3]] == ["Fares", "", ""]


def test_what_is_unread_is_said_once_and_counted():
    collector = PageCollector(Limits())
    collector.add("text")
    for what in ("a picture\non page 1", "an embedded file", "an embedded file"):
        collector.leave_unread(what)
    assert collector.source(type="pdf").unread == ("a picture on page 1", "an embedded file (2 times)")


@pytest.mark.parametrize("count", [60])
def test_the_list_of_what_is_unread_stays_short(count):
    collector = PageCollector(Limits())
    collector.add("text")
    for number in range(count):
        collector.leave_unread(f"picture {number} " + "x" * 1000)
    unread = collector.source(type="pdf").unread
    assert len(unread) == 50
    assert all(len(each) <= 200 for each in unread)
