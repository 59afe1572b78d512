"""Exports carry what people said about cells: the words shown, the marks, and the sources behind them."""

import csv
import json
from dataclasses import replace

import openpyxl
import pytest
from docx import Document
from lxml import html

from needlepoint.answers.replies import Quote
from needlepoint.sheets.exports.writing import write_sheet
from needlepoint.sheets.questions import questions_from
from needlepoint.sheets.quote_files import read_quotes
from needlepoint.sheets.table import Cell, Sheet, SheetDocument, State
from needlepoint.sheets.verdicts import Judged, Judgement, Verdict

LEASE = SheetDocument("a" * 32, "lease.pdf", passages=9)
DEED = SheetDocument("b" * 32, "deed.pdf", passages=9)
END, RENT = questions_from(
    [{"question": "When does it end?", "short name": "End", "kind": "date"},
     {"question": "What is the rent?", "short name": "Rent"}]
)  # fmt: skip
MADE = "2026-11-20T09:05:00+00:00"
READ = Quote("31 March 2031", "It ends on ", ".", LEASE.id, LEASE.name, 3, 100, 113, 0.8, last_page=3)
RIGHT = Quote("30 April 2032", "As amended, it ends on ", ".", LEASE.id, LEASE.name, 7, 900, 913, 1.0, last_page=7)


def judged(document, question, judgement, words="", *, quote=None, is_former=False):
    place = (quote.start, quote.end) if quote else (None, None)
    verdict = Verdict(document.id, question.text, judgement, words, *place, made=MADE)
    return {(document.id, question.text): Judged(verdict, quote, is_former=is_former)}


def sheet_of(**said):
    cells = {
        (LEASE.id, END.text): Cell(State.FOUND, (READ,), 5, 9),
        (LEASE.id, RENT.text): Cell(State.NOT_FOUND, (), 9, 9),
        (DEED.id, END.text): Cell(State.FOUND, (replace(READ, document_id=DEED.id, name=DEED.name),), 5, 9),
    }
    return Sheet([END, RENT], [LEASE, DEED], cells, "reader", "the best 5 passages", MADE, **said)


CORRECTED = judged(LEASE, END, Judgement.CORRECTED, RIGHT.answer, quote=RIGHT)
SAID = (
    CORRECTED
    | judged(LEASE, RENT, Judgement.RIGHT)
    | judged(DEED, END, Judgement.WRONG, READ.answer)
    | judged(DEED, RENT, Judgement.CORRECTED, "1,200 a month")  # stands nowhere in the document
)
FORMER = judged(DEED, END, Judgement.RIGHT, "1 May 2020", is_former=True)


@pytest.fixture
def write(tmp_path):
    def write_as(name, said=SAID):
        return write_sheet(sheet_of(judged=said), tmp_path / name)[0]

    return write_as


def rows_of(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_csv_shows_the_right_words_and_a_column_of_judgements(write):
    path = write("terms.csv")
    lease, deed = rows_of(path)
    assert (lease["End"], lease["End (judged)"]) == (RIGHT.answer, "corrected")
    assert (lease["Rent"], lease["Rent (judged)"]) == ("not found in 9 of 9 passages", "right")
    assert (deed["End"], deed["End (judged)"]) == (READ.answer, "wrong")
    assert (deed["Rent"], deed["Rent (judged)"]) == ("1,200 a month", "corrected")
    about = [row["value"] for row in rows_of(path.with_name("terms.about.csv")) if row["about"] == "judgement"]
    assert about[0] == "corrected, 20 November 2026, 09:05 UTC; read: 31 March 2031"
    assert "corrected, 20 November 2026, 09:05 UTC; read: not read yet" in about


def test_a_column_that_nobody_judged_has_no_second_one(write):
    path = write("terms.csv", CORRECTED)
    assert list(rows_of(path)[0]) == ["Document", "Title", "Date", "Type", "End", "End (judged)", "Rent"]
    assert list(rows_of(write("plain.csv", {}))[0]) == ["Document", "Title", "Date", "Type", "End", "Rent"]


def test_sources_have_the_correction_with_what_was_read_beside_it(write):
    rows = rows_of(write("terms.csv").with_name("terms.sources.csv"))
    said = [
        [row[name] for name in ("role", "quote", "start", "score", "judgement", "corrected to", "judged", "reader")]
        for row in rows
    ]
    assert said == [
        ["correction", RIGHT.answer, "900", "", "corrected", RIGHT.answer, MADE, ""],
        ["answer", READ.answer, "100", "0.8", "corrected", RIGHT.answer, MADE, "reader"],
        ["answer", READ.answer, "100", "0.8", "wrong", "", MADE, "reader"],
        ["correction", "", "", "", "corrected", "1,200 a month", MADE, ""],
    ]  # fmt: skip


def test_a_verdict_on_other_words_is_no_mark_on_the_present_ones(write):
    rows = rows_of(write("terms.csv", FORMER))
    assert (rows[1]["End"], rows[1]["End (judged)"]) == (READ.answer, "right, of other words")
    page = openpyxl.load_workbook(write("terms.xlsx", FORMER))["Sheet"]
    assert not page["E3"].font.bold
    assert page["E3"].comment.text == "Judged right, of other words: “1 May 2020”, 20 November 2026, 09:05 UTC"


def test_a_workbook_marks_judged_cells_and_keeps_the_words_clean(write):
    book = openpyxl.load_workbook(write("terms.xlsx"))
    page = book["Sheet"]
    assert (page["E2"].value, page["E2"].font.bold, page["E2"].font.strike) == (RIGHT.answer, True, False)
    assert page["E2"].comment.text == "Corrected, 20 November 2026, 09:05 UTC; read: 31 March 2031"
    assert page["E2"].hyperlink.location == "'Sources'!A2"
    assert (page["E3"].value, page["E3"].font.strike) == (READ.answer, True)
    assert page["F3"].value == "1,200 a month"
    assert page["F3"].hyperlink.location == "'Sources'!A5"
    assert page["F2"].comment.text == "Judged right, 20 November 2026, 09:05 UTC"
    about = {row[0]: row[1] for row in book["About"].iter_rows(max_col=2, values_only=True)}
    assert [about[f"Cells {each}"] for each in ("corrected", "judged right", "judged wrong")] == ["2", "1", "1"]
    names, *rows = book["Sources"].iter_rows(values_only=True)
    first = dict(zip(names, rows[0], strict=True))
    assert (first["role"], first["quote"], first["score"], first["page"]) == ("correction", RIGHT.answer, None, 7)


def test_a_web_page_and_a_document_say_it_in_words(write):
    page = html.fromstring(write("terms.html").read_text(encoding="utf-8"))
    cells = page.xpath("//table[contains(@class, 'sheet')]//td")
    assert [" ".join(each.text_content().split()) for each in cells] == [
        "30 April 203212corrected", "not found in 9 of 9 passagesjudged right", "31 March 20313judged wrong",
        "1,200 a month4corrected",
    ]  # fmt: skip
    assert [each.get("class") for each in cells][::2] == ["found corrected", "found step-3 wrong"]
    assert "End · the words of a person · corrected, 20 November 2026" in page.xpath("//ol/li")[0].text_content()
    typed = page.xpath("//ol/li")[3].text_content()
    assert "deed.pdf · Rent · the words of a person · corrected" in typed
    assert "not in the document" in typed
    assert "1,200 a month" in typed
    made = page.xpath("//p[@class='made']")[0].text_content()
    assert "People judged cells: 2 corrected, 1 judged right, 1 judged wrong." in made
    document = Document(write("terms.docx"))
    texts = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert texts[1][1:] == ["30 April 2032 [1] [2]\n(corrected)", "not found in 9 of 9 passages\n(judged right)"]
    assert texts[2][1:] == ["31 March 2031 [3]\n(judged wrong)", "1,200 a month [4]\n(corrected)"]
    assert document.tables[0].rows[2].cells[1].paragraphs[0].runs[0].font.strike


def test_json_has_the_verdict_beside_what_was_read(write):
    cell = json.loads(write("terms.json").read_text())["documents"][0]["cells"]["End"]
    assert (cell["shown"], cell["quotes"][0]["answer"]) == (RIGHT.answer, READ.answer)
    assert cell["verdict"]["judgement"] == "corrected"
    assert (cell["verdict"]["made"], cell["verdict"]["quote"]["start"]) == (MADE, 900)


@pytest.mark.parametrize("name", ["terms.xlsx", "terms.csv", "terms.json"])
def test_verification_knows_such_a_file(write, name):
    quotes = read_quotes(write(name)).quotes
    assert [(each.words, each.document_id, each.start) for each in quotes] == [
        (RIGHT.answer, LEASE.id, 900), (READ.answer, LEASE.id, 100), (READ.answer, DEED.id, 100),
    ]  # fmt: skip


def test_verification_knows_the_data_of_the_command(tmp_path):
    path = tmp_path / "terms.json"
    path.write_text(json.dumps(sheet_of(judged=SAID).to_dict()))
    assert [each.words for each in read_quotes(path).quotes] == [RIGHT.answer, READ.answer, READ.answer]


@pytest.mark.parametrize("name", ["terms.xlsx", "terms.csv", "terms.zip"])
def test_words_that_a_person_typed_are_no_quotes_to_be_looked_up(write, name):
    found = read_quotes(write(name))
    assert len(found.quotes) == 3
    assert found.without_words == 1
