"""Review: people's feedback on answers, to read, change and export, and to measure the reader on."""

import streamlit as st

from needlepoint_ui import frame, login, markup, source_pane, words
from needlepoint_ui.review import measuring, table
from needlepoint_ui.service.client import Client
from needlepoint_ui.service.labels import Label
from needlepoint_ui.state import PageState

_EMPTY = (
    "On the Ask page, the open answer has the buttons Right, Wrong and Correct. Your judgements are collected here and show "
    "how reliable the reader is on your own documents."
)


def _draw() -> None:
    client, state = frame.client(), PageState.current()
    with frame.show_failures("The feedback cannot be read"):
        frame.status_line(frame.opened_collection(client))
        given = client.labels()
        st.html(markup.heading("Feedback on answers"))
        if not given:
            st.html(markup.note("No feedback yet", _EMPTY))
            return
        st.html(markup.summary(table.summary_of(given)))
        chosen = table.draw(given)
        _actions(client, chosen)
        if len(chosen) == 1:
            _draw_label(client, state, chosen[0])
        table.draw_by_question(given)
        if login.who().may_manage:
            measuring.draw(client, state)


def _draw_label(client: Client, state: PageState, label: Label) -> None:
    if (place := table.place_of(label)) != state.document.opened:
        state.document.open(place)
    left, right = st.columns([6, 7], gap="medium")
    with left, st.container(border=True, key="found", gap="small"):
        table.draw_one(client, label)
    with right, st.container(key="source"):
        source_pane.draw(client, state.document)


def _actions(client: Client, chosen: list[Label]) -> None:
    with st.container(horizontal=True, gap="small", key="actions"):
        st.download_button(
            "Export as SQuAD",
            data=client.squad,
            file_name="feedback.json",
            mime="application/json",
            key="export-squad",
            icon=":material/download:",
            on_click="ignore",
        )
        label = f"Delete {words.count(len(chosen), 'judgement')} …" if chosen else "Delete …"
        if st.button(label, key="delete", disabled=not chosen, help=None if chosen else "Select rows first"):
            table.confirm(client, chosen)


_draw()
