"""Review: what people said of answers, to read, change, export, and measure the reader with."""

import streamlit as st

from needlepoint_ui import frame, markup, source_pane, words
from needlepoint_ui.review import measuring, table
from needlepoint_ui.service.client import Client
from needlepoint_ui.service.models import Label
from needlepoint_ui.state import PageState

_EMPTY = (
    "Under each answer on Ask stand Right, Wrong and Correct. What you say there is kept here, and shows how far the "
    "reader can be trusted on your own documents."
)


def _draw() -> None:
    client, state = frame.client(), PageState.current()
    with frame.failures_said("What people said cannot be read"):
        frame.status_line(frame.opened_collection(client))
        said = client.labels()
        st.html(markup.heading("What people said of answers"))
        if not said:
            st.html(markup.note("Nothing was said yet", _EMPTY))
            return
        st.html(markup.summary(table.summary_of(said)))
        chosen = table.draw(said)
        _actions(client, chosen)
        if len(chosen) == 1:
            _draw_label(client, state, chosen[0])
        table.draw_by_question(said)
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
