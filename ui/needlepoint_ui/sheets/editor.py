"""Makes a sheet or changes one: its name, its questions, its documents, and how much of each is read."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from needlepoint.errors import SheetError
from needlepoint_ui import frame, markup, words
from needlepoint_ui.service.client import Client
from needlepoint_ui.service.sheet_models import SheetColumn, SheetDefinition
from needlepoint_ui.sheets import questions, running, scope
from needlepoint_ui.sheets.state import SheetState

_NAME, _PASTED, _FILE, _HOW_MUCH, _NUMBER = (
    f"sheet-edit-{each}" for each in ("name", "pasted", "file", "how", "number")
)
_DRAFT, _ROUND = "sheet-edit-draft", "sheet-edit-round"
_LONGEST_NAME = 100
_USUAL, _OTHER, _EVERYTHING = "10 passages of each document", "Another number", "Everything"
_USUAL_PASSAGES = 10
_INVITATION = (
    "A sheet puts every question to every document. Each cell quotes the document's own words, or says how many passages "
    "were read without finding any."
)
_GRID: dict[str, Any] = {
    "Question": st.column_config.TextColumn(width=380, required=True, max_chars=1_000),
    "Short name": st.column_config.TextColumn(width=150, help="Heads the column; without one, the question does"),
    "Kind": st.column_config.SelectboxColumn(
        width=90,
        options=questions.KINDS,
        default="text",
        help="What kind of value answers it; a list shows all answers",
    ),
    "Hint": st.column_config.TextColumn(width=180, help="More words to search for, such as: term, expiry"),
}


def begin(state: SheetState, definition: SheetDefinition | None = None) -> None:
    """Open the editor, for a new sheet or for one that is there."""
    for key in (_NAME, _PASTED, _FILE, _HOW_MUCH, _NUMBER):
        st.session_state.pop(key, None)
    scope.forget()
    state.editing = "edit" if definition else "new"
    _set_draft(definition.columns if definition else ())


def draw(client: Client, state: SheetState, names: Sequence[str]) -> None:
    """Draw the editor."""
    before = state.table.definition if state.editing == "edit" and state.table else None
    if names:
        st.html(markup.heading("Edit the sheet" if before else "New sheet"))
    else:
        st.html(markup.note("No sheet yet", _INVITATION))
    with st.container(border=True, key="sheet-editor", gap="medium"):
        name = st.text_input(
            "Name",
            key=_NAME,
            value=before.name if before else "",
            max_chars=_LONGEST_NAME,
            autocomplete="off",
            placeholder="For example: Lease terms",
        )
        _add_questions(is_empty=not _draft())
        columns = _grid()
        filters, documents = scope.draw(client, before.filters if before else {}, before.documents if before else ())
        passages = _how_much(before)
        definition = SheetDefinition((name or "").strip(), tuple(columns), filters, documents, passages)
        _save_buttons(client, state, definition, is_new=before is None, names=names)


def _add_questions(*, is_empty: bool) -> None:
    left, right = st.columns([3, 2], gap="medium")
    with left:
        st.text_area("Questions, one a line", key=_PASTED, height=120, placeholder="\n".join(questions.EXAMPLES))
        with st.container(horizontal=True, gap="small"):
            st.button("Add these questions", key="add-questions", on_click=_add_pasted)
            if is_empty:
                st.button("Begin with three examples", key="example-questions", type="tertiary", on_click=_add_examples)
    with right:
        file = st.file_uploader(
            "or a file of questions",
            questions.FILE_TYPES,
            key=_FILE,
            help="A question a line; or CSV, Excel, YAML or JSON with the columns question, short name, kind and hint",
        )
        if file and st.button("Add the questions of this file", key="add-file"):
            _add_file(file.name, file.getvalue())


def _add_pasted() -> None:
    _set_draft(questions.added(_draft(), questions.from_lines(st.session_state[_PASTED] or "")))
    st.session_state[_PASTED] = ""


def _add_examples() -> None:
    _set_draft([SheetColumn(question) for question in questions.EXAMPLES])


def _add_file(name: str, data: bytes) -> None:
    try:
        found = questions.from_file(name, data)
    except SheetError as error:
        st.html(markup.note("This file has no questions that can be read", str(error), tone="problem"))
        return
    _set_draft(questions.added(_draft(), found))
    st.rerun()


def _draft() -> list[SheetColumn]:
    """Return the questions as they are at this moment, with the changes made in the grid."""
    return list(st.session_state.get(f"{_DRAFT}-now") or ())


def _set_draft(columns: Sequence[SheetColumn]) -> None:
    st.session_state[_DRAFT] = st.session_state[f"{_DRAFT}-now"] = list(columns)
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1  # the grid begins anew


def _grid() -> list[SheetColumn]:
    rows = pd.DataFrame(
        questions.to_rows(st.session_state.get(_DRAFT) or ()), columns=list(questions.FIELDS), dtype="str"
    )
    if rows.empty and not _draft():
        return []
    edited = st.data_editor(
        rows,
        key=f"sheet-edit-grid-{st.session_state[_ROUND]}",
        column_config=_GRID,
        num_rows="dynamic",
        hide_index=True,
        width="stretch",
    )
    columns = questions.from_rows(edited.to_dict("records"))
    st.session_state[f"{_DRAFT}-now"] = columns
    return columns


def _how_much(before: SheetDefinition | None) -> int | None:
    passages = before.passages if before else _USUAL_PASSAGES
    start = _EVERYTHING if passages is None else _USUAL if passages == _USUAL_PASSAGES else _OTHER
    how = st.segmented_control(
        "How much is read",
        [_USUAL, _OTHER, _EVERYTHING],
        key=_HOW_MUCH,
        default=start,
        required=True,
        help="The passages that match the question best are read first; everything takes longest and misses least",
    )
    if how == _EVERYTHING:
        return None
    if how == _USUAL:
        return _USUAL_PASSAGES
    return int(st.number_input("Passages of each document", 1, 100_000, value=passages or 20, key=_NUMBER, width=220))


def _save_buttons(
    client: Client, state: SheetState, definition: SheetDefinition, *, is_new: bool, names: Sequence[str]
) -> None:
    missing = _missing(definition, names if is_new else ())
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="sheet-save"):
        tries = st.button("Try on five documents first", key="save-try", type="primary", disabled=bool(missing))
        reads = st.button("Read all", key="save-read", disabled=bool(missing))
        saves = st.button("Save only", key="save-only", type="tertiary", disabled=bool(missing))
        if names and st.button("Cancel", key="save-cancel", type="tertiary"):
            state.editing = ""
            st.rerun()
        text = (
            missing
            or f"{words.count(len(definition.columns), 'question')}. Nothing that was read before is read again."
        )
        st.html(markup.aside(text), width="content")
    if tries or reads or saves:
        _save(client, state, definition, first=running.FEW if tries else None, runs=not saves)


def _missing(definition: SheetDefinition, names: Sequence[str]) -> str:
    if not definition.columns:
        return "Add at least one question."
    if not definition.name:
        return "Give the sheet a name."
    if definition.name in names:
        return f"There is a sheet “{definition.name}” already: give this one another name, or edit that one."
    return ""


def _save(client: Client, state: SheetState, definition: SheetDefinition, *, first: int | None, runs: bool) -> None:
    with frame.show_failures("The sheet was not saved", key="save-sheet"):
        client.sheets.save(definition)
        state.choose(definition.name)
        if runs:
            client.sheets.run(definition.name, first=first)
        st.rerun()
