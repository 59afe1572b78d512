from datetime import date, datetime, time

import openpyxl
import pytest

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
