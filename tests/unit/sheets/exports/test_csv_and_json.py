import csv
import json
import zipfile

import pytest

from hostile_sheet import FORMULAS, WORDS
from needlepoint.sheets.exports.characters import from_csv_value, on_one_line
from needlepoint.sheets.exports.sources import COLUMNS
from needlepoint.sheets.exports.writing import write_sheet
from needlepoint.sheets.quote_files import read_quotes
from needlepoint.text.cleaning import clean


def rows_of(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


@pytest.fixture(scope="module")
def table(write, link):
    return write(".csv", candidates=True, link=link)


def test_the_table_has_a_line_a_document_and_a_column_a_question(table, sheet):
    names, *rows = rows_of(table)
    assert names == ["Document", "Title", "Date", "Type", "'=Words", "Signed by", "<b>Guarantee</b>", "Empty"]
    assert [row[0] for row in rows] == [*(f"{number}.pdf" for number in range(len(WORDS))), "'=scan.pdf", "late.pdf"]
    assert [from_csv_value(row[4]) for row in rows[: len(WORDS)]] == [on_one_line(words) for words in WORDS]
    assert rows[1][6] == "not found in 38 of 38 passages; not read: page 2: <a scan> (and 1 more)"
    assert rows[-2][4] == "unread: it has no text"
    assert {row[7] for row in rows} == {"not read yet"}


def test_sources_lie_beside_the_table_with_the_exact_words(table):
    names, *rows = rows_of(table.with_name("terms.sources.csv"))
    assert tuple(names) == COLUMNS
    values = [{name: from_csv_value(value) for name, value in zip(names, row, strict=True)} for row in rows]
    answers = [row for row in values if row["short name"] == "=Words" and row["role"] == "answer"]
    assert [row["quote"] for row in answers] == [clean(words) for words in WORDS]
    assert [int(row["end"]) - int(row["start"]) for row in answers] == list(map(len, WORDS))
    assert {(row["before"], row["after"], row["page"], row["last page"]) for row in values} == {
        ("Before ", " after.", "3", "4")
    }
    assert {row["role"] for row in values if row["short name"] == "<b>Guarantee</b>"} == {"candidate"}
    assert values[0]["link"] == f"http://127.0.0.1:8501/?document={0:032x}&page=3"


def test_no_value_of_the_files_begins_as_a_formula(table):
    files = [table, table.with_name("terms.sources.csv"), table.with_name("terms.about.csv")]
    values = [value for file in files for row in rows_of(file) for value in row]
    assert not [value for value in values if value.startswith(FORMULAS[:6])]
    assert not [value for value in values if value[:1] in "=+-@\t\r" and value]


def test_about_lies_beside_the_table(table, sheet):
    rows = rows_of(table.with_name("terms.about.csv"))
    for row in (
        ["sheet", "Reader", sheet.reader],
        ["sheet", "Coverage", sheet.coverage],
        ["sheet", "Cells unread", "3"],
        ["question", "'=Words", "What does it say?"],
        ["kind", "Signed by", "list"],
        ["cells", "Empty", f"0 found, 0 not found, 0 unread, {len(sheet.documents)} not read yet"],
        ["unread", "1.pdf", "page 4: no text"],
    ):
        assert row in rows


def test_json_is_the_sheet_and_its_sources_unchanged(write, sheet, link):
    data = json.loads(write(".json", link=link).read_text(encoding="utf-8"))
    expected = json.loads(json.dumps(sheet.to_dict()))
    assert {key: data[key] for key in expected} == expected
    waiting = len(sheet.documents) + 3
    assert data["counts"] == {"found": 2 * len(WORDS), "not found": len(WORDS), "unread": 3, "waiting": waiting}
    answers = [source for source in data["sources"] if source["short name"] == "=Words"]
    assert [source["quote"] for source in answers] == list(WORDS)
    assert {tuple(source) for source in data["sources"]} == {COLUMNS}
    assert [source["number"] for source in data["sources"]] == list(range(1, len(data["sources"]) + 1))


def test_a_zip_has_the_three_files_of_csv(table, write, link):
    path = write(".zip", candidates=True, link=link)
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == ["terms.csv", "terms.sources.csv", "terms.about.csv"]
        for name in archive.namelist():
            assert archive.read(name) == table.with_name(name).read_bytes()
    assert [each.words for each in read_quotes(path).quotes] == [each.words for each in read_quotes(table).quotes]


def test_names_within_a_zip_stay_in_their_folder(sheet, tmp_path):
    (path,) = write_sheet(sheet, tmp_path / "sheet.zip", title="../../Terms: 2026")
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist()[0] == "-..-Terms- 2026.csv"
