import dataclasses
import re
import tempfile
import zipfile

import openpyxl
import pytest

from hostile_sheet import SCORES, WORDS, words_quoted
from needlepoint.errors import SheetError
from needlepoint.sheets.exports import workbook, workbook_pages
from needlepoint.sheets.exports.characters import as_workbook_value, for_xml, from_workbook_value, on_one_line
from needlepoint.sheets.exports.confidence import LIGHT, Confidence
from needlepoint.sheets.exports.workbook_pages import LONGEST, cut, size
from needlepoint.sheets.exports.writing import write_sheet
from needlepoint.sheets.questions import questions_from
from needlepoint.sheets.table import Sheet, SheetDocument

COMPLETE = [words for words in WORDS if size(words) <= LONGEST]


@pytest.fixture(scope="module")
def book(write, link):
    return openpyxl.load_workbook(write(".xlsx", candidates=True, link=link), rich_text=False)


@pytest.fixture(scope="module")
def sources(book):
    names, *rows = book["Sources"].iter_rows(values_only=True)
    return [dict(zip(names, row, strict=True)) for row in rows]


def links_of(page):
    return {cell.coordinate: cell.hyperlink for row in page.iter_rows() for cell in row if cell.hyperlink}


def test_the_table_has_a_row_a_document_and_a_column_a_question(book, sheet):
    names, *rows = book["Sheet"].iter_rows(values_only=True)
    assert names == ("Document", "Title", "Date", "Type", "=Words", "Signed by", "<b>Guarantee</b>", "Empty")
    assert [row[0] for row in rows] == [document.name for document in sheet.documents]
    assert [row[4] for row in rows[: len(WORDS)]] == [
        as_workbook_value(cut(on_one_line(words), LONGEST)) for words in WORDS
    ]
    assert {row[7] for row in rows} == {"not read yet"}
    assert rows[0][5] == f"{WORDS[0]}; {WORDS[0]}"  # of a list all that are likely
    assert rows[0][6] == "not found in 38 of 38 passages"
    assert rows[1][6] == "not found in 38 of 38 passages; not read: page 2: <a scan> (and 1 more)"
    assert rows[-2][4:] == (
        "unread: it has no text",
        "unread: it has no text",
        "unread: it has no text",
        "not read yet",
    )


def test_nothing_is_computed(book):
    cells = [cell for page in book for row in page.iter_rows() for cell in row if cell.value is not None]
    texts = [cell for cell in cells if isinstance(cell.value, str)]
    assert {cell.data_type for cell in texts} == {"s"}
    assert all(cell.quotePrefix for cell in texts)
    assert {cell.data_type for cell in cells} == {"s", "n"}
    numbers = [cell for cell in cells if cell.data_type == "n"]
    assert {cell.parent.title for cell in numbers} == {"Sources", "About"}
    assert {book["Sources"].cell(1, cell.column).value for cell in numbers if cell.parent.title == "Sources"} == {
        "number", "page", "last page", "start", "end", "score",
    }  # fmt: skip


def test_no_file_of_the_workbook_has_a_formula_or_an_error(write):
    with zipfile.ZipFile(write(".xlsx")) as files:
        pages = [files.read(name) for name in files.namelist() if name.startswith("xl/worksheets/sheet")]
    assert len(pages) == 3
    assert not any(re.search(rb'<f[ >]|t="e"|t="str"', page) for page in pages)


def test_colours_tell_states_and_confidence(book, sheet):
    page = book["Sheet"]
    assert page["E2"].fill.fgColor.rgb == f"00{LIGHT.ground(Confidence.VERY_LIKELY)}"
    assert page["G2"].font.color.rgb == f"00{LIGHT.quiet}"
    assert page["H2"].font.color.rgb == f"00{LIGHT.faint}"
    assert page["H2"].font.italic
    assert page.cell(len(sheet.documents), 5).font.color.rgb == f"00{LIGHT.alarm}"


def test_headings_stay_and_columns_are_filtered(book, sheet, sources):
    page = book["Sheet"]
    assert page.freeze_panes == "B2"
    assert page.auto_filter.ref == f"A1:H{len(sheet.documents) + 1}"
    assert book["Sources"].auto_filter.ref == f"A1:U{len(sources) + 1}"
    assert page["F1"].comment.text == "Who signs? (list)"
    assert page["E2"].alignment.wrap_text


def test_each_answer_leads_to_its_source(book, sheet):
    links = links_of(book["Sheet"])
    for row, words in enumerate(WORDS, start=2):
        place = re.fullmatch(r"'Sources'!A(\d+)", links[f"E{row}"].location)
        quote = book["Sources"].cell(int(place[1]), 8).value
        assert for_xml(words).startswith(from_workbook_value(quote))
        assert links[f"E{row}"].tooltip.startswith(f"93 %, {row - 2}.pdf, pages 3-4")
        assert len(links[f"E{row}"].tooltip) <= 255
    assert "candidate" in links["G2"].tooltip
    assert "H2" not in links


def test_sources_have_the_exact_words_and_their_place(sources, sheet):
    answers = [row for row in sources if row["short name"] == "=Words" and row["role"] == "answer"]
    by_document = {row["document"]: row for row in answers}
    for number, words in enumerate(WORDS):
        if words in COMPLETE:
            row = by_document[f"{number}.pdf"]
            assert from_workbook_value(row["quote"]) == for_xml(words)
            assert (row["before"], row["after"]) == ("Before ", " after.")
            assert (row["start"], row["end"]) == (number, number + len(words))
            assert (row["page"], row["last page"], row["score"]) == (3, 4, SCORES[0])
            assert (row["reader"], row["made"]) == (sheet.reader, sheet.made)
    assert {row["role"] for row in sources if row["short name"] == "<b>Guarantee</b>"} == {"candidate"}


@pytest.mark.parametrize("words", [words for words in WORDS if words not in COMPLETE], ids=["letters", "emoji"])
def test_a_quote_too_long_for_a_cell_takes_several_rows(sources, words):
    name = f"{WORDS.index(words)}.pdf"
    wanted = (name, "=Words", "answer")
    parts = [row for row in sources if (row["document"], row["short name"], row["role"]) == wanted]
    assert len(parts) > 1
    assert "".join(row["quote"] for row in parts) == words
    assert all(row["end"] - row["start"] == len(row["quote"]) for row in parts)
    assert [row["start"] for row in parts[1:]] == [row["end"] for row in parts[:-1]]
    assert (parts[0]["before"], parts[-1]["after"]) == ("Before ", " after.")
    assert (parts[0]["after"], parts[-1]["before"]) == (None, None)


def test_sources_lead_to_the_page_of_the_document(book, sources, write):
    targets = {place: link.target for place, link in links_of(book["Sources"]).items()}
    assert targets == {f"K{row}": source["link"] for row, source in enumerate(sources, start=2)}
    assert targets["K2"] == f"http://127.0.0.1:8501/?document={0:032x}&page=3"
    elsewhere = openpyxl.load_workbook(write(".xlsx", link=lambda _: "javascript:alert(1)"))
    assert not links_of(elsewhere["Sources"])


def test_candidates_are_left_out_unless_wanted(write):
    rows = openpyxl.load_workbook(write(".xlsx"))["Sources"].iter_rows(
        min_row=2, min_col=7, max_col=7, values_only=True
    )
    assert {role for (role,) in rows} == {"answer"}


def test_about_says_how_the_sheet_was_made(book, sheet):
    rows = [tuple(value for value in row if value is not None) for row in book["About"].iter_rows(values_only=True)]
    for row in (
        ("Sheet", "terms"),
        ("Made", "28 November 2026, 17:31 UTC"),
        ("Reader", sheet.reader),
        ("Coverage", sheet.coverage),
        ("Cells found", f"{2 * len(WORDS)}"),
        ("Cells not found", f"{len(WORDS)}"),
        ("Cells unread", "3"),
        ("Signed by", "Who signs?", "list", len(WORDS), 0, 1, 1, "signature"),
    ):
        assert row in rows
    (unread,) = (row for row in rows if row and row[0] == "1.pdf")
    assert "page 2: <a scan>\npage 4: no text" in unread


@pytest.mark.parametrize(
    ("text", "longest", "expected"),
    [("abc", 3, "abc"), ("abcd", 3, "ab…"), ("😀😀😀", 5, "😀😀…"), ("😀😀", 4, "😀😀")],
)
def test_texts_are_cut_by_utf16_units(text, longest, expected):
    assert cut(text, longest) == expected


def test_more_links_than_a_page_may_have_are_left_out(monkeypatch, write, link):
    monkeypatch.setattr(workbook_pages, "_MOST_LINKS", 5)
    book = openpyxl.load_workbook(write(".xlsx", link=link))
    assert [len(links_of(page)) for page in book] == [5, 5, 0]


def test_more_sources_than_a_page_has_rows_go_on_in_the_next(monkeypatch, sheet, write):
    whole = openpyxl.load_workbook(write(".xlsx"))
    for module in (workbook, workbook_pages):
        monkeypatch.setattr(module, "MOST_ROWS", len(sheet.documents) + 40)
    book = openpyxl.load_workbook(write(".xlsx"))
    assert book.sheetnames[:3] == ["Sheet", "Sources", "Sources 2"]
    pages = [page for page in book if page.title.startswith("Sources")]
    rows = [row for page in pages for row in page.iter_rows(min_row=2, values_only=True)]
    assert rows == list(whole["Sources"].iter_rows(min_row=2, values_only=True))
    for place, link in links_of(book["Sheet"]).items():
        page, cell = re.fullmatch(r"'(.+)'!(A\d+)", link.location).groups()
        name = book["Sheet"].cell(book["Sheet"][place].row, 1).value
        assert book[page][cell].offset(column=1).value == name


@pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")
def test_more_documents_than_a_page_has_rows_are_refused(monkeypatch, tmp_path):
    monkeypatch.setattr(workbook_pages, "MOST_ROWS", 3)
    documents = [SheetDocument(f"{number}", f"{number}.txt") for number in range(3)]
    unfinished, written = tmp_path / "unfinished", tmp_path / "written"
    for folder in (unfinished, written):
        folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(unfinished))  # where openpyxl keeps the pages of a workbook meanwhile
    with pytest.raises(
        SheetError, match=r"large\.xlsx: the sheet is too large for a workbook: write CSV or JSON instead"
    ):
        write_sheet(Sheet(questions_from(["Who?"]), documents), written / "large.xlsx")
    assert not list(written.iterdir())
    assert not list(unfinished.iterdir())


def test_a_sheet_without_documents_and_one_without_a_reading(tmp_path):
    questions = questions_from(["Who?"])
    for documents in ([], [SheetDocument("a", "a.txt")]):
        (path,) = write_sheet(Sheet(questions, documents), tmp_path / "new.xlsx")
        rows = list(openpyxl.load_workbook(path)["Sheet"].iter_rows(values_only=True))
        assert len(rows) == 1 + len(documents)


def test_a_long_sentence_is_cut_away_from_its_quote(tmp_path, sheet):
    document, question = sheet.documents[0], sheet.questions[0]
    quote = dataclasses.replace(words_quoted("law", document), before="b" * 40_000 + "|", after="|" + "a" * 40_000)
    cell = dataclasses.replace(sheet.cell(document, question), quotes=(quote,))
    (path,) = write_sheet(Sheet([question], [document], {(document.id, question.text): cell}), tmp_path / "long.xlsx")
    before, after = (openpyxl.load_workbook(path)["Sources"].cell(2, column).value for column in (9, 10))
    assert len(before) == len(after) == LONGEST
    assert (before[:2], before[-2:]) == ("…b", "b|")
    assert (after[:2], after[-2:]) == ("|a", "a…")
