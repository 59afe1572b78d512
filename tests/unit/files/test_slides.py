import io

import pptx
import pytest
from lxml import etree
from PIL import Image
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.oxml import parse_xml
from pptx.util import Cm

from needlepoint.files.reading import read_file
from needlepoint.text.sentences import sentence_spans


@pytest.fixture
def presentation():
    return pptx.Presentation()


@pytest.fixture
def read(presentation, tmp_path):
    def save_and_read():
        presentation.save(tmp_path / "made.pptx")
        return read_file(tmp_path / "made.pptx")

    return save_and_read


def add_slide(presentation, title):
    slide = presentation.slides.add_slide(presentation.slide_layouts[5])
    slide.shapes.title.text = title
    return slide


def add_text(slide, text, left, top):
    slide.shapes.add_textbox(Cm(left), Cm(top), Cm(5), Cm(1)).text_frame.text = text


def test_a_slide_is_a_page_with_its_title_and_notes(presentation, read):
    first = add_slide(presentation, "Where we\nstand")
    add_text(first, "1.18 million passengers", 2, 5)
    first.notes_slide.notes_text_frame.text = "Pause here."
    add_slide(presentation, "Money")
    source = read()
    assert source.text == "Where we stand\n\n1.18 million passengers\n\nNotes: Pause here.\fMoney"
    assert [page.title for page in source.pages] == ["Where we stand", "Money"]
    assert source.title == "Where we stand"  # PowerPoint Presentation, the template's, is none


def test_shapes_are_read_as_they_lie_on_the_slide(presentation, read):
    slide = add_slide(presentation, "Title")
    for text, left, top in (("below", 2, 10), ("right", 12, 5), ("left", 2, 5.1)):
        add_text(slide, text, left, top)
    group = slide.shapes.add_group_shape()
    group.shapes.add_textbox(Cm(2), Cm(14), Cm(5), Cm(1)).text_frame.text = "grouped"
    assert read().text == "Title\n\nleft\n\nright\n\nbelow\n\ngrouped"


def test_no_sentence_goes_on_from_one_paragraph_or_box_into_the_next(presentation, read):
    slide = add_slide(presentation, "What the programme of the ferries costs, and where the money for it comes from")
    first = "The programme is paid for from cash flow, grants and the facility with Strathlinn Bank"
    second = "No new shares will be issued to anybody before the end of the programme in ten years"
    add_text(slide, f"{first}\n{second}", 2, 5)
    add_text(slide, first, 2, 9)
    add_text(slide, second, 12, 9)
    text = read().text
    found = [text[start:end] for start, end in sentence_spans(text)]
    assert found == [slide.shapes.title.text, first, second, first, second]


def test_tables_and_charts_become_lines(presentation, read):
    slide = add_slide(presentation, "Money")
    table = slide.shapes.add_table(3, 2, Cm(2), Cm(5), Cm(10), Cm(3)).table
    for number, cells in enumerate([("Purpose", "Sum"), ("Quays", "7.4"), ("Ships", "9.5")]):
        for column, text in enumerate(cells):
            table.cell(number, column).text = text
    data = CategoryChartData()
    data.categories = ["2023", "2024"]
    data.add_series("Revenue", (29.8, 31.4))
    slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, Cm(2), Cm(10), Cm(8), Cm(5), data)
    source = read()
    assert "Purpose: Quays; Sum: 7.4.\nPurpose: Ships; Sum: 9.5." in source.text
    assert "2023; Revenue: 29.8.\n2024; Revenue: 31.4." in source.text
    assert [source.text[mark.start : mark.end] for mark in source.marks][:1] == ["Purpose: Quays; Sum: 7.4."]


def test_a_presentation_without_text_is_told(presentation, tmp_path, reason):
    presentation.slides.add_slide(presentation.slide_layouts[6])
    presentation.save(tmp_path / "pictures.pptx")
    assert "no text in it" in reason(tmp_path / "pictures.pptx")


def test_alternative_contents_are_read_once(presentation, read):
    slide = add_slide(presentation, "Intake")
    box = slide.shapes.add_textbox(Cm(2), Cm(5), Cm(5), Cm(1))
    box.text_frame.text = "It is 7,000."
    mc = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    inner = etree.tostring(box._element).decode()
    both = f'<mc:AlternateContent xmlns:mc="{mc}"><mc:Choice Requires="a14">{inner}</mc:Choice><mc:Fallback>{inner}</mc:Fallback>'
    box._element.getparent().replace(box._element, parse_xml(f"{both}</mc:AlternateContent>"))
    assert read().text == "Intake\n\nIt is 7,000."


def test_struck_out_words_are_left_out_and_raised_ones_stay_apart(presentation, read):
    slide = add_slide(presentation, "Price")
    frame = slide.shapes.add_textbox(Cm(2), Cm(5), Cm(5), Cm(1)).text_frame
    for text, attribute in (("640 ", "strike"), ("$5.2 million", ""), ("3", "baseline")):
        run = frame.paragraphs[0].add_run()
        run.text = text
        if attribute:
            run._r.get_or_add_rPr().set(attribute, {"strike": "sngStrike", "baseline": "30000"}[attribute])
    source = read()
    assert source.text == "Price\n\n$5.2 million [3]"
    assert source.unread == ("struck-out text: left out",)


def test_hidden_slides_and_shapes_are_left_out_and_keep_their_number(presentation, read):
    add_text(add_slide(presentation, "One"), "shown", 2, 5)
    add_slide(presentation, "Secret")._element.set("show", "0")
    slide = add_slide(presentation, "Three")
    add_text(slide, "hidden", 2, 5)
    slide.shapes[-1]._element.nvSpPr.cNvPr.set("hidden", "1")
    source = read()
    assert source.text == "One\n\nshown\f\fThree"
    assert source.unread == ("slide 2 is hidden: left out",)


def test_pictures_are_read_by_their_description(presentation, read):
    slide = add_slide(presentation, "Quay")
    picture = io.BytesIO()
    Image.new("RGB", (40, 30)).save(picture, "PNG")
    for description in ("Ships at the quay", ""):
        shape = slide.shapes.add_picture(picture, Cm(2), Cm(5), Cm(9), Cm(6))
        shape._element.nvPicPr.cNvPr.set("descr", description)
    source = read()
    assert source.text == "Quay\n\nPicture: Ships at the quay"
    assert source.unread == ("a picture without a description on slide 1: what is in it was not read",)


def test_merged_cells_of_a_table_name_every_row(presentation, read):
    slide = add_slide(presentation, "Freight")
    table = slide.shapes.add_table(4, 3, Cm(2), Cm(5), Cm(10), Cm(3)).table
    for number, cells in enumerate([("Port", "Imports", ""), ("", "2022", "2023"), ("Kirk", "1", "2"), ("", "3", "4")]):
        for column, text in enumerate(cells):
            table.cell(number, column).text = text
    table.cell(0, 0).merge(table.cell(1, 0))
    table.cell(0, 1).merge(table.cell(0, 2))
    table.cell(2, 0).merge(table.cell(3, 0))
    source = read()
    assert [(source.text[mark.start : mark.end], mark.about) for mark in source.marks] == [
        ("Port: Kirk; Imports, 2022: 1; Imports, 2023: 2.", "Freight"),
        ("Port: Kirk; Imports, 2022: 3; Imports, 2023: 4.", "Freight"),
    ]


def test_labels_with_values_are_lines_and_tiles_are_apart(presentation, read):
    slide = add_slide(presentation, "Depots")
    for at, (label, value) in enumerate([("Budget", "5.6 million"), ("Trams", "64"), ("Staff", "120")]):
        add_text(slide, label, 2, 4 + at)
        add_text(slide, value, 12, 4 + at)
    for left, name in ((2, "North"), (12, "South")):
        add_text(slide, name, left, 12)
        add_text(slide, f"Opens in {name}\nsoon", left, 14)
    source = read()
    assert "Budget: 5.6 million.\nTrams: 64.\nStaff: 120." in source.text
    assert [source.text[mark.start : mark.end] for mark in source.marks] == [
        "North\nOpens in North\n\nsoon",
        "South\nOpens in South\n\nsoon",
    ]
