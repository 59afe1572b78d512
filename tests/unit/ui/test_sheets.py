"""The Sheets view's plain functions: questions, scope, the table's data, what the browser says, groups, pace, address."""

import json

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlepoint.errors import SheetError
from needlepoint_ui import markup
from needlepoint_ui.ask.filters import Filters
from needlepoint_ui.service.sheet_models import (
    CellQuote,
    CellVerdict,
    SheetCell,
    SheetChange,
    SheetColumn,
    SheetDefinition,
    SheetNews,
    SheetTable,
    SheetWork,
)
from needlepoint_ui.sheets import changes, exports, questions, running, scope, table, verdicts
from needlepoint_ui.sheets.groups import column_groups
from needlepoint_ui.sheets.pace import Pace, in_words
from needlepoint_ui.sheets.state import SheetState, View

LAW, END = SheetColumn("Which law governs it?", "Law"), SheetColumn("When does it end?", "End", "date")


def found(row, words, *, column=0, score=0.9):
    place = {"page": 1, "start": 5, "end": 5 + len(words), "score": score}
    return {"row": row, "column": column, "state": "found", "shown": words, **place}


def sheet(*cells, rows=6, said=(), groups=()):
    return SheetTable.of(
        {
            "name": "Terms",
            "questions": [LAW.to_json(), END.to_json()],
            "filters": {},
            "scope": [],
            "passages": 5,
            "documents": [{"id": f"d{row}", "name": f"{row}.pdf", "date": "2024-03-11"} for row in range(rows)],
            "cells": list(cells),
            "verdicts": list(said),
            "groups": {LAW.question: list(groups)},
            "coverage": "the best 5 passages of each document",
            "job": None,
            "next": 0,
            "changes": [],
        }
    )


def state_of(known):
    state = SheetState(name="Terms")
    state.take(known)
    return state


def verdict(row, judgement, words="", column=LAW):
    return {"document_id": f"d{row}", "question": column.question, "judgement": judgement, "words": words}


# --- questions


def test_each_line_is_a_question_without_its_bullet():
    text = "\n - Who signed it? \n\n# a remark\n• When does  it end?\n"
    assert [column.question for column in questions.from_lines(text)] == ["Who signed it?", "When does it end?"]


def test_a_workbook_of_questions_is_read_with_its_columns(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["Question", "Short name", "Kind", "Hint"])
    book.active.append(["When does it end?", "End", "date", "term expiry"])
    book.save(tmp_path / "q.xlsx")
    columns = questions.from_file("terms.XLSX", (tmp_path / "q.xlsx").read_bytes())
    assert columns == [SheetColumn("When does it end?", "End", "date", "term expiry")]


def test_a_bad_file_of_questions_is_named_as_the_person_named_it():
    with pytest.raises(SheetError, match=r"^my terms\.csv: question 1: kind 'colour' is none of"):
        questions.from_file("my terms.csv", b"question,kind\nWhat is it?,colour\n")


def test_questions_that_are_there_already_are_not_added_again():
    before = [SheetColumn("Who signed it?", "Signed")]
    both = questions.added(before, questions.from_lines("who signed IT?\nWhen?"))
    assert both == [before[0], SheetColumn("When?")]


def test_rows_of_the_grid_give_back_the_questions_and_empty_ones_are_left_out():
    columns = [END, SheetColumn("Who?")]
    rows = [*questions.to_rows(columns), {"Question": None, "Kind": "text"}, {"Question": float("nan")}]
    assert questions.from_rows(rows) == columns


# --- scope


@pytest.mark.parametrize(
    "filters",
    [
        Filters((("type", "pdf"), ("type", "docx"), ("folder", "leases"))),
        Filters((("year", "2024"),)),
        Filters(),
    ],
)
def test_the_filters_of_a_saved_sheet_are_shown_as_they_were_chosen(filters):
    assert scope.from_haystack(filters.as_haystack() or {}) == filters


def test_dates_of_a_saved_scope_come_back():
    saved = {"$and": [{"date": {"$gte": "2024-01-01"}}, {"date": {"$lte": "2024-12-31"}}]}
    assert scope.from_haystack(saved).as_haystack() == saved


def test_a_definition_is_sent_as_the_service_takes_it():
    sent = SheetDefinition("Terms", (LAW, END), {"type": "pdf"}, (), None).to_json()
    assert sent["passages"] is None
    assert sent["questions"][1] == {"question": "When does it end?", "short name": "End", "kind": "date", "hint": ""}


# --- the table


def test_cells_are_sent_short_and_safe_and_waiting_ones_not_at_all():
    evil = "\u202egnp.exe\u202c <b>"
    sent = table.payload(sheet(found(2, evil, score=0.61)), 7)
    assert sent["cells"] == [[2, 0, 0, "gnp.exe <b>", 2, 61, None]]
    assert sent["rows"][2] == ["d2", "2.pdf", "11 March 2024"]
    assert (sent["base"], sent["label"]) == (7, "Terms: 6 documents, 2 questions")
    json.dumps(sent)


def test_values_are_sent_with_their_place_in_the_column():
    end = {**found(0, "31 March 2031", column=1), "order": ["", 20310331.0]}
    said = {**verdict(1, "corrected", "1 May 2030", END), "order": ["", 20300501.0]}
    known = sheet(end, said=[said])
    sent = table.payload(known, 7)
    assert [column[2] for column in sent["columns"]] == [False, True]
    assert sent["cells"][0][-1] == ("", 20310331.0)
    assert table.verdict_rows(known)[0][-1] == ("", 20300501.0)


def test_a_verdict_on_other_words_is_shown_as_a_former_one():
    cells = (found(0, "Delaware"), found(1, "Texas"))
    known = sheet(*cells, said=[verdict(0, "right", "Delaware"), verdict(1, "right", "Ohio"), verdict(2, "wrong")])
    assert table.verdict_rows(known) == [
        [0, 0, "right", "Delaware", False, None],
        [1, 0, "right", "Ohio", True, None],
        [2, 0, "wrong", "", False, None],
    ]


def test_what_a_person_does_in_the_table_is_heard_once():
    state = state_of(sheet(found(1, "Delaware")))
    said = {
        "cell": ["d1", LAW.question],
        "view": {"show": "found", "column": 0, "find": "del", "value": "Delaware", "sort": 1, "down": True},
        "judgements": [
            [11, "d1", LAW.question, "right"],
            [12, "d9", LAW.question, "right"],
            [13, "d1", END.question, "odd"],
        ],
        "correct": 0,
    }
    table.hear_said(state, said)
    assert state.cell == ("d1", LAW.question)
    assert state.pane.opened.address == "d1:5-13"
    assert state.view == View("found", "Law", "del", "Delaware", "End", is_descending=True)
    assert state.waiting == {11: (("d1", LAW.question), "right")}
    state.waiting, state.handled = {}, 11
    table.hear_said(state, said)
    assert state.waiting == {}


@pytest.mark.parametrize(
    "said", [None, 3, {"cell": [1]}, {"cell": ["d1", "no question"]}, {"view": {"column": 99, "sort": "x"}}]
)
def test_nonsense_from_the_browser_does_nothing(said):
    state = state_of(sheet())
    table.hear_said(state, said)
    assert (state.cell, state.view, state.waiting) == (None, View(), {})


def test_a_correction_opens_its_own_place():
    said = {**verdict(1, "corrected", "Ohio"), "start": 40, "end": 44}
    state = state_of(sheet(found(1, "Delaware"), said=[said]))
    state.open(("d1", LAW.question))
    assert state.pane.opened.address == "d1:40-44"


def test_only_cells_that_are_new_count_as_fresh():
    state = state_of(sheet(found(1, "Delaware")))
    old = {**found(1, "Delaware"), "document": "d1", "question": LAW.question}
    new = {**found(2, "Ohio"), "document": "d2", "question": LAW.question}
    state.add(SheetNews.of({"cells": [old, new], "next": 2, "job": None}))
    assert [place[0] for place in state.fresh] == ["d2"]
    assert state.table.cell(("d2", LAW.question)).shown == "Ohio"


# --- the address


@given(st.builds(View))
def test_the_address_holds_the_view(view):
    assert View.from_address(view.to_address()) == view


def test_a_cell_of_an_address_is_found_by_its_columns_short_name_once_the_sheet_is_known():
    state = SheetState(name="Terms", cell=("d1", "End"))
    state.take(sheet())
    assert state.cell == ("d1", END.question)
    gone = SheetState(name="Terms", cell=("d77", "End"))
    gone.take(sheet())
    assert gone.cell is None


# --- groups


def group(shown, *rows, outlier=False):
    return {"shown": shown, "count": len(rows), "outlier": outlier, "documents": [f"d{row}" for row in rows]}


def groups_of(known):
    return [(each.shown, each.rows, each.is_outlier) for each in column_groups(known, LAW)]


def test_the_values_of_a_column_are_those_of_the_service_with_rows_for_documents():
    groups = [group("Delaware", 0, 1, 2), group("Nevada", 4, outlier=True), group("Gone", 99)]
    cells = [found(row, "Delaware") for row in range(3)]
    assert groups_of(sheet(*cells, groups=groups)) == [("Delaware", (0, 1, 2), False), ("Nevada", (4,), True)]


def test_corrected_words_count_and_wrong_ones_do_not():
    said = [verdict(0, "corrected", "ohio"), verdict(1, "wrong", "Delaware"), verdict(2, "corrected", "Utah")]
    groups = [group("Delaware", 0, 1), group("Ohio", 3)]
    cells = (found(0, "Delaware"), found(1, "Delaware"), found(3, "Ohio"))
    assert groups_of(sheet(*cells, said=said, groups=groups)) == [("Ohio", (0, 3), False), ("Utah", (2,), False)]


# --- progress


def test_the_time_left_follows_the_pace_of_the_last_steps():
    pace = Pace()
    for second, cells in enumerate((500, 4, 4, 4, 4)):
        pace.add(cells, now=float(second))
    assert pace.seconds_for(40) == pytest.approx(10.0)
    assert Pace().seconds_for(40) is None


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (3, "a few seconds"),
        (42, "about 40 seconds"),
        (170, "about 3 minutes"),
        (9_000, "about 2.5 hours"),
        (90_000, "about 25 hours"),
    ],
)
def test_lengths_of_time_in_words(seconds, said):
    assert in_words(seconds) == said


def test_the_line_over_the_table_says_what_is_known_and_how_much_was_read():
    unread = {"row": 1, "column": 0, "state": "unread", "shown": "unread: no text"}
    known = sheet(found(0, "Delaware"), unread)
    counts = running.counts_of(known)
    line = running.summary(known, counts)
    assert line == "12 cells: 1 found, 1 unread, 10 waiting · the best 5 passages of each document"
    assert running.begin_label(known, counts, is_paused=False) == "Read the rest"
    assert running.begin_label(known, counts, is_paused=True) == "Resume"
    assert running.begin_label(sheet(), running.counts_of(sheet()), is_paused=False) == "Read all"
    assert running.begin_label(known, {**counts, "waiting": 0}, is_paused=False) == "Try 1 unread cell again"


def test_the_estimate_names_cells_passages_and_time():
    assert running.estimate(SheetWork(100, 40, 300, 170.0)) == "60 cells, 300 passages to read: about 3 minutes"
    assert running.estimate(SheetWork(100, 40, 300, None)) == "60 cells, 300 passages to read"


# --- what else is shown


def test_changes_are_shown_with_their_column_and_as_text():
    change = SheetChange("other answer", "<a>.pdf", "d1", LAW.question, "Ohio", "<script>")
    row = changes.row(change, {LAW.question: "Law"})
    assert row == ("other answer", "<a>.pdf", "Law", "Ohio → <script>")
    shown = markup.changes([row])
    assert "<script>" not in shown
    assert "&lt;a&gt;.pdf" in shown


def test_a_quote_is_read_with_its_sentence():
    data = {
        "answer": "Ohio", "before": "The law of ", "after": ".", "document_id": "d1", "name": "a.pdf", "page": 2, "start": 11,
        "end": 15, "score": 0.5, "passage_id": "p", "last_page": 0, "title": "", "date": "", "type": "pdf",
    }  # fmt: skip
    quote = CellQuote.of(data)
    assert (quote.place.quote, quote.place.pages, quote.passage_id) == ("The law of Ohio.", "page 2", "p")


@pytest.mark.parametrize(
    ("name", "stem"), [("Lease terms/2026", "Lease-terms-2026"), ("..", "sheet"), ("Größe", "Größe")]
)
def test_a_file_is_named_after_its_sheet(name, stem):
    assert exports.file_stem(name) == stem


def test_the_label_of_a_cell_keeps_its_id():
    place = ("d1", LAW.question)
    assert verdicts.label_id(place) == verdicts.label_id(place)
    assert verdicts.label_id(place) != verdicts.label_id(("d1", END.question))


def test_a_kept_verdict_takes_the_place_of_the_one_before():
    state = state_of(sheet(found(1, "Delaware")))
    place = ("d1", LAW.question)
    state.keep(place, CellVerdict("right", "Delaware"))
    state.keep(place, CellVerdict("wrong", "Delaware"))
    assert state.table.verdicts[place].judgement == "wrong"
    state.keep(place, None)
    assert state.table.verdicts == {}
    assert state.table.cell(("d5", LAW.question)) == SheetCell()
