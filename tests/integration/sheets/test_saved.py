import csv
import json

import pytest
from lxml import etree

from needlepoint.collection.removing import remove_documents
from needlepoint.errors import SheetError
from needlepoint.sheets.changes import write_changes
from needlepoint.sheets.database import SheetDatabase
from needlepoint.sheets.reading import pairs_of
from needlepoint.sheets.saved import ChangeKind, SavedSheet, SavedSheets
from needlepoint.sheets.table import Sheet

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def run(filler, database):
    """Return a function that reads a saved sheet of these documents and returns what has changed."""

    def run(name, documents):
        saved = SavedSheets(database)
        questions = saved.get(name).questions
        cells = {
            (each.document.id, each.question.text): each.cell for each in filler().fill(pairs_of(questions, documents))
        }
        return saved.keep(name, Sheet(questions, documents, cells))

    return run


@pytest.fixture
def terms(database, questions):
    SavedSheets(database).save(SavedSheet("Terms", questions, {"type": "pdf"}, ["box"], None))


def described(changes):
    return [
        (
            str(each.kind),
            each.document.name,
            each.question,
            *(cell.shown() for cell in (each.before, each.after) if cell),
        )
        for each in changes
    ]


def test_a_saved_sheet_comes_back_as_it_was(terms, database, questions, tmp_path):
    database.close()
    again = SheetDatabase(tmp_path / "sheets" / "sheets.sqlite")
    saved = SavedSheets(again).get("Terms")
    assert (list(saved.questions), saved.filters, saved.documents, saved.passages) == (
        list(questions),
        {"type": "pdf"},
        ["box"],
        None,
    )
    again.close()


def test_the_second_run_says_what_has_changed(terms, add, run, store):
    documents = add(box=["The colour is red."], bag=["The colour is blue."], jar=["The size is big."])
    assert run("Terms", documents) == []
    assert run("Terms", documents) == []
    documents = add(box=["The colour is green."], bag=["No more."], can=["The size is tiny."])
    gone = next(each for each in documents if each.name == "jar")
    remove_documents(store, [gone.id])
    changes = run("Terms", [each for each in documents if each.name != "jar"])
    assert sorted(described(changes)) == sorted(
        [
            ("changed document", "bag", ""),
            ("answer gone", "bag", "What is the colour?", "blue", "not found in 1 of 1 passages"),
            ("changed document", "box", ""),
            ("other answer", "box", "What is the colour?", "red", "green"),
            ("new document", "can", ""),
            ("new answer", "can", "What is the size?", "tiny"),
            ("document gone", "jar", ""),
        ]
    )


def test_what_is_not_read_keeps_what_it_was(terms, add, run, rules, database):
    documents = add(box=["The colour is red."])
    run("Terms", documents)
    changes = SavedSheets(database).keep("Terms", Sheet(SavedSheets(database).get("Terms").questions, documents))
    assert changes == []
    assert run("Terms", documents) == []


def test_the_last_changes_are_there_in_another_program(terms, add, run, database, tmp_path):
    run("Terms", add(box=["The colour is red."]))
    assert SavedSheets(database).changes("Terms") == []
    changes = run("Terms", add(box=["The colour is green."], bag=["The size is big."]))
    database.close()
    again = SheetDatabase(tmp_path / "sheets" / "sheets.sqlite")
    assert SavedSheets(again).changes("Terms") == changes
    assert len(changes) == 4
    SavedSheets(again).delete("Terms")
    assert again.rows("SELECT * FROM sheet_changes") == []
    again.close()


def test_the_same_words_in_another_place_are_no_change(terms, add, run):
    run("Terms", add(box=["The colour is red."]))
    changes = run("Terms", add(box=["A word before.", "Here, the colour is red."]))
    assert [each.kind for each in changes] == [ChangeKind.CHANGED_DOCUMENT]


@pytest.fixture
def changes(terms, add, run):
    run("Terms", add(box=["The colour is red."]))
    return run("Terms", add(box=["The colour is green."], bag=["The size is big."]))


def test_changes_are_written_as_a_table_that_no_program_takes_for_formulas(changes, tmp_path):
    from dataclasses import replace

    hostile = [replace(each, document=replace(each.document, name="=cmd|' /C calc'!A0")) for each in changes]
    write_changes("Terms", hostile, tmp_path / "c.csv")
    rows = list(csv.DictReader((tmp_path / "c.csv").open(encoding="utf-8-sig", newline="")))
    assert {row["document"] for row in rows} == {"'=cmd|' /C calc'!A0"}
    assert [row["after"] for row in rows if row["change"] == "other answer"] == ["green"]


def test_changes_are_written_as_json_and_as_a_feed(changes, tmp_path):
    write_changes("Terms & <more>", changes, tmp_path / "c.json")
    assert len(json.loads((tmp_path / "c.json").read_text())["changes"]) == len(changes)
    write_changes("Terms & <more>\x07", changes, tmp_path / "c.atom")
    feed = etree.parse(tmp_path / "c.atom").getroot()
    assert feed.findtext(f"{ATOM}title") == "Terms & <more> "
    titles = [entry.findtext(f"{ATOM}title") for entry in feed.findall(f"{ATOM}entry")]
    assert "other answer: box - What is the colour?" in titles
    assert len({entry.findtext(f"{ATOM}id") for entry in feed.findall(f"{ATOM}entry")}) == len(changes)


def test_another_suffix_or_folder_is_refused(changes, tmp_path):
    with pytest.raises(SheetError, match=r"c\.txt: changes are written as"):
        write_changes("Terms", changes, tmp_path / "c.txt")
    with pytest.raises(SheetError, match=r"cannot be written \(No such file"):
        write_changes("Terms", changes, tmp_path / "none" / "c.csv")


def test_an_unknown_sheet_is_named_with_those_that_are_there(terms, database):
    saved = SavedSheets(database)
    for call in (saved.get, saved.delete):
        with pytest.raises(SheetError, match="no saved sheet 'Prices': there are Terms"):
            call("Prices")
    saved.delete("Terms")
    assert saved.names() == []


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 101])
def test_a_name_can_be_shown(database, questions, name):
    with pytest.raises(SheetError, match="1 to 100 visible characters"):
        SavedSheets(database).save(SavedSheet(name, questions))


def test_a_damaged_file_is_named_with_what_to_do(tmp_path):
    path = tmp_path / "sheets.sqlite"
    path.write_bytes(b"not a database at all" * 100)
    with pytest.raises(SheetError, match=r"sheets\.sqlite: the file is damaged: move it away"):
        SheetDatabase(path)
