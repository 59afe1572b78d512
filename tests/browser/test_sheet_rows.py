"""The order of the rows of a sheet on the page, as its script finds it."""

from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "ui" / "needlepoint_ui" / "sheets" / "rows.js"
CELLS = (
    ("1 May 2044", ["", 20440501]),
    ("3 June 2030", ["", 20300603]),
    ("at closing", None),
    None,
    ("10/11/2029", ["", 20291011]),
    ("9 June 2031", ["", 20310609]),
)
CORRECTED = [5, 0, "corrected", "9 June 2028", False, ["", 20280609]]


@pytest.fixture
def sorted_rows(chromium):
    page = chromium.new_context().new_page()
    page.add_script_tag(content=f"{SCRIPT.read_text(encoding='utf-8')}\nglobalThis.SheetRows = SheetRows;")

    def rows_by(view, *, is_ordered=True, verdicts=()):
        data = {
            "base": 1,
            "rows": [[f"d{number}", f"{number}.pdf", ""] for number in range(len(CELLS))],
            "columns": [["End", "When does it end?", is_ordered]],
            "groups": [[]],
            "cells": [
                [row, 0, 1, "not found", 0, 0, None]
                if cell is None
                else [row, 0, 0, cell[0], 3, 90, cell[1] if is_ordered else None]
                for row, cell in enumerate(CELLS)
            ],
        }
        return page.evaluate(
            """([data, view, verdicts]) => {
                const table = new SheetRows();
                table.keep(data);
                needlepointSheet.overlays = { work: { base: 1, verdicts, handled: 0 } };
                table.overlay();
                table.view = { ...table.view, ...view };
                return table.fitting();
            }""",
            [data, view, list(verdicts)],
        )

    return rows_by


def test_dates_are_sorted_by_date_and_cells_without_one_come_last(sorted_rows):
    assert sorted_rows({"sort": 0}) == [4, 1, 5, 0, 2, 3]
    assert sorted_rows({"sort": 0, "down": True}) == [0, 5, 1, 4, 2, 3]


def test_a_corrected_cell_stands_where_the_right_words_belong(sorted_rows):
    assert sorted_rows({"sort": 0}, verdicts=[CORRECTED]) == [5, 4, 1, 0, 2, 3]
    assert sorted_rows({"sort": 0, "down": True}, verdicts=[CORRECTED]) == [0, 1, 4, 5, 2, 3]


def test_texts_are_sorted_by_their_words(sorted_rows):
    assert sorted_rows({"sort": 0}, is_ordered=False) == [0, 1, 5, 4, 2, 3]
    assert sorted_rows({"sort": -1}) == [0, 1, 2, 3, 4, 5]
