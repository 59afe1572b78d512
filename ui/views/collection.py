"""Collection: add files, see what is there, delete."""

import hashlib
from dataclasses import asdict
from typing import Any

import streamlit as st

from needlepoint_ui import adding, frame, markup, words
from needlepoint_ui.client import Client, DocumentEntry
from needlepoint_ui.state import Keys, PageState

_DATE_HELP = "The document's own date; where it states none, the day the file was last changed or uploaded"
_COLUMNS: dict[str, Any] = {
    "name": st.column_config.TextColumn("Name", width=240),
    "kind": st.column_config.TextColumn("Type", width=90),
    "title": st.column_config.TextColumn("Title", width=330),
    "pages": st.column_config.NumberColumn("Pages", width=70),
    "passages": st.column_config.NumberColumn("Passages", width=85),
    "date": st.column_config.TextColumn("Date", width=100, help=_DATE_HELP),
    "size": st.column_config.NumberColumn("Size", format="bytes", width=85),
    "folder": st.column_config.TextColumn("Folder", width=130),
}


def _draw() -> None:
    client, state = frame.opened_client(), PageState.current()
    status = st.container()
    st.html(markup.heading("Add documents"))
    adding.draw(client, state)
    with frame.failures_said("The collection cannot be read"):
        documents = client.documents()
        with status:
            frame.status_line(client.info())
        if documents:
            _draw_documents(client, documents)
        else:
            st.html(
                markup.note("The collection is empty", "Files that you drop above are read and kept on this machine.")
            )


def _draw_documents(client: Client, documents: list[DocumentEntry]) -> None:
    st.html(markup.heading("Documents"))
    wanted = st.text_input(
        "Search names and titles",
        key=Keys.SEARCH,
        type="search",
        live=True,
        placeholder="Search names and titles",
        label_visibility="collapsed",
        autocomplete="off",
    )
    needle = (wanted or "").casefold().strip()
    shown = [each for each in documents if needle in f"{each.name}\n{each.title}".casefold()]
    if not shown:
        of_all = words.count(len(documents), "document")
        st.html(markup.note("No document matches", f"None of {of_all} has these words in its name or title."))
        return
    chosen = _table(shown)
    label = f"Delete {words.count(len(chosen), 'document')} …" if chosen else "Delete …"
    if st.button(label, key="delete", disabled=not chosen, help=None if chosen else "Select rows in the table first"):
        _confirm(client, chosen)


def _table(shown: list[DocumentEntry]) -> list[DocumentEntry]:
    """Draw the table and return the documents whose rows are selected."""
    # a selection counts rows: other rows need another key, or it would hold other documents
    rows_key = hashlib.sha256("".join(each.id for each in shown).encode()).hexdigest()[:16]
    event = st.dataframe(
        [{**asdict(each), "kind": words.kind(each.type)} for each in shown],
        column_order=list(_COLUMNS),
        column_config=_COLUMNS,
        hide_index=True,
        on_select="rerun",
        selection_mode="multi-row",
        key=f"documents-{rows_key}",
        alt="The documents of the collection",
    )
    return [shown[row] for row in event["selection"]["rows"] if row < len(shown)]


@st.dialog("Delete from the collection?")
def _confirm(client: Client, chosen: list[DocumentEntry]) -> None:
    st.html(markup.deletion([each.name for each in chosen]))
    with st.container(horizontal=True):
        confirmed = st.button(f"Delete {words.count(len(chosen), 'document')}", type="primary", key="delete-confirmed")
        if st.button("Keep", key="keep"):
            st.rerun()
    if confirmed:
        with frame.failures_said("Nothing was deleted"):
            client.delete([each.id for each in chosen])
            PageState.current().forget_answers()
            st.rerun()


_draw()
