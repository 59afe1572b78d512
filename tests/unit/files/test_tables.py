import pytest

from needlepoint.files import tables
from needlepoint.files.pages import TextLine
from needlepoint.files.tables import Cell, Repeated, grid, is_number, row_line, sheet_lines
from needlepoint.text.marks import MarkKind


def described_rows(rows):
    return [line.text for line in sheet_lines(rows)]


def table_lines(rows, **options):
    return [line.text for line in tables.table_lines(rows, **options)]


def test_a_row_tells_what_its_values_are():
    assert row_line(["Port", "Year", "", "Note:"], ["Kirk", "", "x", "new"]) == "Port: Kirk; x; Note: new."
    assert row_line([], ["Done!"]) == "Done!"
    assert row_line(["A"], [""]) == ""


@pytest.mark.parametrize("cell", ["12", "-3.5", "1,250.00", "£9.60", "98.1 %", "(4)", "€ 3", "7.5k"])
def test_numbers(cell):
    assert is_number(cell)


@pytest.mark.parametrize("cell", ["", "Adult", "2024", "31.12.2022", "2022-12-31", "A4", "12 High Street"])
def test_words_years_and_days_are_no_numbers(cell):
    assert not is_number(cell)


def test_titles_above_and_a_second_table_below():
    rows = [
        ["Price list", "", ""],
        ["", "", ""],
        ["Ticket", "Hestay", "Tarvay"],
        ["Adult", "9.60", "14.00"],
        ["Child", "4.60", ""],
        ["", "", ""],
        ["Goods", "Unit", "Price"],
        ["Sheep", "each", "1.45"],
    ]
    assert (described_rows(rows)) == [
        "Price list.",
        "Ticket: Adult; Hestay: 9.60; Tarvay: 14.00.",
        "Ticket: Child; Hestay: 4.60.",
        "Goods: Sheep; Unit: each; Price: 1.45.",
    ]


def test_rows_without_headings_stand_for_themselves():
    assert (described_rows([["1", "2", "3"], ["4", "5", "6"]])) == ["1; 2; 3.", "4; 5; 6."]
    assert (described_rows([["CEO", "Jane"], ["Founded", "1998"]])) == ["CEO: Jane.", "Founded: 1998."]
    assert (described_rows([["Item", "Price"], ["Bolt", "0.10"]])) == ["Item: Bolt; Price: 0.10."]
    assert (described_rows([["Name", "Role", "Office"]])) == ["Name; Role; Office."]
    assert (described_rows([])) == []


def test_an_index_column_needs_no_name():
    assert (described_rows([["", "Food", "Energy"], ["Leaf", "Ash", "50"]])) == ["Leaf; Food: Ash; Energy: 50."]


def test_spans_are_repeated_down_and_named_across():
    rows = [
        [Cell("Year"), Cell("Fare", columns=2)],
        [Cell("2024", rows=2), Cell("a"), Cell("b")],
        [Cell("c", columns=2)],
    ]
    assert grid(rows) == [["Year", "Fare", "Fare"], ["2024", "a", "b"], ["2024", "c", "c"]]
    assert [isinstance(cell, Repeated) for cell in grid(rows)[2]] == [False, False, True]


def test_tables_in_running_text():
    assert table_lines([["", ""], ["a", ""]]) == ["a"]
    assert table_lines([["Rent", "900\n€"]]) == ["Rent: 900 €."]
    assert table_lines([["Term", "Meaning"], ["Yard", "Oddmoor"]], headings=1) == ["Term: Yard; Meaning: Oddmoor."]
    assert table_lines([]) == []


def test_a_cell_of_spaces_takes_no_time(computing_at_most):
    with computing_at_most(20):
        assert not is_number("1" + " " * 500_000 + "x")


def test_a_row_is_marked_and_knows_what_its_table_is_about():
    rows = [["Fares of 2024", "", ""], ["Ticket", "Hestay", "Tarvay"], ["Adult", "9.60", "14.00"]]
    assert list(sheet_lines(rows, about="Prices")) == [
        TextLine("Fares of 2024."),
        TextLine("Ticket: Adult; Hestay: 9.60; Tarvay: 14.00.", MarkKind.ROW, "Prices Fares of 2024"),
    ]
    assert list(sheet_lines([["Tenant", "Tarvay plc"], ["Rent", "monthly"]])) == [
        TextLine("Tenant: Tarvay plc."),
        TextLine("Rent: monthly."),
    ]


SUB = [Cell("2022"), Cell("2023"), Cell("2022"), Cell("2023")]
BODY = [Cell("Esker"), Cell("310"), Cell("355"), Cell("120"), Cell("141")]
STACKED = "Port: Esker; Imports, 2022: 310; Imports, 2023: 355; Exports, 2022: 120; Exports, 2023: 141."


@pytest.mark.parametrize("marked", [None, 1, 2])
@pytest.mark.parametrize("corner", [[Cell("Port", rows=2)], [Cell("Port")]])
def test_stacked_headings_are_joined(corner, marked):
    under = SUB if corner[0].rows == 2 else [Cell(""), *SUB]
    rows = grid([[*corner, Cell("Imports", 2), Cell("Exports", 2)], under, BODY, BODY])
    assert table_lines(rows, headings=marked) == [STACKED, STACKED]


def test_stacked_headings_of_a_sheet_need_no_spans():
    rows = [["Port", "Imports", "", "Exports", ""], ["", "2022", "2023", "2022", "2023"], [cell.text for cell in BODY]]
    assert described_rows(rows) == [STACKED]
    rows[:2] = [["", "Imports", "", "Exports", ""], ["Port", "2022", "2023", "2022", "2023"]]
    assert described_rows(rows) == [STACKED]


def test_words_below_a_spanning_heading_are_values_where_each_column_has_one():
    rows = grid([[Cell("Name"), Cell("Reached at", 2)], [Cell("Ada"), Cell("desk"), Cell("phone")], [Cell("Bo")]])
    assert table_lines(rows, headings=1)[0] == "Name: Ada; Reached at: desk; Reached at: phone."


def test_a_row_over_all_columns_names_the_group_below_it():
    rows = grid(
        [[Cell("Port"), Cell("Berths")], [Cell("North", 2)], [Cell("Esker"), Cell("4")], [Cell("Tarn"), Cell("9")]]
    )
    lines = tables.table_lines(rows, headings=1, about="Berths")
    assert [(line.text, line.about) for line in lines] == [
        ("North.", ""),
        ("Port: Esker; Berths: 4.", "Berths North"),
        ("Port: Tarn; Berths: 9.", "Berths North"),
    ]


def test_a_row_that_lacks_values_names_no_group():
    lines = list(sheet_lines([["Vessel", "Built", "Seats"], ["Grip", "", ""], ["Smola", "2019", "400"]]))
    assert [(line.text, line.about) for line in lines] == [
        ("Vessel: Grip.", ""),
        ("Vessel: Smola; Built: 2019; Seats: 400.", ""),
    ]


def test_a_title_over_the_columns_is_no_heading_of_them():
    rows = grid(
        [[Cell("Fleet", 3)], [Cell("Vessel"), Cell("Built"), Cell("Seats")], [Cell("Grip"), Cell("1987"), Cell("95")]]
    )
    (title, row) = tables.table_lines(rows, headings=2)
    assert title.text == "Fleet."
    assert (row.text, row.about) == ("Vessel: Grip; Built: 1987; Seats: 95.", "Fleet")


def test_what_is_repeated_stays_short():
    rows = grid([[Cell("h " * 5000), Cell("Seats")], *[[Cell("v"), Cell("1")]] * 50])
    assert max(map(len, table_lines(rows, headings=1))) < 200
    rows = grid([[Cell("label " * 5000, rows=50), Cell("1")], *[[Cell("2")]] * 49])
    assert sum(len(cell) for row in rows[1:] for cell in row) < 49 * 130


def test_spans_of_a_hostile_table_are_bounded():
    rows = grid([[Cell("x", columns=10**6, rows=10**6)], *[[Cell("y")]] * 50_000])
    assert sum(map(len, rows)) < 3_000_000
