import csv
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time

import openpyxl
import pytest

from needlepoint.files.limits import Limits
from needlepoint.files.reading import read_data, read_file
from needlepoint.files.sheets import shown_value


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
