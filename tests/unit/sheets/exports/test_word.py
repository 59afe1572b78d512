import zipfile

import pytest
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn

from hostile_sheet import SOURCES, WORDS
from needlepoint.sheets.exports.characters import on_one_line
from needlepoint.sheets.exports.confidence import LIGHT, Confidence
from needlepoint.sheets.exports.word import LONGEST_SHOWN
from needlepoint.sheets.exports.writing import write_sheet
from needlepoint.sheets.questions import questions_from
from needlepoint.sheets.table import Sheet, SheetDocument

TITLE = "terms"


@pytest.fixture(scope="module")
def path(write, link):
    return write(".docx", candidates=True, link=link)


@pytest.fixture(scope="module")
def document(path):
    return Document(path)


@pytest.fixture(scope="module")
def sources(document):
    texts = [paragraph.text for paragraph in document.paragraphs]
    return texts[texts.index("Sources") + 1 :]


def test_the_table_shows_every_cell_with_the_numbers_of_its_sources(document, sheet):
    rows = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert rows[0] == ["Document", "=Words", "Signed by", "<b>Guarantee</b>", "Empty"]
    assert [row[0].split("\n")[0] for row in rows[1:]] == [each.name for each in sheet.documents]
    for number, words in enumerate(WORDS):
        shown = on_one_line(words)
        shown = shown if len(shown) <= LONGEST_SHOWN else f"{shown[:LONGEST_SHOWN]}…"
        first = SOURCES * number + 1
        assert rows[number + 1][1] == f"{shown} [{first}] [{first + 1}] [{first + 2}]"
        assert rows[number + 1][2] == f"{shown} [{first + 3}]\n{shown} [{first + 4}] [{first + 5}]"
    assert rows[2][3] == "not found in 38 of 38 passages; not read: page 2: <a scan> (and 1 more) [14]"
    assert rows[-2][1:] == ["unread: it has no text"] * 3 + ["not read yet"]


def test_colours_tell_states_and_confidence(document):
    words, signed, guarantee, empty = document.tables[0].rows[1].cells[1:]
    assert words._tc.tcPr.find(qn("w:shd")).get(qn("w:fill")) == LIGHT.ground(Confidence.VERY_LIKELY)
    assert str(guarantee.paragraphs[0].runs[0].font.color.rgb) == LIGHT.quiet
    assert empty.paragraphs[0].runs[0].italic
    assert len(signed.paragraphs) == 2
    unread = document.tables[0].rows[-2].cells[1].paragraphs[0].runs[0]
    assert str(unread.font.color.rgb) == LIGHT.alarm


def test_each_number_leads_to_its_source_and_each_source_to_its_page(path, document):
    body = document.element.body
    marks = [mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart"))]
    anchors = [link.get(qn("w:anchor")) for link in body.iter(qn("w:hyperlink")) if link.get(qn("w:anchor"))]
    assert anchors == marks == [f"source{number}" for number in range(1, SOURCES * len(WORDS) + 1)]
    links = [link.get(qn("r:id")) for link in body.iter(qn("w:hyperlink")) if link.get(qn("r:id"))]
    targets = [document.part.rels[link].target_ref for link in links]
    assert len(targets) == len(marks)
    assert targets[0] == f"http://127.0.0.1:8501/?document={0:032x}&page=3"


def test_sources_have_the_sentence_and_the_place(sources):
    assert len(sources) == SOURCES * len(WORDS)
    for number, words in enumerate(WORDS):
        place = f"[{SOURCES * number + 1}] {number}.pdf, pages 3-4, =Words (very likely, 93 %; characters "
        assert sources[SOURCES * number].startswith(place)
        assert on_one_line(sources[SOURCES * number]).endswith(on_one_line(f"Before {words} after."))
    assert "(candidate, not an answer, 20 %" in sources[SOURCES - 1]


def test_the_paper_is_landscape_and_headings_are_repeated(document):
    section = document.sections[0]
    assert section.orientation == WD_ORIENT.LANDSCAPE
    assert section.page_width > section.page_height
    for table in document.tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert document.core_properties.title == TITLE
    assert document.core_properties.created.isoformat().startswith("2026-11-28T17:31:00")


def test_it_says_how_the_sheet_was_made(document, sheet):
    made = document.paragraphs[1].text
    for words in (sheet.reader, sheet.coverage, "28 November 2026, 17:31 UTC", "52 found, 26 not found, 3 unread"):
        assert words.replace("52", str(2 * len(WORDS))).replace("26 not", f"{len(WORDS)} not") in made
    questions = [[cell.text for cell in row.cells] for row in document.tables[-1].rows]
    assert ["Signed by", "Who signs?", "list", str(len(WORDS)), "0", "1", "1"] in questions
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert "1.pdf: page 2: <a scan>; page 4: no text" in texts


def test_right_to_left_words_are_set_from_the_right(document):
    row = document.tables[0].rows[WORDS.index("חוזה שכירות") + 1]
    paragraph = row.cells[1].paragraphs[0]
    assert paragraph._p.pPr.find(qn("w:bidi")) is not None
    assert paragraph.runs[0]._r.rPr.find(qn("w:rtl")) is not None


def test_many_questions_are_in_several_tables(tmp_path):
    questions = questions_from([f"Question {number}?" for number in range(1, 13)])
    (path,) = write_sheet(Sheet(questions, [SheetDocument("a", "a.txt")]), tmp_path / "wide.docx")
    document = Document(path)
    assert [len(table.columns) for table in document.tables] == [6, 6, 3, 7]
    headings = [each.text for each in document.paragraphs if each.style.name == "Heading 2"]
    assert headings == [
        "Questions 1 to 5 of 12", "Questions 6 to 10 of 12", "Questions 11 to 12 of 12", "Questions", "Sources",
    ]  # fmt: skip


def test_the_file_is_whole(path):
    with zipfile.ZipFile(path) as file:
        assert file.testzip() is None
        assert len(set(file.namelist())) == len(file.namelist())
