"""Collection: add files, see what is there, delete."""

import hashlib
from dataclasses import asdict
from typing import Any

import streamlit as st

from needlepoint_ui import frame, markup, uploads, words
from needlepoint_ui.client import Client, DocumentEntry, FileFate, Upload
from needlepoint_ui.state import Keys, PageState

_COLUMNS: dict[str, Any] = {
    "name": st.column_config.TextColumn("Name", width="medium"),
    "kind": st.column_config.TextColumn("Type", width="small"),
    "title": st.column_config.TextColumn("Title", width="medium"),
    "pages": st.column_config.NumberColumn("Pages", width="small"),
    "passages": st.column_config.NumberColumn("Passages", width="small"),
    "date": st.column_config.TextColumn(
        "Date",
        width="small",
        help="The document's own date; where it states none, the day the file was changed or added",
    ),
    "size": st.column_config.NumberColumn("Size", format="bytes", width="small"),
}


def _draw() -> None:
    client, state = frame.opened_client(), PageState.current()
    status = st.container()
    _add(client, state)
    documents = client.documents()
    with status:
        frame.status_line(client.info())
    if not documents:
        st.html(
            markup.note("The collection is empty", "Drop files above: they are read on this machine and stay on it.")
        )
        return
    _table(client, documents)


def _add(client: Client, state: PageState) -> None:
    st.html(markup.heading("Add documents"))
    files = st.file_uploader(
        "Files to add: PDF, Word, PowerPoint, Excel, CSV, web pages, e-mail, Markdown and plain text",
        accept_multiple_files=True,
        key=f"{Keys.UPLOAD}-{state.upload_round}",
    )
    replace = st.checkbox(
        "Replace earlier uploads of the same name",
        key=Keys.REPLACE,
        persist_state="session",
        help="Off: a changed file of the same name is added beside the earlier one, and both are searched. "
        "On: it takes the earlier upload's place. Files added with needlepoint index are never replaced from here.",
    )
    if files:
        state.fates = _index(client, [(file.name, file) for file in files], replace=replace)
        state.upload_round += 1
        st.rerun()
    if state.fates:
        st.html(markup.fates([(fate.name, fate.state, _said(fate)) for fate in state.fates]))


def _index(client: Client, files: list[tuple[str, Any]], *, replace: bool) -> list[FileFate]:
    """Add the files, with a line for each that tells its state."""
    refusal = uploads.refusal(file.size for _, file in files)
    if refusal:
        return [FileFate(words.count(len(files), "file"), "skipped", reason=refusal)]
    names = [uploads.shown_name(name) for name, _ in files]
    done: list[FileFate] = []
    bar, lines = st.progress(0.0), st.empty()
    with frame.failures_said("Adding stopped; what is listed as added stays"):
        lines.html(markup.fates(_lines(names, done)))
        for fate in client.index([Upload(name, file.getvalue()) for name, file in files], replace=replace):
            done.append(fate)
            bar.progress(len(done) / len(files), text=f"{len(done)} of {words.count(len(files), 'file')}")
            lines.html(markup.fates(_lines(names, done)))
    return done


def _lines(names: list[str], done: list[FileFate]) -> list[tuple[str, str, str]]:
    rows = [(fate.name, fate.state, _said(fate)) for fate in done]
    waiting = names[len(done) :]
    return rows + [
        (name, "waiting" if place else "reading", "waiting" if place else "reading …")
        for place, name in enumerate(waiting)
    ]


def _said(fate: FileFate) -> str:
    """Say what became of a file in plain words."""
    if fate.state == "skipped":
        return f"not added: {fate.reason}"
    if fate.state == "unchanged":
        return "already in the collection, unchanged"
    said = f"added: {words.count(fate.passages, 'passage')}"
    if fate.replaced:
        said += "; it takes the place of the earlier upload of this name"
    if fate.namesakes:
        said += "; another document of this name is kept beside it"
    return said


def _table(client: Client, documents: list[DocumentEntry]) -> None:
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
    shown = [each for each in documents if (wanted or "").casefold().strip() in f"{each.name}\n{each.title}".casefold()]
    if not shown:
        st.html(
            markup.note(
                "No document matches",
                f"None of {words.count(len(documents), 'document')} has these words in name or title.",
            )
        )
        return
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
    )
    chosen = [shown[row] for row in event["selection"]["rows"]]
    label = f"Delete {words.count(len(chosen), 'document')} …" if chosen else "Delete …"
    if st.button(label, key="delete", disabled=not chosen, help=None if chosen else "Select rows first"):
        _confirm(client, chosen)


@st.dialog("Delete from the collection?")
def _confirm(client: Client, chosen: list[DocumentEntry]) -> None:
    st.html(markup.deletion([each.name for each in chosen]))
    with st.container(horizontal=True):
        if st.button(f"Delete {words.count(len(chosen), 'document')}", type="primary", key="delete-confirmed"):
            with frame.failures_said("Nothing was deleted"):
                client.delete([each.id for each in chosen])
                PageState.current().forget_answers()
                st.rerun()
        if st.button("Keep", key="keep"):
            st.rerun()


_draw()
