import pytest

from needlepoint.files.tables import Cell, described_rows, grid, is_number, row_line, table_lines


def test_a_row_tells_what_its_values_are():
    assert row_line(["Port", "Year", "", "Note:"], ["Kirk", "", "x", "new"]) == "Port: Kirk; x; Note: new."
    assert row_line([], ["Done!"]) == "Done!"
    assert row_line(["A"], [""]) == ""


@pytest.mark.parametrize("cell", ["12", "-3.5", "1,250.00", "£9.60", "98.1 %", "(4)", "€ 3", "7.5k"])
def test_numbers(cell):
    assert is_number(cell)


@pytest.mark.parametrize("cell", ["", "Adult", "2024", "A4", "12 High Street"])
def test_words_and_years_are_no_numbers(cell):
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
    assert list(described_rows(rows)) == [
        "Price list.",
        "Ticket: Adult; Hestay: 9.60; Tarvay: 14.00.",
        "Ticket: Child; Hestay: 4.60.",
        "Goods: Sheep; Unit: each; Price: 1.45.",
    ]


def test_rows_without_headings_stand_for_themselves():
    assert list(described_rows([["1", "2", "3"], ["4", "5", "6"]])) == ["1; 2; 3.", "4; 5; 6."]
    assert list(described_rows([["CEO", "Jane"], ["Founded", "1998"]])) == ["CEO: Jane.", "Founded: 1998."]
    assert list(described_rows([["Item", "Price"], ["Bolt", "0.10"]])) == ["Item: Bolt; Price: 0.10."]
    assert list(described_rows([["Name", "Role", "Office"]])) == ["Name; Role; Office."]
    assert list(described_rows([])) == []


def test_an_index_column_needs_no_name():
    assert list(described_rows([["", "Food", "Energy"], ["Leaf", "Ash", "50"]])) == ["Leaf; Food: Ash; Energy: 50."]


def test_spans_are_repeated_down_and_named_across():
    rows = [
        [Cell("Year"), Cell("Fare", columns=2)],
        [Cell("2024", rows=2), Cell("a"), Cell("b")],
        [Cell("c", columns=2)],
    ]
    assert grid(rows) == [["Year", "Fare", "Fare"], ["2024", "a", "b"], ["2024", "c", ""]]


def test_tables_in_running_text():
    assert table_lines([["", ""], ["a", ""]]) == ["a"]
    assert table_lines([["Rent", "900\n€"]]) == ["Rent: 900 €."]
    assert table_lines([["Term", "Meaning"], ["Yard", "Oddmoor"]], has_headings=True) == [
        "Term: Yard; Meaning: Oddmoor."
    ]
    assert table_lines([]) == []


def test_a_cell_of_spaces_takes_no_time(computing_at_most):
    with computing_at_most(20):
        assert not is_number("1" + " " * 500_000 + "x")
