"""The quotes of a file: ours, or any table, also one that somebody has edited."""

import datetime
import json

import openpyxl
import pytest

from needlepoint.answers.replies import Quote
from needlepoint.errors import SheetError
from needlepoint.sheets.questions import SheetQuestion
from needlepoint.sheets.quote_files import read_quotes
from needlepoint.sheets.table import Cell, Sheet, SheetDocument, State

HEADING = "document,document id,path,question,quote,before,after,page,last page,start,end,score,reader,made"
SOURCES = HEADING.split(",")
ROW = [
    "deed.pdf",
    "9f2c61c4a27be6d0a4be5a1fd7a3b2c1",
    "/deeds/deed.pdf",
    "Who signed?",
    "Ida Moreau",
    "signed by ",
    " in 1904.",
]
ROW += [3, 3, 410, 420, 0.91, "bundled reader", "2031-01-01T00:00:00+00:00"]


@pytest.fixture
def write(tmp_path):
    """Write a file of quotes: text as it is, rows as a workbook, anything else as JSON."""

    def write(name, content, *, sheet="Sources"):
        path = tmp_path / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        elif isinstance(content, str):
            path.write_text(content, encoding="utf-8")
        elif name.endswith(".xlsx"):
            book = openpyxl.Workbook()
            book.active.title = "Answers"
            book.active.append(["document", "Who signed?"])
            page = book.create_sheet(sheet)
            for row in content:
                page.append(row)
            book.save(path)
        else:
            path.write_text(json.dumps(content))
        return path

    return write


def as_csv(rows, delimiter=","):
    return "\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows)


def is_the_row(quote):
    assert (quote.document, quote.document_id, quote.path, quote.words) == (ROW[0], ROW[1], ROW[2], ROW[4])
    assert (quote.before, quote.after, quote.page, quote.start, quote.end) == ("signed by ", " in 1904.", 3, 410, 420)
    assert quote.problem == quote.note == ""
    return True


def test_our_table_of_sources_is_read_from_each_of_its_files(write):
    files = [
        write("terms.sources.csv", as_csv([SOURCES, ROW])),
        write("bom.csv", b"\xef\xbb\xbf" + as_csv([SOURCES, ROW], ";").encode()),
        write("utf16.csv", as_csv([SOURCES, ROW], "\t").encode("utf-16")),
        write("terms.xlsx", [SOURCES, ROW]),
        write("terms.json", {"sources": [dict(zip(SOURCES, ROW, strict=True))]}),
    ]
    for file in files:
        (quote,) = read_quotes(file).quotes
        assert is_the_row(quote), file


def test_a_sheets_own_data_gives_the_quotes_of_what_was_found(write):
    question = SheetQuestion("Who signed?", "signed")
    deed, other = SheetDocument(ROW[1], "deed.pdf", ROW[2]), SheetDocument("other", "other.pdf", "/deeds/other.pdf")
    quote = Quote("Ida Moreau", "signed by ", " in 1904.", ROW[1], "deed.pdf", 3, 410, 420, 0.91)
    cells = {
        (deed.id, question.text): Cell(State.FOUND, (quote,), 5, 9),
        (other.id, question.text): Cell(State.NOT_FOUND, (quote,), 9, 9),
    }
    found = read_quotes(write("sheet.json", Sheet([question], [deed, other], cells).to_dict()))
    assert is_the_row(found.quotes[0])
    assert (len(found.quotes), found.quotes[0].place) == (1, "deed.pdf, signed")


def test_what_of_a_sheets_data_is_no_quote_is_passed_over(write):
    cells = {"a": {"state": "found", "quotes": [1, {"answer": "Ida"}]}, "b": {"state": "found"}, "c": 7}
    found = read_quotes(
        write("sheet.json", {"documents": [{"id": "x", "name": "a.pdf", "cells": cells}, 7, {"cells": 7}]})
    )
    assert [quote.words for quote in found.quotes] == ["Ida"]


def test_answers_of_the_service_are_read(write):
    card = {"answer": "Ida Moreau", "score": 0.9, "document": {"id": ROW[1], "name": "deed.pdf", "pages": 9}, "page": 3}
    card |= {"start": 410, "end": 420, "quote": {"before": "signed by ", "after": " in 1904.", "start": 1, "end": 2}}
    haystack = {"answer": "Ida Moreau", "meta": {"document_id": ROW[1], "name": "deed.pdf", "start": 410, "end": 420}}
    for answer in (card, haystack):
        (quote,) = read_quotes(write("answers.json", {"answers": [answer]})).quotes
        assert (quote.document_id, quote.document, quote.start, quote.end) == (ROW[1], "deed.pdf", 410, 420)


HEADINGS = [
    (["File Name", "Excerpt"], ["deed.pdf", "Ida Moreau"]),
    (["QUOTATION", "Page", "Source"], ["Ida Moreau", "7", "deed.pdf"]),
    (["Document_ID", "exact", "prefix", "suffix"], ["9f2c61c4a27b", "Ida Moreau", "by", "in"]),
    (["path", "quote", "document hash"], ["/deeds/deed.pdf", "Ida Moreau", "9f2c61c4a27b"]),
]


@pytest.mark.parametrize(("headings", "row"), HEADINGS)
@pytest.mark.parametrize("name", ["table.csv", "table.xlsx"])
def test_columns_are_found_under_many_headings(write, headings, row, name):
    rows = [headings, row]
    found = read_quotes(write(name, as_csv(rows) if name.endswith("csv") else rows))
    (quote,) = found.quotes
    assert quote.words == "Ida Moreau"
    assert quote.label in ("deed.pdf", "/deeds/deed.pdf", "9f2c61c4a27b")
    assert found.columns.startswith(f"taken from {name}: quote")


def test_one_line_tells_which_columns_were_taken_and_which_are_missing(write):
    found = read_quotes(write("table.csv", "Source;Excerpt;Page\ndeed.pdf;Ida Moreau;2\n"))
    assert found.columns == (
        "taken from table.csv: quote (from 'Excerpt'), document (from 'Source'), page; "
        "not there: document id, path, start, end, before, after"
    )


def test_headings_may_stand_below_a_title_and_rows_keep_their_numbers(write):
    rows = [
        ["Terms of all deeds"],
        [],
        ["document", "quote"],
        ["deed.pdf", "Ida Moreau"],
        [],
        ["deed.pdf", ""],
        ["will.pdf", "Tern"],
    ]
    for name in ("table.csv", "table.xlsx"):
        found = read_quotes(write(name, as_csv(rows) if name.endswith("csv") else rows))
        assert [quote.place.removeprefix("Sources, ") for quote in found.quotes] == ["row 4", "row 7"]
        assert found.without_words == 1


def test_words_that_look_like_a_formula_are_words(write):
    rows = [
        ["document", "quote"],
        ["a.pdf", "'=SUM of all"],
        ["a.pdf", "=SUM of all"],
        ["a.pdf", "'tis"],
        ["a.pdf", "-12 %"],
    ]
    found = read_quotes(write("table.csv", as_csv(rows)))
    assert [quote.words for quote in found.quotes] == ["=SUM of all", "=SUM of all", "'tis", "-12 %"]


def test_cells_that_a_spreadsheet_computes_are_named(write, tmp_path):
    book = openpyxl.Workbook()
    for row in (["document", "quote", "start"], ["a.pdf", "=A1&B1", 1], ["a.pdf", datetime.date(2031, 3, 31), 1]):
        book.active.append(row)
    book.active.append(["a.pdf", 84000.0, "=1+1"])
    book.active.append(['=HYPERLINK("https://deeds.example/a.pdf","a.pdf")', "Ida Moreau", 410.0])
    book.save(tmp_path / "computed.xlsx")
    quotes = read_quotes(tmp_path / "computed.xlsx").quotes
    assert [quote.problem for quote in quotes] == [
        "its quote is a formula: make it text",
        "its quote is a date that the spreadsheet has made of the words: make it text",
        "its start is a formula: make it text",
        "",
    ]
    assert (quotes[2].words, quotes[3].document, quotes[3].start) == ("84000", "a.pdf", 410)


EDITED = [
    ({"start": "abc"}, "its start 'abc' is no number that can be one"),
    ({"page": "0"}, "its page '0' is no number that can be one"),
    ({"start": "-4"}, "its start '-4' is no number that can be one"),
    ({"end": "9"}, "its end 9 is not after its start 410"),
]


@pytest.mark.parametrize(("edit", "note"), EDITED)
def test_wrong_offsets_are_named_and_not_used(write, edit, note):
    row = {**dict(zip(SOURCES, ROW, strict=True)), **edit}
    (quote,) = read_quotes(write("edited.json", [row])).quotes
    assert (quote.note, quote.start, quote.end, quote.page) == (note, None, None, None)


def test_a_row_without_a_document_is_named(write):
    (quote,) = read_quotes(write("table.csv", "document,quote\n,Ida Moreau\n")).quotes
    assert quote.problem == "it names no document"


REFUSED = [
    ("empty.csv", "", "it is empty"),
    ("headings.csv", "document,quote\n", "there is no quote in it"),
    ("blank.csv", "document,quote\na.pdf,\n", "there is no quote in it"),
    ("no-quote.csv", "document,page\na.pdf,1\n", "no column for the quote; its columns are: document, page"),
    ("no-document.csv", "quote,page\nIda,1\n", "no column for the document"),
    ("prose.txt", "Dear tenant,\nthe lease ends.\n", "there is no column for the quote"),
    ("wrong.json", '{"document": ', "not JSON"),
    ("numbers.json", "[1, 2]", "neither a sheet nor a list of quotes"),
    ("deep.json", "[" * 100_000, "not JSON"),
    ("other.json", '{"quotes": "many"}', "neither a sheet nor a list of quotes"),
    ("broken.xlsx", b"PK\x03\x04 broken", "not a workbook that can be read"),
    (
        "table.csv",
        "Document,Title,Date,Type,End\na.pdf,,,pdf,1 May\n",
        "or in the file beside it that ends in .sources.csv",
    ),
    ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "neither CSV, XLSX nor JSON"),
    ("noise.csv", bytes(range(256)) * 9, "neither CSV, XLSX nor JSON"),
    ("endless.csv", 'document,quote\na.pdf,"' + "x" * 200_000, "is a quotation mark not closed?"),
]


@pytest.mark.parametrize(("name", "content", "said"), REFUSED, ids=[each[0] for each in REFUSED])
def test_a_file_that_has_no_quotes_is_refused_in_one_line(write, name, content, said):
    with pytest.raises(SheetError) as error:
        read_quotes(write(name, content))
    assert said in str(error.value)
    assert str(error.value).startswith(name)
    assert "\n" not in str(error.value)


def test_a_file_that_is_not_there_is_refused_in_one_line(tmp_path):
    with pytest.raises(SheetError, match=r"none\.csv: cannot be read"):
        read_quotes(tmp_path / "none.csv")
    with pytest.raises(SheetError, match="cannot be read"):
        read_quotes(tmp_path)


def test_of_a_sheets_table_the_quotes_beside_it_are_read(write):
    table = write("terms.csv", "Document,Title,Date,Type,Quote\ndeed.pdf,,,pdf,Ida Moreau\n")
    write("terms.sources.csv", as_csv([SOURCES, ROW]))
    found = read_quotes(table)
    assert is_the_row(found.quotes[0])
    assert found.columns.startswith("taken from terms.sources.csv: ")


def test_sources_that_go_on_over_several_pages_are_read_from_all(tmp_path):
    book = openpyxl.Workbook()
    for title in ("Sheet", "Sources", "Sources 2"):
        page = book.active if title == "Sheet" else book.create_sheet(title)
        page.title = title
        page.append(SOURCES)
        page.append(ROW)
    book.save(tmp_path / "terms.xlsx")
    found = read_quotes(tmp_path / "terms.xlsx")
    assert [quote.place for quote in found.quotes] == ["Sources, row 2", "Sources 2, row 2"]
