"""Sheets: many questions to many documents; every cell quotes its document or says that nothing was found."""

from collections.abc import Sequence

import streamlit as st

from needlepoint_ui import empty, frame, markup
from needlepoint_ui.service.client import Client
from needlepoint_ui.service.failures import NotThereError
from needlepoint_ui.sheets import cell, changes, editor, exports, running, table, verdicts
from needlepoint_ui.sheets.state import SheetState
from needlepoint_ui.state import PageState

_CHOSEN = "sheet-chosen"


def _draw() -> None:
    client, state = frame.client(), SheetState.current()
    state.read_address()
    with frame.show_failures("The collection cannot be read"):
        collection = frame.opened_collection(client)
        frame.status_line(collection)
        if not collection.documents:
            empty.draw(client, PageState.current())
            return
        names = client.sheets.names()
        if not names and not state.editing:
            editor.begin(state)
        if names:
            _choose(client, state, names)
        if state.editing:
            editor.draw(client, state, names)
            return
        if state.table is None:
            with st.spinner("Opening the sheet …"):
                _open(client, state)
        running.draw(client, state)
    if state.table and not state.editing:  # also while the service does not answer: what is on the page stays
        changes.draw(state.table)
        _work(client, state)


def _choose(client: Client, state: SheetState, names: Sequence[str]) -> None:
    """Draw the names of the sheets, and what can be done with the one that is open."""
    if state.name not in names:
        if state.name:
            st.html(markup.note("There is no such sheet", f"“{state.name}” was deleted, or its name is mistyped."))
        state.choose(names[0])
    st.session_state[_CHOSEN] = state.name
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="sheet-bar"):
        st.selectbox(
            "Sheet",
            names,
            key=_CHOSEN,
            on_change=lambda: state.choose(st.session_state[_CHOSEN]),
            width=320,
            label_visibility="collapsed",
        )
        st.button("New sheet", key="new-sheet", icon=":material/add:", on_click=editor.begin, args=(state,))
        if state.table and not state.editing:
            definition = state.table.definition
            st.button("Edit", key="edit-sheet", icon=":material/edit:", on_click=editor.begin, args=(state, definition))
            if st.button("Delete …", key="delete-sheet", type="tertiary"):
                _confirm(client, state)
            exports.offer(client, state.name)
            st.html(markup.copy_link(), width="content", unsafe_allow_javascript=True)


def _open(client: Client, state: SheetState) -> None:
    job = state.job
    try:
        state.take(client.sheets.get(state.name))
    except NotThereError:
        state.choose("")
        st.rerun()
    state.job = state.job or job
    st.rerun()  # the bar above shows what can be done with it


@st.fragment
def _work(client: Client, state: SheetState) -> None:
    if state.table is None:
        return
    with frame.show_failures("This judgement was not saved", key="judgement"):
        verdicts.give_waiting(client, state)
    left, right = st.columns([7, 6], gap="medium")
    with left, st.container(key="sheet", gap="small"):
        table.draw(state)
    with right:
        cell.draw(client, state)
    state.write_address()


@st.dialog("Delete this sheet?")
def _confirm(client: Client, state: SheetState) -> None:
    st.html(
        markup.aside(
            f"“{state.name}” is forgotten, and its reading stops. The documents, the judgements and what was "
            "read stay: the same questions cost nothing again."
        )
    )
    with st.container(horizontal=True):
        confirmed = st.button("Delete the sheet", type="primary", key="delete-sheet-confirmed")
        if st.button("Keep", key="keep-sheet"):
            st.rerun()
    if confirmed:
        with frame.show_failures("Nothing was deleted", key="delete-sheet"):
            client.sheets.delete(state.name)
            state.choose("")
            st.rerun()


_draw()
