import docx
import pytest
from docx.enum.text import WD_BREAK
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from needlepoint.files.reading import read_file


@pytest.fixture
def document():
    return docx.Document()


@pytest.fixture
def read(document, tmp_path):
    def save_and_read():
        document.save(tmp_path / "made.docx")
        return read_file(tmp_path / "made.docx")

    return save_and_read


def insert(document, xml):
    """Put WordprocessingML before the section properties at the end of the body."""
    first = xml.split(">", 1)[0]
    element = parse_xml(xml.replace(first, f"{first} {nsdecls('w')}", 1))
    document.element.body.insert(len(document.element.body) - 1, element)


def test_paragraphs_and_tables_stand_in_the_order_of_the_body(document, read):
    document.add_paragraph("Before.")
    table = document.add_table(rows=3, cols=3)
    for row, cells in zip(
        table.rows, [("Port", "Opened", "Seats"), ("Kirk", "1988", "64"), ("Vane", "", "90")], strict=True
    ):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    document.add_paragraph("After.")
    assert read().text == "Before.\n\nPort: Kirk; Opened: 1988; Seats: 64.\nPort: Vane; Seats: 90.\n\nAfter."


def test_merged_cells_are_named_in_every_row(document, read):
    table = document.add_table(rows=3, cols=3)
    for row, cells in zip(
        table.rows, [("Port", "Year", "Seats"), ("Kirk", "2023", "64"), ("", "2024", "90")], strict=True
    ):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    assert read().text == "Port: Kirk; Year: 2023; Seats: 64.\nPort: Kirk; Year: 2024; Seats: 90."


def test_two_columns_are_names_and_values(document, read):
    table = document.add_table(rows=2, cols=2)
    for row, cells in zip(table.rows, [("Tenant", "Tarvay plc"), ("Rent:", "£900")], strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    assert read().text == "Tenant: Tarvay plc.\nRent: £900."


def test_page_breaks_make_pages_titled_by_their_heading(document, read):
    document.add_heading("One", 1)
    document.add_paragraph("first").add_run().add_break(WD_BREAK.PAGE)
    document.add_paragraph("goes on")
    document.add_page_break()
    document.add_heading("Two", 1)
    document.add_paragraph("last")
    source = read()
    pages = [(page.title, source.text[page.start : page.end]) for page in source.pages]
    assert pages == [("One", "One\n\nfirst"), ("One", "goes on"), ("Two", "Two\n\nlast")]
    assert source.title == "One"


def test_a_break_set_and_rendered_is_one_break(document, read):
    document.add_paragraph("one").add_run().add_break(WD_BREAK.PAGE)
    insert(document, "<w:p><w:r><w:lastRenderedPageBreak/><w:t>two</w:t></w:r></w:p>")
    insert(document, "<w:p><w:r><w:t>two and</w:t><w:lastRenderedPageBreak/><w:t> three</w:t></w:r></w:p>")
    assert read().text == "one\ftwo\n\ntwo and\fthree"


def test_deleted_text_is_gone_and_inserted_text_is_there(document, read):
    insert(
        document,
        "<w:p><w:r><w:t>The rent is </w:t></w:r><w:del><w:r><w:delText>900</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>950</w:t></w:r></w:ins></w:p>",
    )
    insert(document, "<w:sdt><w:sdtContent><w:p><w:r><w:t>In a control</w:t></w:r></w:p></w:sdtContent></w:sdt>")
    assert read().text == "The rent is 950\n\nIn a control"


def test_lists_keep_the_numbers_and_bullets_that_word_shows(document, read):
    for text in ("wood", "steel"):
        document.add_paragraph(text, style="List Bullet")
    for text in ("design", "build"):
        document.add_paragraph(text, style="List Number")
    assert read().text == "- wood\n- steel\n1. design\n2. build"


def test_a_letter_head_is_read_and_a_page_number_is_not(document, read):
    section = document.sections[0]
    section.header.paragraphs[0].text = "Kelvane Power, Unit 9"
    section.footer.paragraphs[0].text = "Page "
    section.footer.paragraphs[0]._p.append(parse_xml(f'<w:fldSimple {nsdecls("w")} w:instr="PAGE"/>'))
    document.add_heading("Letter", 1)
    source = read()
    assert source.text == "Kelvane Power, Unit 9\n\nLetter"
    assert source.pages[0].title == "Letter"


def test_properties(document, read):
    properties = document.core_properties
    properties.title, properties.author, properties.subject = "Lease", "Ada\nLovelace", ""
    document.add_paragraph("x")
    source = read()
    assert source.title == "Lease"
    assert source.metadata["author"] == "Ada Lovelace"
    assert "subject" not in source.metadata
    assert source.metadata["date"] == "2013-12-23"  # of python-docx's own template


def test_a_text_box_is_read_once(document, read):
    box = "<w:txbxContent><w:p><w:r><w:t>In the box</w:t></w:r></w:p></w:txbxContent>"
    mc = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    insert(
        document,
        f'<w:p xmlns:mc="{mc}"><w:r><w:t>Beside it</w:t></w:r><w:r><mc:AlternateContent><mc:Choice Requires="wps">{box}'
        f"</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r></w:p>",
    )
    assert read().text.split() == ["Beside", "it", "In", "the", "box"]


def test_control_characters_and_tabs_are_white_space(document, read):
    document.add_paragraph("a\tb\nc\u00a0d")
    assert read().text == "a b\nc d"
