import pytest

from needlepoint.files.pdf.boxes import page_boxes
from needlepoint.files.reading import read_file
from needlepoint.text.marks import MarkKind

FIGURES = [
    ["", "2021", "2022", "2023"],
    ["Revenue", "1,204", "1,388", "1,502"],
    ["Cost of sales", "(803)", "(871)", "(940)"],
    ["Gross profit", "401", "517", "562"],
]


def cells(rows, *, top=700, lefts=(72, 260, 340, 420), step=18):
    return [
        (lefts[at], top - step * number, cell) for number, row in enumerate(rows) for at, cell in enumerate(row) if cell
    ]


def rows_of(source):
    return [source.text[mark.start : mark.end] for mark in source.marks if mark.kind is MarkKind.ROW]


def test_each_row_of_a_table_without_lines_tells_its_headings(make_pdf):
    source = read_file(make_pdf([[(72, 740, "Tarvik Lines: income (million kroner)"), *cells(FIGURES)]]))
    assert rows_of(source) == [
        "Revenue; 2021: 1,204; 2022: 1,388; 2023: 1,502.",
        "Cost of sales; 2021: (803); 2022: (871); 2023: (940).",
        "Gross profit; 2021: 401; 2022: 517; 2023: 562.",
    ]
    assert {mark.about for mark in source.marks} == {"Tarvik Lines: income (million kroner)"}


def test_the_box_of_a_value_is_that_of_its_cell(make_pdf):
    path = make_pdf([cells(FIGURES)])
    text = read_file(path).text
    start = text.index("517")
    ((left, top, right, bottom),) = page_boxes(path, 1, start, start + 3)
    assert left == pytest.approx(340, abs=1)
    assert right == pytest.approx(360, abs=2)
    assert top < 842 - 646 < bottom


def test_a_cell_that_wraps_is_kept_together(make_pdf):
    rows = [
        ["Code", "Meaning", "Days"],
        ["A1", "The vessel is to be moved by its", "3"],
        ["", "own crew before the storm", ""],
        ["B2", "The vessel is to be left where it", "14"],
        ["", "lies until the storm is over", ""],
        ["C3", "No measure is needed", "0"],
    ]
    lines = cells(rows, lefts=(72, 160, 420), step=14)
    assert rows_of(read_file(make_pdf([lines])))[:2] == [
        "Code: A1; Meaning: The vessel is to be moved by its own crew before the storm; Days: 3.",
        "Code: B2; Meaning: The vessel is to be left where it lies until the storm is over; Days: 14.",
    ]


def test_stacked_headings_are_joined_and_one_over_several_columns_is_repeated(make_pdf):
    rows = [
        ["", "Top-20", "", "Top-100", ""],
        ["Model", "NQ", "WQ", "NQ", "WQ"],
        ["BM25", "59.1", "55.0", "73.7", "71.1"],
        ["DPR", "78.4", "73.2", "85.4", "81.4"],
    ]
    lines = cells(rows, lefts=(72, 200, 280, 360, 440))
    lines[0], lines[1] = (230, 700, "Top-20"), (390, 700, "Top-100")
    assert (
        rows_of(read_file(make_pdf([lines])))[0]
        == "Model: BM25; Top-20, NQ: 59.1; Top-20, WQ: 55.0; Top-100, NQ: 73.7; Top-100, WQ: 71.1."
    )


def test_a_table_over_a_page_break_carries_its_headings_on(make_pdf):
    body = [[f"Post {number}", str(100 + number), str(200 + number), str(300 + number)] for number in range(1, 9)]
    first = [(72, 740, "Accounts by post"), *cells([FIGURES[0], *body[:5]])]
    second = [*cells(body[5:]), (72, 560, "The accounts were approved by the board on the fourth of March.")]
    path = make_pdf([first, second])
    source = read_file(path)
    assert rows_of(source)[-1] == "Post 8; 2021: 108; 2022: 208; 2023: 308."
    assert len(rows_of(source)) == 8
    start = source.text.index("208") - source.pages[1].start
    assert len(page_boxes(path, 2, start, start + 3)) == 1


@pytest.fixture
def ruled(tmp_path):
    from reportlab.platypus import SimpleDocTemplate, Table, TableStyle

    def make(rows, *, style=(), widths=None):
        path = tmp_path / "ruled.pdf"
        table = Table(rows, colWidths=widths, style=TableStyle([("GRID", (0, 0), (-1, -1), 0.5, "black"), *style]))
        SimpleDocTemplate(str(path)).build([table])
        return path

    return make


def test_a_ruled_table_with_words_alone(ruled):
    path = ruled([["Port", "Pilot", "Anchorage"], ["Halsa", "Ada Lund", "Ytre"], ["Bud", "Bo Ek", "Indre"]])
    assert rows_of(read_file(path)) == [
        "Port: Halsa; Pilot: Ada Lund; Anchorage: Ytre.",
        "Port: Bud; Pilot: Bo Ek; Anchorage: Indre.",
    ]


def test_merged_cells_of_a_ruled_table_hold_for_all_that_they_span(ruled):
    rows = [["Port", "2022", "2023"], ["Halsa", "41", "44"], ["", "closed", ""], ["Bud", "12", "19"]]
    path = ruled(rows, style=[("SPAN", (0, 1), (0, 2)), ("SPAN", (1, 2), (2, 2))])
    assert rows_of(read_file(path))[1] == "Port: Halsa; 2022: closed; 2023: closed."


def test_wrapped_cells_of_a_ruled_table(ruled):
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph

    style = getSampleStyleSheet()["Normal"]
    long = "The vessel is to be moved by its own crew before the storm reaches the harbour"
    path = ruled(
        [
            ["Code", "Measure", "Days"],
            ["A1", Paragraph(long, style), "3"],
            ["B2", Paragraph(long + " mouth", style), "4"],
        ],
        widths=[60, 120, 60],
    )
    assert rows_of(read_file(path)) == [
        f"Code: A1; Measure: {long}; Days: 3.",
        f"Code: B2; Measure: {long} mouth; Days: 4.",
    ]


RECOMMENDED = [
    ["No.", "Recommendation", "Owner", "Due"],
    [
        "1",
        "Obtain the current edition of every technical handbook on board",
        "Callum Westerby, Technical Manager",
        "31 March 2025",
    ],
    ["2", "Fit an alarm panel with priorities", "Captain Eilidh Strand, Director of Operations", "28 February 2025"],
    ["3", "Ask passengers to remain seated until the ship is alongside", "Masters, by standing order", "30 June 2025"],
]
RECOMMENDED_ROWS = [
    "; ".join(f"{name}: {value}" for name, value in zip(RECOMMENDED[0], row, strict=True)) + "."
    for row in RECOMMENDED[1:]
]
TOP = ("VALIGN", (0, 0), (-1, -1), "TOP")
LINES_BELOW = [("LINEBELOW", (0, 0), (-1, -1), 0.5, "grey"), TOP]
ZEBRA = [("ROWBACKGROUNDS", (0, 1), (-1, -1), ["#eeeeee", "#ffffff"]), ("BACKGROUND", (0, 0), (-1, 0), "#aabbcc")]


@pytest.fixture
def banded(tmp_path):
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Table, TableStyle

    def make(rows, *, style=(), widths=None):
        path = tmp_path / "banded.pdf"
        sheet = getSampleStyleSheet()
        cells = [[Paragraph(cell, sheet["Normal"]) for cell in row] for row in rows]
        intro = Paragraph("The board took note of what is below and of the dates in it.", sheet["Normal"])
        heading = Paragraph("5 Particulars", sheet["Heading2"])
        table = Table(cells, colWidths=widths, style=TableStyle(list(style)))
        SimpleDocTemplate(str(path)).build([intro, heading, table, intro])
        return path

    return make


@pytest.mark.parametrize("style", [LINES_BELOW, ZEBRA, [TOP]], ids=["lines", "bands of colour", "space alone"])
def test_cells_that_wrap_do_not_mix_with_their_neighbours(banded, style):
    source = read_file(banded(RECOMMENDED, style=style, widths=[30, 150, 120, 70]))
    assert rows_of(source) == RECOMMENDED_ROWS
    assert {mark.about for mark in source.marks} == {"5 Particulars"}


def test_the_first_row_of_names_and_values_is_no_heading(banded):
    rows = [
        ["Report number", "SR-2024-07"],
        ["Ship", "MV Dunlin, built 1996"],
        ["Investigator", "Leif Norrington, Fleet Safety Manager"],
        ["Status", "Final"],
    ]
    text = read_file(banded(rows, style=LINES_BELOW, widths=[100, 300])).text
    assert "\n".join(f"{name}: {value}." for name, value in rows) in text


def test_bold_names_over_two_columns_of_words_are_headings(banded):
    rows = [["<b>Time</b>", "<b>Event</b>"], ["07:31", "Master takes the controls"], ["07:42", "Bow strikes the pier"]]
    assert rows_of(read_file(banded(rows, style=LINES_BELOW, widths=[100, 300]))) == [
        "Time: 07:31; Event: Master takes the controls.",
        "Time: 07:42; Event: Bow strikes the pier.",
    ]


def test_running_text_with_wide_spaces_is_no_table(make_pdf):
    words = "The   Conversion   Application   and   the   Offering   Prospectus   of   the   Association"
    lines = [(72 + 3 * row, 700 - 14 * row, words[row * 3 :] + "  any  order") for row in range(6)]
    assert rows_of(read_file(make_pdf([lines]))) == []


def test_a_table_of_contents_is_no_table(make_pdf):
    lines = [
        cell
        for row in range(6)
        for cell in (
            (72, 700 - 14 * row, f"{row + 1}. Duties of the master ........"),
            (420, 700 - 14 * row, str(4 + row)),
        )
    ]
    assert rows_of(read_file(make_pdf([lines]))) == []


def test_a_table_of_contents_with_lines_between_its_rows_is_no_table(banded):
    rows = [[f"{number}.1", f"Duties of the master in port {number}", str(4 + number)] for number in range(1, 7)]
    assert rows_of(read_file(banded(rows, style=LINES_BELOW, widths=[40, 300, 40]))) == []


def test_a_heading_that_stands_beside_its_values_names_them(make_pdf):
    rows = [["17", "01-03", "Transaction Code 098"], ["17", "06-15", "Transaction Date"], ["18", "59", "Checkbox"]]
    rows += [["19", "25-41", "Transaction DLN"], ["20", "53-64", "Type of number"]]
    lines = [
        (72, 700, "LINE"),
        (170, 700, "POSITION"),
        (300, 700, "DESCRIPTION"),
        *cells(rows, lefts=(120, 240, 300), top=680),
    ]
    assert rows_of(read_file(make_pdf([lines])))[:2] == [
        "LINE: 17; POSITION: 01-03; DESCRIPTION: Transaction Code 098.",
        "LINE: 17; POSITION: 06-15; DESCRIPTION: Transaction Date.",
    ]


@pytest.mark.parametrize("between", [["PENSION FUND"], ["Note: the figures of the fund are", "those of its own year."]])
def test_a_table_goes_on_below_a_note_or_a_subheading(make_pdf, between):
    lines = [(72, 606 - 14 * number, text) for number, text in enumerate(between)]
    rest = [["Contributions", "88", "91", "95"], ["Pensions", "61", "64", "70"]]
    source = read_file(make_pdf([[*cells(FIGURES), *lines, *cells(rest, top=566)]]))
    assert rows_of(source)[3:] == [
        "Contributions; 2021: 88; 2022: 91; 2023: 95.",
        "Pensions; 2021: 61; 2022: 64; 2023: 70.",
    ]


def test_columns_of_another_table_have_no_names_of_the_one_above(make_pdf):
    other = [["Tarvik", "Hestay", "1898"], ["Ardlaw", "Sound", "1902"]]
    text = [(72, 600, "Ferries and where they go"), *cells(other, top=580, lefts=(110, 300, 500))]
    assert not any("202" in row for row in rows_of(read_file(make_pdf([[*cells(FIGURES), *text]])))[3:])
