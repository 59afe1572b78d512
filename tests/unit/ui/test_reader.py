"""What the reader is sent: blocks of text, parts of long pages, grids of sheets; every place in them is true."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlepoint_ui import markup
from needlepoint_ui.reader import component, parts
from needlepoint_ui.reader.blocks import TableBlock, TextBlock, shown_blocks
from needlepoint_ui.reader.component import Reading
from needlepoint_ui.service import cached
from needlepoint_ui.service.collection_models import PageEntry, Record
from needlepoint_ui.service.failures import ServiceDownError
from needlepoint_ui.service.models import Document
from needlepoint_ui.service.reading_models import Found, SheetRow
from needlepoint_ui.state import Opened, Pane

HANDBOOK = (
    "Staff Handbook\n\nB2 Hours and rosters\n\nThe full-time week ashore is 37 hours. At sea we work two weeks on.\n\n"
    "Kind of work: Weekdays; Rate: 1.5 times.\nKind of work: At night; Rate: three hours; Note: at least.\n\n"
    "- Bring your card.\n- Bring your shoes.\n\nComment by Ada: is this still so?\n\n"
    "From: Henrike\nTo: Callum\n\n1. Notice\n1.1 Notice is given in writing, to the manager.\n"
)


def kinds(text, **about):
    return [block.kind if isinstance(block, TextBlock) else "table" for block in shown_blocks(text, **about)]


def pieces(blocks):
    for block in blocks:
        if isinstance(block, TextBlock):
            yield block.start, block.text
        else:
            yield from (cell for row in block.rows for cell in row if cell)


def test_a_text_has_headings_tables_lists_notes_and_named_values():
    blocks = shown_blocks(HANDBOOK, title="Staff Handbook")
    expected = "heading heading text table item item note table heading item".split()  # noqa: SIM905
    assert kinds(HANDBOOK, title="Staff Handbook") == expected
    rates, header = (block for block in blocks if isinstance(block, TableBlock))
    assert rates.headings == ("Kind of work", "Rate", "Note")
    assert [[cell and cell[1] for cell in row] for row in rates.rows] == [
        ["Weekdays", "1.5 times", None],
        ["At night", "three hours", "at least"],
    ]
    assert header.headings == ()
    assert [row[1][1] for row in header.rows] == ["Henrike", "Callum"]


@given(
    st.lists(
        st.sampled_from(["a: b; c: d.", "x: y", "- item", "1. Head", "Words, words.", "", "Comment: c", "H\u00e9"]),
        max_size=12,
    )
)
def test_every_word_of_a_text_is_in_its_place_in_some_block(lines):
    text = "\n".join(lines)
    blocks = shown_blocks(text)
    for start, words in pieces(blocks):
        assert text[start : start + len(words)] == words
    shown = {at for start, words in pieces(blocks) for at in range(start, start + len(words))}
    hidden = "".join(character for at, character in enumerate(text) if at not in shown)
    assert not set(hidden) - set("abcdxy:;. \n"), "only the names in rows are in the headings instead"


class Service:
    """A service with one document; the text is all that the parts are cut from."""

    def __init__(self, text):
        self.whole = text

    def text(self, _, start, end):
        return self.whole[start:end]


@pytest.fixture
def not_cached(monkeypatch):
    monkeypatch.setattr(cached, "rows", lambda *_: [])


def record(*pages, type="text"):
    return Record(Document("d", "d.txt", type=type), page_list=pages)


@pytest.mark.parametrize("line", ["a line of text\n", "W" * 5_000 + "\n", "no end "])
def test_the_parts_of_a_long_page_are_the_page(line, not_cached):
    text = "before" + line * (60_000 // len(line)) + "after"
    page = PageEntry(1, 6, len(text) - 5)
    sent = [parts.text_part(Service(text), record(page), page, at) for at in range(parts.part_count(page))]
    assert [sent[0]["start"], sent[-1]["end"]] == [page.start, page.end]
    assert all(one["end"] == other["start"] for one, other in pairwise(sent))
    assert all(each["end"] - each["start"] <= parts.PART + 2_000 for each in sent)
    if line[0] == "a":
        assert all(text[each["start"]] == "\n" for each in sent[1:])
    for start in (page.start, 30_001, page.end - 1):
        near = sent[max(parts.part_at(page, start) - 1, 0) : parts.part_at(page, start) + 1]
        assert any(each["start"] <= start < each["end"] for each in near)


def test_the_rows_of_a_sheet_are_a_grid_and_the_rest_is_text(monkeypatch):
    text = "Ticket: Adult; Fare: 9.6.\nTicket: Child; Fare: 4.6.\n\nComment on cell A2: from May"
    rows = [
        SheetRow(1, None, None, ((1, "Ticket", None), (3, "Fare", None))),
        SheetRow(2, 0, 25, ((1, "Adult", 8), (3, "9.6", 21))),
        SheetRow(4, 26, 51, ((1, "Child", 34), (3, "4.6", 47))),
    ]
    monkeypatch.setattr(cached, "rows", lambda *_: rows)
    page = PageEntry(1, 0, len(text), "Prices")
    book = record(page, type="xlsx")
    sent = parts.text_part(Service(text), book, page, 0)
    assert [row[0] for row in sent["grid"]] == [1, 2, 4]
    assert [letter for letter, _ in sent["columns"]] == ["A", "B", "C"]
    assert [block[:1] + block[2:] for block in sent["blocks"]] == [["note", "Comment on cell A2: from May"]]
    assert text[sent["blocks"][0][1] :].startswith("Comment")
    assert parts.cell_at(book, page, text.index("4.6")) == "C4"
    assert parts.cell_at(book, page, text.index("Comment")) == ""


def test_columns_are_called_as_in_a_spreadsheet():
    assert [parts.letters(number) for number in (1, 26, 27, 52, 703)] == ["A", "Z", "AA", "AZ", "AAA"]


@given(st.text(max_size=100))
def test_shown_text_keeps_its_places_and_turns_no_direction(text):
    shown = parts.safe(text)
    assert len(shown) == len(text)
    assert markup.visible(shown) == shown


def reading(text, mark, *pages):
    pane = Pane(Opened("d", *mark))
    return Reading(Service(text), pane, record(*pages), pane.opened, as_pictures=False)


def test_what_is_around_an_opened_place_is_sent_once_and_then_what_the_browser_asks_for(not_cached):
    text = "one\ftwo\fthree"
    shown = reading(text, (4, 7), PageEntry(1, 0, 3), PageEntry(2, 4, 7), PageEntry(3, 8, 13))
    first = component.payload(shown, {})
    assert [part["page"] for part in first["parts"]] == [2]
    assert first["mark"]["page"] == 2
    assert [page[:3] for page in first["pages"]] == [[1, 0, 3], [2, 4, 7], [3, 8, 13]]
    said = {"number": 1, "command": shown.pane.command, "want": [[1, 0], [3, 0]], "page": 1}
    assert [part["page"] for part in component.payload(shown, said)["parts"]] == [1, 3]
    assert component.payload(shown, said)["parts"] == [], "the same wish is granted once"
    assert component.payload(shown, said)["pages"] is None, "nor is the list of pages sent again"
    shown.pane.turn(3)
    assert [part["page"] for part in component.payload(shown, said)["parts"]] == [3]
    nonsense = {
        "number": 2,
        "command": shown.pane.command,
        "want": [[99, 0], [-1, 5], ["a"], 7],
        "width": "wide",
        "thumbnails": ["a"],
    }
    assert {part.get("failed") for part in component.payload(shown, nonsense)["parts"]} == {"There is no such page."}


def test_what_was_not_read_of_a_file_is_sent_as_text(not_cached):
    page = PageEntry(1, 0, 3)
    unread = Record(Document("d", "d.txt", type="text"), page_list=(page,), unread=("page 3: \u202ea picture",))
    shown = Reading(Service("one"), Pane(Opened("d")), unread, Opened("d"), as_pictures=False)
    assert component.payload(shown, {})["unread"] == ["page 3: \u200ba picture"]


def test_a_part_that_the_service_does_not_give_says_so_and_nothing_else_is_lost(not_cached, monkeypatch):
    shown = reading("one", (0, 3), PageEntry(1, 0, 3))
    monkeypatch.setattr(Service, "text", lambda *_: (_ for _ in ()).throw(ServiceDownError("http://there")))
    (part,) = component.payload(shown, {})["parts"]
    assert "Nothing answers" in part["failed"]


def test_the_places_of_found_words_are_sent(monkeypatch, not_cached):
    monkeypatch.setattr(cached, "found", lambda _, words: Found(((0, 3, 1),), more=False))
    shown = reading("one", (0, 3), PageEntry(1, 0, 3))
    found = component.payload(shown, {"number": 1, "find": "one"})["found"]
    assert found == {"words": "one", "places": [[0, 3, 1]], "more": False, "failed": ""}
    assert component.payload(shown, {"number": 2, "find": " "})["found"]["places"] == []
