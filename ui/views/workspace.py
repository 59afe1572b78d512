"""Workspace: what was asked, with the answers of then; pinned quotes, notes, and the report over them."""

from functools import partial

import streamlit as st

from needlepoint_ui import frame, markup, source_pane, words
from needlepoint_ui.service.client import Client
from needlepoint_ui.service.workspaces import Workspace
from needlepoint_ui.state import PageState
from needlepoint_ui.workspace import address, current, entry, history, line, pins, report

_EMPTY = (
    "Each question that you ask is kept here with its answers, until you delete it. Ask one, or make a workspace first."
)


def _draw() -> None:
    client, state = frame.client(), PageState.current()
    if state.to_ask:
        state.to_ask = False
        st.switch_page("views/ask.py")
    address.read(state)
    with frame.show_failures("The workspace cannot be read"):
        frame.status_line(frame.opened_collection(client))
        known = client.workspaces.all()
        here = current.chosen(state, known)
        _head(client, state, known, here)
        if here is None:
            st.html(markup.note("Nothing is kept yet", _EMPTY))
            return
        _parts(client, state, here)
        address.write(state)


def _head(client: Client, state: PageState, known: list[Workspace], here: Workspace | None) -> None:
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom", key="workspace-head"):
        if here:
            current.choose(state, known, here, key="workspace-here", width=360)
            with st.popover("Rename, delete", key="workspace-change"):
                _change(client, state, here)
        with st.popover("New workspace", key="workspace-new"):
            line.offer_new(client, state, key="view")


def _change(client: Client, state: PageState, here: Workspace) -> None:
    with st.form(f"rename-{here.id}", border=False):
        name = st.text_input("Name", value=here.name, key=f"rename-to-{here.id}", max_chars=100)
        if st.form_submit_button("Rename", key="rename"):
            with frame.show_failures("It was not renamed", key="rename"):
                client.workspaces.change(here.id, name=name)
                st.rerun()
    if st.button("Delete this workspace …", key="workspace-delete", type="tertiary"):
        _confirm(client, state, here)


def _parts(client: Client, state: PageState, here: Workspace) -> None:
    with st.expander("Note on the workspace, which opens its report", expanded=bool(here.note)):
        entry.note_field(
            "Note on the workspace", here.note, partial(_keep_note, client, here.id), f"workspace-{here.id}"
        )
    counted = {
        address.HISTORY: f"History ({here.questions:,})",
        address.PINNED: f"Pinned quotes ({here.pins:,})",
        address.REPORT: address.REPORT,
    }
    part = st.segmented_control(
        "Part of the workspace",
        list(address.PARTS),
        format_func=lambda part: counted[part],
        key=address.PART,
        required=True,
        label_visibility="collapsed",
    )
    if part == address.PINNED:
        pins.draw(client, state, here)
    elif part == address.REPORT:
        report.draw(client, here)
    else:
        _history(client, state, here)


def _history(client: Client, state: PageState, here: Workspace) -> None:
    """Draw the list beside the open question or, once a document is open, that question beside the document."""
    has_source = bool(state.entry and state.kept_source.opened)
    left, right = st.columns([6, 7] if has_source else [5, 7], gap="medium")
    if not has_source:
        with left, st.container(key="history", gap="small"):
            history.draw(client, state, here)
    with left if has_source else right:
        if state.entry:
            with frame.show_failures("This question cannot be shown", key="entry"):
                entry.draw(client, state, here)
        elif here.questions:
            st.html(markup.aside("Choose a question to see its answers as they were given."))
    if has_source:
        with right, st.container(key="source"):
            source_pane.draw(client, state.kept_source)


def _keep_note(client: Client, workspace: str, note: str) -> None:
    client.workspaces.change(workspace, note=note)


@st.dialog("Delete this workspace?")
def _confirm(client: Client, state: PageState, here: Workspace) -> None:
    kept = f"{words.count(here.questions, 'question')}, {words.count(here.pins, 'pinned quote')}"
    st.html(
        markup.aside(f"“{here.name}” with {kept} and all notes is deleted for good. Documents and judgements stay.")
    )
    if st.button("Delete the workspace", type="primary", key="workspace-deleted"):
        with frame.show_failures("Nothing was deleted", key="workspace"):
            client.workspaces.delete(here.id)
            current.change_to(state, "")
            st.rerun()


_draw()
