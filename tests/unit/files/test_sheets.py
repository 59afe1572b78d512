import csv
import io
import re
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timedelta

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.styles import Font

from needlepoint.files.limits import Limits
from needlepoint.files.office.sheets.reading import shown_value
from needlepoint.files.reading import read_data, read_file


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (1184000, "#,##0", "1,184,000"),
        (1184000, "General", "1184000"),
        (9.6, '"£"#,##0.00', "£9.60"),
        (9.6, "[$€-407] #,##0.00", "€9.60"),
        (9.6, "#,##0.00 [$€-1]", "9.60 €"),
        (-9.6, '"£"#,##0.00;[Red]-"£"#,##0.00', "-£9.60"),
        (9.6, "[$CHF] #,##0.00", "CHF 9.60"),
        (0.981, "0.0%", "98.1%"),
        (0.1 + 0.2, "General", "0.3"),
        (3.0, "General", "3"),
        (1e20, "0.00E+00", "1e+20"),
        (12, '0 "days"', "12 days"),
        (48300000, '#,##0.0,,"M"', "48.3M"),
        (48300000, '[$€-407] #,##0.0,, "M"', "€48.3 M"),
        (1234567, '0.0,"K"', "1234.6K"),
        (1234567, "0.0,\\K", "1234.6K"),
        (1234567, "#,##0,", "1,235"),
        (-1234567, '#,##0.0,.0"K"', "-1,234.6K"),
        (12, '0" days, net"', "12 days, net"),
        (500, '[>=1000000]0.0,,"M";[>=1000]0.0,"K";0', "500"),
        (5000, '[>=1000000]0.0,,"M";[>=1000]0.0,"K";0', "5.0K"),
        (5, "[>10]0.0;[>=20]0", "5"),
        (0.5, "# ?/?", "0.5"),
        (2.75, "# ??/??", "2.75"),
        (-2.75, '#\\ ?/8" in"', "-2.75 in"),
        (501, "00000", "00501"),
        (5, "0,000.0", "0,005.0"),
        (-5, "000", "-005"),
        (7, "0" + "," * 400, "0"),
        (2.5, "0", "3"),
        (1.005, "0.00", "1.01"),
        (0.125, "0.0%", "12.5%"),
        (-0.001, "0.00", "0.00"),
        (-2.5, "0", "-3"),
        (1e300, "0", "1" + "0" * 300),
        (timedelta(days=1, hours=12, minutes=30), "[h]:mm", "36:30"),
        (timedelta(hours=8, minutes=15), "[h]:mm:ss", "8:15:00"),
        (timedelta(minutes=90), "[mm]:ss", "90:00"),
        (timedelta(hours=-1, minutes=-5), "[h]:mm", "-1:05"),
        (datetime(2024, 5, 1), "mmm yyyy", "May 2024"),
        (datetime(2024, 5, 1), "yyyy", "2024"),
        (datetime(2024, 5, 1, 9, 30), "dd/mm/yyyy", "1 May 2024"),
        (True, "General", "yes"),
        (datetime(2024, 3, 5), "dd/mm/yyyy", "5 March 2024"),
        (datetime(2024, 3, 5), "yyyy-mm-dd", "2024-03-05"),
        (datetime(2024, 3, 5, 14, 30), "dd/mm/yyyy hh:mm", "5 March 2024 14:30"),
        (date(2024, 3, 5), "General", "5 March 2024"),
        (time(9, 5), "hh:mm", "09:05"),
        ("two\nlines", "@", "two lines"),
    ],
)
def test_values_read_as_on_the_sheet(value, code, shown):
    assert shown_value(value, code) == shown


def test_a_sheet_is_a_page_and_a_row_a_line(tmp_path):
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "Fares"
    for row in (["Fares 2025"], [], ["Ticket", "Hestay", "From"], ["Adult", 9.6, date(2025, 4, 1)]):
        sheet.append(row)
    sheet["B4"].number_format = '"£"0.00'
    workbook.create_sheet("Empty")
    workbook.create_sheet("Notes")["C7"] = "No dogs"
    workbook.properties.creator = "Ada"
    workbook.save(tmp_path / "made.xlsx")
    source = read_file(tmp_path / "made.xlsx")
    assert source.text == "Fares 2025.\nTicket: Adult; Hestay: £9.60; From: 2025-04-01.\f\fNo dogs."
    assert [page.title for page in source.pages] == ["Fares", "Empty", "Notes"]
    assert (source.type, source.metadata["author"]) == ("xlsx", "Ada")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_csv_of_any_delimiter(delimiter):
    rows = [["Port", "Year", "Note"], ["Kirk", "1988", '"outer\nberth, closed"'], ["Vane", "1,9", "-"]]
    rows[2][1] = '"1,9"'
    text = "\r\n".join(delimiter.join(row) for row in rows)
    source = read_data("made.csv", text.encode("utf-8-sig"))
    assert source.text == "Port: Kirk; Year: 1988; Note: outer berth, closed.\nPort: Vane; Year: 1,9; Note: -."
    assert source.type == "csv"


def test_an_open_quote_loses_no_row():
    rows = 'Port,Note\nKirk,"open\n' + "Vane,closed\n" * 20_000
    text = read_data("made.csv", rows.encode()).text
    assert text.count("Vane") == 20_000
    assert "Kirk" in text


def test_a_csv_of_one_column():
    assert read_data("made.csv", b"alpha\nbeta\n").text == "alpha.\nbeta."


@pytest.mark.parametrize("limits", [Limits(), Limits(max_characters=300_000)])
def test_a_csv_cell_may_be_as_long_as_a_text(limits):
    before = csv.field_size_limit()
    long = "word " * 40_000 + "end"
    for cell in (long, f'"{long}"', f'"{long.replace(" ", chr(10))}, ""so"""'):
        text = read_data("made.csv", f"Port;Note;Year\nKirk;{cell};1\nVane;closed;2\n".encode(), limits).text
        assert text.startswith("Port: Kirk; Note: word word ")
        assert text.endswith("; Year: 1.\nPort: Vane; Note: closed; Year: 2.")
    assert csv.field_size_limit() == before


def test_a_csv_cell_longer_than_any_text_is_told(tmp_path, reason):
    before = csv.field_size_limit()
    (tmp_path / "made.csv").write_text("Port,Note\nKirk," + "word " * 40_000)
    assert "more than 150,000 characters" in reason(tmp_path / "made.csv", limits=Limits(max_characters=150_000))
    assert csv.field_size_limit() == before


def test_an_open_quote_before_sound_ones_loses_no_row():
    rows = 'Port,Note\nKirk,"open\n' + "Vane,closed\n" * 20_000 + 'Oddmoor,"two, words"\n'
    assert read_data("made.csv", rows.encode()).text.count("Vane: closed.\n") == 20_000


def test_files_of_long_cells_may_be_read_at_once():
    before = csv.field_size_limit()
    data = ("Port,Note\n" + "Kirk," + "word " * 30_000 + "\n").encode() * 3
    with ThreadPoolExecutor(4) as pool:
        texts = {source.text for source in pool.map(lambda _: read_data("made.csv", data), range(8))}
    assert len(texts) == 1
    assert csv.field_size_limit() == before


@pytest.fixture
def sheet():
    return openpyxl.Workbook().active


def read_sheet(sheet, change=lambda name, data: data):
    """Save the workbook of a sheet, change its parts, and read it."""
    saved, made = io.BytesIO(), io.BytesIO()
    sheet.parent.save(saved)
    with zipfile.ZipFile(saved) as template, zipfile.ZipFile(made, "w") as archive:
        for name in template.namelist():
            archive.writestr(name, change(name, template.read(name)))
    return read_data("made.xlsx", made.getvalue())


def rows_of(source):
    return [source.text[mark.start : mark.end] for mark in source.marks]


def test_merged_cells_name_every_row_and_column_that_they_cover(sheet):
    for row in (
        ["Port", "Imports", None, "Exports", None],
        [None, 2022, 2023, 2022, 2023],
        ["Kirk", 1, 2, 3, 4],
        [None, 5, 6, 7, 8],
    ):
        sheet.append(row)
    for cells in ("A1:A2", "B1:C1", "D1:E1", "A3:A4"):
        sheet.merge_cells(cells)
    assert rows_of(read_sheet(sheet)) == [
        "Port: Kirk; Imports, 2022: 1; Imports, 2023: 2; Exports, 2022: 3; Exports, 2023: 4.",
        "Port: Kirk; Imports, 2022: 5; Imports, 2023: 6; Exports, 2022: 7; Exports, 2023: 8.",
    ]


def test_what_is_hidden_or_struck_out_is_left_out_and_said(sheet):
    for row in (["Item", "Price", "Cost"], ["Rope", 9, 4], ["Wire", 7, 3], ["Cord", 5, 2], ["Tape", 3, 1]):
        sheet.append(row)
    sheet.row_dimensions[2].hidden = True
    sheet.row_dimensions[3].hidden, sheet.row_dimensions[3].outlineLevel = True, 1  # folded, not hidden
    sheet.column_dimensions["C"].hidden = True
    sheet["A5"].font = Font(strike=True)
    other = sheet.parent.create_sheet("Internal")
    other["A1"], other.sheet_state = "secret", "hidden"
    source = read_sheet(sheet)
    assert source.text == "Item: Wire; Price: 7.\nItem: Cord; Price: 5.\nPrice: 3.\f"
    assert len(source.pages) == 2
    assert set(source.unread) == {
        "sheet Sheet: a hidden row: left out",
        "sheet Sheet: a cell of a hidden column: left out (4 times)",
        "sheet Sheet: a struck-out cell: left out",
        "sheet Internal is hidden: left out",
    }


def test_formulas_without_results_are_said(sheet, tmp_path, reason):
    for row in (["Item", "Sum"], ["Rope", 9], ["Total", "=B2*2*RAND()"]):
        sheet.append(row)
    source = read_sheet(sheet)
    assert source.text == "Item: Rope; Sum: 9.\nItem: Total."
    assert source.unread == (
        "sheet Sheet: 1 formulas without a stored result (B3): open it in Excel, save it, add it again",
    )
    empty = openpyxl.Workbook()
    empty.active["A1"] = "=NOW()"
    empty.save(tmp_path / "made.xlsx")
    assert "no stored results" in reason(tmp_path / "made.xlsx")


@pytest.mark.parametrize("is_shared", [False, True])
def test_a_struck_out_part_of_a_cell_is_left_out(tmp_path, is_shared):
    workbook = openpyxl.Workbook()
    workbook.active.append(["Item", "Price"])
    struck, plain = TextBlock(InlineFont(strike=True), "45 kr "), TextBlock(InlineFont(), "39 kr")
    workbook.active.append(["Rope", CellRichText(struck, plain)])
    workbook.save(tmp_path / "made.xlsx")
    if is_shared:
        _share_strings(tmp_path / "made.xlsx")
    source = read_file(tmp_path / "made.xlsx")
    assert source.text.splitlines()[-1] == "Rope: 39 kr."
    assert any("struck-out text" in line for line in source.unread)


def _share_strings(path):
    """Write strings as Excel does: in a part of their own."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    sheet = members["xl/worksheets/sheet1.xml"].decode()
    strings = re.findall(r"<is>(.*?)</is>", sheet)
    for number, string in enumerate(strings):
        sheet = sheet.replace(f"<is>{string}</is>", f"<v>{number}</v>", 1)
    members["xl/worksheets/sheet1.xml"] = sheet.replace('t="inlineStr"', 't="s"').encode()
    items = "".join(f"<si>{string}</si>" for string in strings)
    members["xl/sharedStrings.xml"] = (
        f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{items}</sst>'.encode()
    )
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    types = members["[Content_Types].xml"].decode()
    if kind not in types:
        part = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
        members["[Content_Types].xml"] = types.replace("</Types>", part).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)


def test_formulas_without_results_are_calculated(sheet):
    pytest.importorskip("ironcalc")
    rows = [
        ["Item", "Net", "Due"],
        ["Wire", 4200.5, date(2024, 5, 3)],
        ["Cord", 1650, "=C2+30"],
        ["Total", "=SUM(B2:B3)", '=IF(B4>5000,"at once","later")'],
        ["Tax", "=ROUND(B4*25%,2)", "=NOSUCHFUNCTION(B4)"],
        ["Share", "=B2/0", None],
    ]
    for row in rows:
        sheet.append(row)
    sheet["C3"].number_format = "d mmmm yyyy"
    sheet["B4"].number_format = "#,##0.00"
    source = read_sheet(sheet)
    assert source.text.splitlines() == [
        "Item: Wire; Net: 4200.5; Due: 2024-05-03.",
        "Item: Cord; Net: 1650; Due: 2 June 2024.",
        "Item: Total; Net: 5,850.50; Due: at once.",
        "Item: Tax; Net: 1462.63.",
        "Item: Share.",
    ]
    assert source.unread == (
        "sheet Sheet: 2 formulas without a stored result (C5, B6): open it in Excel, save it, add it again",
    )


def test_formulas_are_calculated_beside_comments_and_charts(sheet):
    pytest.importorskip("ironcalc")
    for row in (["Port", "Tons"], ["Kirk", 12], ["Vane", 30], ["Both", "=SUM(B2:B3)"]):
        sheet.append(row)
    sheet["A2"].comment = Comment("counted twice", "Ane")
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=3), titles_from_data=True)
    sheet.add_chart(chart, "D2")
    source = read_sheet(sheet)
    assert "Port: Both; Tons: 42." in source.text
    assert "counted twice" in source.text
    assert source.unread == ()


def test_what_lies_over_the_cells_is_read(sheet):
    for row in (["Port", "Visits"], ["Kirk", 61], ["Vane", 18]):
        sheet.append(row)
    sheet["B2"].comment = Comment("Ida Brandt:\ncounted twice", "Ida Brandt")
    chart = BarChart()
    chart.title = "Visits by port"
    chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=3), titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=1, min_row=2, max_row=3))
    sheet.add_chart(chart, "D2")

    def with_cache(name, data):  # openpyxl writes none
        cache = b'<numCache><formatCode>General</formatCode><pt idx="0"><v>61</v></pt></numCache></numRef></val>'
        return data.replace(b"</numRef></val>", cache) if "chart1" in name else data

    source = read_sheet(sheet, with_cache)
    assert "Comment by Ida Brandt on cell B2: counted twice" in source.text
    assert "Visits by port\n61\n" in source.text


@pytest.mark.parametrize("row", ["1000000000000", "2000000000"])
def test_a_row_of_any_number_is_one_row(sheet, row):
    sheet.append(["Name", "Price", "Unit"])
    sheet.append(["Rope", 9, "m"])

    def far(name, data):
        return data.replace(b'r="2"', f'r="{row}"'.encode()) if name == "xl/worksheets/sheet1.xml" else data

    assert read_sheet(sheet, far).text == "Name; Price; Unit.\nRope; 9; m."


def test_the_line_that_tells_excel_the_delimiter_is_no_row():
    source = read_data("made.csv", b"sep=;\r\nName;Badge;Room\r\nTove;4471;B12\r\n")
    assert source.text == "Name: Tove; Badge: 4471; Room: B12."
