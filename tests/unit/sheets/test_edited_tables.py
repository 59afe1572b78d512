"""A table that somebody edited by hand is noticed, and nothing else is taken for one."""

import csv
import io
import zipfile

import openpyxl
import pytest

from hostile_sheet import hostile_sheet
from needlepoint.sheets.exports.writing import write_sheet
from needlepoint.sheets.quote_files import read_quotes


@pytest.fixture(scope="module", params=["terms.xlsx", "terms.csv", "terms.zip"])
def exported(request, tmp_path_factory):
    path = tmp_path_factory.mktemp("edited") / request.param
    write_sheet(hostile_sheet(), path, candidates=True)
    return path


def test_a_table_as_it_was_exported_has_no_words_of_its_own(exported):
    assert not [quote for quote in read_quotes(exported).quotes if quote.note]


def edit(path, column, row, words):
    """Write other words into a cell of a sheet's table."""
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path)
        book["Sheet"].cell(row, column).value = words
        book.save(path)
        return
    text = zipfile.ZipFile(path).read("terms.csv") if path.suffix == ".zip" else path.read_bytes()
    rows = list(csv.reader(io.StringIO(text.decode("utf-8-sig"), newline="")))
    rows[row - 1][column - 1] = words
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    if path.suffix == ".csv":
        path.write_text(written.getvalue(), encoding="utf-8")
        return
    with zipfile.ZipFile(path) as archive:
        sources = archive.read("terms.sources.csv")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("terms.csv", written.getvalue())
        archive.writestr("terms.sources.csv", sources)


def test_words_that_were_typed_over_an_answer_or_into_an_empty_cell_are_looked_up(exported):
    edit(exported, 5, 2, "1 April 2040")
    edit(exported, 7, 3, "a bank guarantee")
    edit(exported, 8, 4, "never")
    edited = [quote for quote in read_quotes(exported).quotes if quote.note]
    assert [(each.words, each.document) for each in edited] == [
        ("1 April 2040", "0.pdf"), ("a bank guarantee", "1.pdf"), ("never", "2.pdf"),
    ]  # fmt: skip
    assert edited[0].place.endswith("row 2, =Words")
    assert edited[0].note == "the table shows other words than its source: somebody edited it"
