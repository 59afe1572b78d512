import pytest

from needlepoint.files.reading import read_file
from needlepoint.text.marks import MarkKind
from needlepoint.text.passages import split_passages

BODY = [
    "The keeper of the lighthouse writes down the weather at noon and reports each",
    "vessel that passes the skerry to the harbour office in the town before dusk.",
]


VESSELS = ["Sula", "Grip", "Vestkapp", "Runde", "Tysfjord", "Lofoten", "Bodil", "Ternen"]


def body(number, rows=2):
    """Lines that no other page has."""
    return [
        BODY[row % 2]
        .replace("vessel", VESSELS[(number + row // 2) % 8])
        .replace("noon", VESSELS[(3 * number + row) % 8])
        for row in range(rows)
    ]


def page(number, *, header="Report of the keeper", footer="Page {}", top=700):
    lines = [(72, 800, header), (280, 40, footer.format(number))]
    return lines + [(72, top - 14 * row, line) for row, line in enumerate(body(number))]


def furniture(source):
    return [source.text[mark.start : mark.end] for mark in source.marks if mark.kind is MarkKind.FURNITURE]


def test_headers_and_page_numbers_are_furniture_and_stay_in_the_text(make_pdf):
    source = read_file(make_pdf([page(number) for number in (4, 5, 6)]))
    assert furniture(source) == [each for number in (4, 5, 6) for each in ("Report of the keeper", f"Page {number}")]
    passages = [source.text[each.start : each.end] for each in split_passages(source.text, source.marks)]
    assert all("Page" not in passage and "Report of the keeper" not in passage for passage in passages)
    assert "Page 5" in source.text[source.pages[1].start : source.pages[1].end]


def test_headers_of_left_and_right_pages_differ(make_pdf):
    pages = [page(number, header="The Skerries" if number % 2 else "A Keeper's Year") for number in range(10, 16)]
    assert furniture(read_file(make_pdf(pages))).count("The Skerries") == 3


def test_a_title_that_changes_stands_where_the_others_stood(make_pdf):
    headers = ["Spring", "Spring", "Spring", "Summer", "Autumn", "Autumn", "Autumn"]
    pages = [page(number, header=f"{header} at the light") for number, header in enumerate(headers, 1)]
    assert "Summer at the light" in furniture(read_file(make_pdf(pages)))


def test_a_page_number_below_the_last_line_of_a_half_empty_page(make_pdf):
    def half_empty(number, rows):
        text = [(72, 800 - 14 * row, line) for row, line in enumerate(body(number, rows))]
        return [*text, (290, 800 - 14 * rows - 10, str(number))]

    source = read_file(make_pdf([half_empty(number, rows) for number, rows in ((7, 12), (8, 20), (9, 16))]))
    assert furniture(source) == ["7", "8", "9"]


@pytest.mark.parametrize("text", ["By: ____________", "Title: General Counsel", "Total 17"])
def test_what_only_happens_to_stand_at_the_same_place_is_text(make_pdf, text):
    pages = [[(72, 60, text), *[(72, 700 - 14 * row, line) for row, line in enumerate(body(at))]] for at in range(3)]
    expected = [] if text.startswith(("By", "Title")) else [text] * 3
    assert furniture(read_file(make_pdf(pages))) == expected


def test_figures_at_the_foot_of_pages_are_no_page_numbers(make_pdf):
    pages = [
        [(72, 60, figure), *[(72, 74 + 14 * row, line) for row, line in enumerate(body(at))]]
        for at, figure in enumerate(("412", "98", "7710"))
    ]
    assert furniture(read_file(make_pdf(pages))) == []


def test_line_numbers_are_furniture(make_pdf):
    def numbered(number):
        rows = [(72, 760 - 24 * row, line) for row, line in enumerate(body(number, 25))]
        return rows + [(40, 760 - 24 * row, str(row + 1)) for row in range(25)]

    source = read_file(make_pdf([numbered(1), numbered(2)]))
    assert furniture(source) == [" ".join(str(row + 1) for row in range(25))] * 2
    assert " 7 " not in source.text[: source.text.index("1 2 3")]


def test_the_numbers_of_a_list_stay(make_pdf):
    rows = [(72, 760 - 24 * row, f"{row + 1}") for row in range(9)] + [
        (100, 760 - 24 * row, f"vessel number {row}") for row in range(9)
    ]
    assert furniture(read_file(make_pdf([rows]))) == []


def test_a_stamp_at_the_margin_and_a_watermark_are_furniture(tmp_path):
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(str(tmp_path / "stamped.pdf"), pagesize=(595, 842))
    canvas.saveState()
    canvas.translate(30, 300)
    canvas.rotate(90)
    canvas.drawString(0, 0, "arXiv:2101.00001v2 [cs.IR] 4 Jan 2021")
    canvas.restoreState()
    canvas.saveState()
    canvas.translate(200, 300)
    canvas.rotate(45)
    canvas.setFontSize(60)
    canvas.drawString(0, 0, "DRAFT")
    canvas.restoreState()
    for row, line in enumerate(BODY):
        canvas.drawString(72, 700 - 14 * row, line)
    canvas.save()
    source = read_file(tmp_path / "stamped.pdf")
    assert sorted(furniture(source)) == ["DRAFT", "arXiv:2101.00001v2 [cs.IR] 4 Jan 2021"]
    assert source.text.startswith(" ".join(BODY))


def test_the_headings_that_a_table_repeats_on_each_page_are_not_taken_for_a_header_alone(make_pdf):
    def table(first):
        rows = [(72, 790, "Report"), (72, 740, "Berth"), (200, 740, "Length")]
        return rows + [
            cell
            for row in range(8)
            for cell in ((72, 726 - 14 * row, f"K{first + row}"), (200, 726 - 14 * row, f"{first + row}0"))
        ]

    source = read_file(make_pdf([table(1), table(9), table(17)]))
    assert "Berth: K9; Length: 90" in source.text


@pytest.mark.parametrize("numbers", [["Page 29 of 32"], ["6"], ["6", "9"]])
def test_the_number_of_a_page_that_was_set_on_smaller_paper_is_furniture(make_pdf, numbers):
    above = ["The parties have agreed that the winches are tested at the yard before", "they are shipped, and that the"]
    above[1] += " seller delivers all four by lorry to the harbour of the"
    below = [
        "buyer, who checks them there within a week of their arrival and pays for",
        "them by the end of the month.",
    ]
    lines = [(72, 700 - 14 * at, text) for at, text in enumerate(above)]
    lines += [(300, 640 - 30 * at, number) for at, number in enumerate(numbers)]
    lines += [(72, 560 - 14 * at, text) for at, text in enumerate(below)]
    source = read_file(make_pdf([lines]))
    assert "harbour of the buyer, who checks" in source.text
    assert [source.text[mark.start : mark.end] for mark in source.marks] == numbers


@pytest.mark.parametrize(
    "headings",
    [
        ["Schedule 1", "Schedule 2", "Schedule 3"],
        ["Exhibit 7-1 (05-04-2019)"] * 1 + ["Exhibit 7-2 (05-04-2019)"] * 1 + ["Exhibit 7-3 (06-04-2019)"],
    ],
)
def test_a_numbered_heading_below_the_running_header_is_text(make_pdf, headings):
    pages = [[*page(number + 4), (72, 762, heading)] for number, heading in enumerate(headings)]
    for each, vessel in zip(pages, VESSELS, strict=False):
        each.append((72, 746, f"The first line below its heading says what it is of the {vessel}."))
    source = read_file(make_pdf(pages))
    assert not set(headings) & set(furniture(source))
    assert "Report of the keeper" in furniture(source)


def test_rows_that_begin_each_page_alike_are_text(make_pdf):
    pages = [[*page(number, top=726), (72, 740, f"{number} 06-15 Transaction Date")] for number in (12, 13, 17)]
    source = read_file(make_pdf(pages))
    assert not any("Transaction" in each for each in furniture(source))


def test_a_running_footer_whose_section_changes_is_furniture(make_pdf):
    pages = [page(number, footer=f"Cat. No. 28171 Internal Manual 2.3.{number // 2}") for number in range(4, 9)]
    assert len([each for each in furniture(read_file(make_pdf(pages))) if "Internal Manual" in each]) == 5
