"""The table of a sheet in the browser: what it shows, and what the person says to it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from needlepoint_ui import markup, words
from needlepoint_ui.service.sheet_models import FOUND, NOT_FOUND, ORDERED, UNREAD, CellPlace, SheetCell, SheetTable
from needlepoint_ui.sheets.groups import column_groups
from needlepoint_ui.sheets.state import SheetState, View

_HERE = Path(__file__).parent
_STATES = {FOUND: 0, NOT_FOUND: 1, UNREAD: 2}
_LEVELS = {"unsure": 0, "possible": 1, "likely": 2, "very likely": 3}
_LONGEST = 2_000  # characters of a cell in the table; the pane shows all
_BY_NAME = "-"
KEY = "sheet-table"
Row = list[Any]


def draw(state: SheetState) -> None:
    """Draw the table."""
    assert state.table
    if not state.payload:
        state.payload = payload(state.table, state.base)

    def hear() -> None:
        hear_said(state, getattr(st.session_state.get(KEY), "said", None))

    draw_news(state, "work", live=False)
    component = st.components.v2.component(
        "needlepoint_sheet",
        html=(_HERE / "table.html").read_text("utf-8"),
        css=(_HERE / "table.css").read_text("utf-8"),
        js="\n".join((_HERE / name).read_text("utf-8") for name in ("rows.js", "table.js")),
        isolate_styles=False,
    )
    component(data=state.payload, key=KEY, default={"said": None}, on_said_change=hear)


def draw_news(state: SheetState, source: str, *, live: bool) -> None:
    """Hand the table what has changed since it was sent whole.

    :param source: the name under which these changes replace earlier ones.
    :param live: the cells that were read meanwhile; otherwise verdicts, filters and the open cell.
    """
    assert state.table
    data: dict[str, Any] = {"source": source, "base": state.base}
    places = state.table.places
    if live:
        data["cells"] = [cell_row(*places[place], cell) for place, cell in state.fresh.items() if place in places]
    else:
        cell = state.cell or ("", "")
        data["verdicts"], data["handled"] = verdict_rows(state.table), state.handled
        data["select"] = {"number": state.commands, "id": cell[0], "question": cell[1]}
        data["view"] = {"number": state.commands, **view_values(state.table, state.view)}
    component = st.components.v2.component("needlepoint_sheet_news", js=(_HERE / "news.js").read_text("utf-8"))
    with st.container(key=f"sheet-news-{source}"):
        component(data=data, key=f"sheet-news-{source}-component")


def payload(table: SheetTable, base: int) -> dict[str, Any]:
    """Return a sheet as the browser's table takes it; all words of documents are safe to show."""
    columns, places = table.definition.columns, table.places
    return {
        "base": base,
        "label": f"{table.definition.name}: {words.count(len(table.rows), 'document')}, "
        f"{words.count(len(columns), 'question')}",
        "rows": [[row.id, _safe(row.name), words.day(row.date)] for row in table.rows],
        "columns": [[_safe(column.name), column.question, column.kind in ORDERED] for column in columns],
        "cells": [cell_row(*places[place], cell) for place, cell in table.cells.items() if place in places],
        "groups": [
            [[_safe(group.shown), list(group.rows), group.is_outlier] for group in column_groups(table, column)]
            for column in columns
        ],
    }


def cell_row(row: int, column: int, cell: SheetCell) -> Row:
    """Return a cell in the short form in which it is sent."""
    level = _LEVELS[words.likelihood(cell.score)]
    return [row, column, _STATES.get(cell.state, 2), _safe(cell.shown), level, round(100 * cell.score), cell.order]


def verdict_rows(table: SheetTable) -> list[Row]:
    """Return the verdicts in the short form in which they are sent.

    The last two values tell whether the words were others, and where those of a correction stand in the column's order.
    """
    places = table.places
    return [
        [*places[place], said.judgement, _safe(said.words), is_former(table, place), said.order]
        for place, said in table.verdicts.items()
        if place in places
    ]


def is_former(table: SheetTable, place: CellPlace) -> bool:
    """Whether the verdict on a cell was given when the cell had other words."""
    verdict, cell = table.verdicts[place], table.cell(place)
    return verdict.judgement != "corrected" and verdict.words != (cell.shown if cell.is_found else "")


def view_values(table: SheetTable, view: View) -> dict[str, Any]:
    """Return filters and order as the browser's table takes them, with numbers for columns."""
    numbers = {column.name: number for number, column in enumerate(table.definition.columns)}
    sort = -1 if view.sort == _BY_NAME else numbers.get(view.sort, -2)
    return {
        "show": view.show,
        "column": numbers.get(view.column, -1),
        "find": view.find,
        "value": view.value if view.column in numbers else "",
        "sort": sort,
        "down": view.is_descending,
    }


def view_of(table: SheetTable, values: Mapping[str, Any]) -> View:
    """Return filters and order that the browser's table sent."""
    names = [column.name for column in table.definition.columns]

    def name(number: Any) -> str:
        return names[number] if isinstance(number, int) and 0 <= number < len(names) else ""

    sort = _BY_NAME if values.get("sort") == -1 else name(values.get("sort"))
    show, find, value = (str(values.get(key) or "") for key in ("show", "find", "value"))
    return View(show, name(values.get("column")), find, value, sort, bool(values.get("down")) and bool(sort))


def hear_said(state: SheetState, said: Any) -> None:
    """Take what the person did in the table: a cell opened, filters set, cells judged, a correction asked for."""
    if not isinstance(said, Mapping) or state.table is None:
        return
    place = _place(state.table, said.get("cell"))
    if place != state.cell:
        state.open(place, tell=False)
    state.look(view_of(state.table, said.get("view") or {}), tell=False)
    for number, document, question, judgement in said.get("judgements") or ():
        judged = _place(state.table, (document, question))
        if int(number) > state.handled and judged and judgement in ("right", "wrong", None):
            state.waiting[int(number)] = (judged, judgement)
    if int(said.get("correct") or 0) > state.corrected:
        state.corrected, state.correcting = int(said["correct"]), True


def _place(table: SheetTable, cell: Any) -> CellPlace | None:
    if not (isinstance(cell, list | tuple) and len(cell) == 2):
        return None
    place = str(cell[0]), str(cell[1])
    return place if table.has(place) else None


def _safe(text: str) -> str:
    return markup.visible(text[:_LONGEST])
