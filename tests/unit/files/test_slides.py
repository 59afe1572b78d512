import pptx
import pytest
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Cm

from needlepoint.files.reading import read_file


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
    text = read().text
    assert "Purpose: Quays; Sum: 7.4.\nPurpose: Ships; Sum: 9.5." in text
    assert "Revenue: 2023: 29.8; 2024: 31.4." in text


def test_a_presentation_without_text_is_told(presentation, tmp_path, reason):
    presentation.slides.add_slide(presentation.slide_layouts[6])
    presentation.save(tmp_path / "pictures.pptx")
    assert "no text in it" in reason(tmp_path / "pictures.pptx")
