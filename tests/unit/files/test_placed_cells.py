import openpyxl
import pytest

from needlepoint.errors import UnreadableFileError
from needlepoint.files.limits import Limits
from needlepoint.files.placed_cells import placed_cells
from needlepoint.files.reading import read_file


def placed(path):
    source = read_file(path)
    pages = [source.text[page.start : page.end] for page in source.pages]
    return pages, [
        placed_cells(path, source.type, number, text, Limits()) for number, text in enumerate(pages, start=1)
    ]


@pytest.fixture
def workbook(tmp_path):
    book = openpyxl.Workbook()
    prices, other = book.active, book.create_sheet("Other")
    for row in (["Prices"], [], ["Ticket", "Hestay", "Note"], ["Adult", 9.6, "Hestay"], ["Child", 4.6, None]):
        prices.append(row)
    prices["A8"], prices["B8"], prices["C8"] = "Bicycle", 2.5, "free on Sundays"
    prices.merge_cells("A8:A9")
    prices["B9"], prices["C9"] = 3.5, "from May"
    other.append(["Key", "Value"])
    prices.row_dimensions[5].hidden = True
    book.save(tmp_path / "prices.xlsx")
    return tmp_path / "prices.xlsx"


def test_each_value_knows_its_cell_and_where_it_stands_in_the_text(workbook):
    (text, _), (rows, others) = placed(workbook)
    assert [row.number for row in rows] == [1, 3, 4, 8, 9]
    cells = {(row.number, cell.column): cell for row in rows for cell in row.cells}
    for cell in cells.values():
        assert cell.start is None or text[cell.start : cell.start + len(cell.text)] == cell.text
    assert cells[3, 2].text == "Hestay"
    assert cells[3, 2].start is None, "a heading stands in the lines of the rows below it"
    assert text[: cells[4, 3].start].endswith("Note: "), "the value, not the heading of the same name"
    assert cells[9, 2].text == "3.5"
    assert text[rows[-1].start : rows[-1].end].startswith("Ticket: Bicycle; Hestay: 3.5")
    assert (9, 1) not in cells, "a merged cell is one cell"
    assert [cell.text for cell in others[0].cells] == ["Key", "Value"]


def test_a_table_of_values_has_places_too(tmp_path):
    path = tmp_path / "terminals.csv"
    path.write_text("Terminal;Seats;Remarks\nPort Ardlaw;180;\nKirk Vane;64;closed: see notice\n")
    (text,), (rows,) = placed(path)
    assert [row.number for row in rows] == [1, 2, 3]
    remark = rows[2].cells[2]
    assert (remark.column, remark.text) == (3, "closed: see notice")
    assert text[: remark.start].endswith("Kirk Vane; Seats: 64; Remarks: ")


def test_cells_that_are_not_those_of_the_text_are_refused(workbook):
    (text, _), _ = placed(workbook)
    with pytest.raises(UnreadableFileError, match="index it again"):
        placed_cells(workbook, "xlsx", 1, text.replace("9.6", "9.9"), Limits())
    with pytest.raises(UnreadableFileError, match="too large"):
        placed_cells(workbook, "xlsx", 1, "9" * 1_000_001, Limits())
    with pytest.raises(UnreadableFileError, match="cannot be read again"):
        placed_cells(workbook, "xlsx", 7, text, Limits())
