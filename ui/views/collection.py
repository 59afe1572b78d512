"""Collection: add files, see what is there, read it, delete it."""

from functools import partial

import streamlit as st

from needlepoint_ui import empty, following, frame, login, markup, source_pane, words
from needlepoint_ui.ask import filters
from needlepoint_ui.collection import adding, address, table
from needlepoint_ui.scope import choosing
from needlepoint_ui.scope.scope import Scope
from needlepoint_ui.service.client import Client
from needlepoint_ui.service.collection_models import Collection, Job, Record
from needlepoint_ui.state import Opened, PageState

_REINDEX = "reindexing"


def _draw() -> None:
    client, state = frame.client(), PageState.current()
    address.read(state, tuple(table.SORTS))
    if state.to_ask:
        state.to_ask = False
        st.switch_page("views/ask.py")
    with frame.show_failures("The collection cannot be read"):
        collection = frame.opened_collection(client)
        frame.status_line(collection)
        if not collection.documents and adding.JOB not in state.jobs:
            empty.draw(client, state, with_add=False)
        if login.who().may_add:
            adding.draw(client, state, collection)
        if collection.documents:
            _draw_documents(client, state, collection)


def _draw_documents(client: Client, state: PageState, collection: Collection) -> None:
    st.html(markup.heading("Documents"))
    st.html(markup.facts(_facts(collection)))
    following.draw(_REINDEX, state, doing="Indexing again", on_over=lambda job: _keep_outcome(state, job))
    reading = state.document.opened
    left, right = st.columns([6, 7], gap="medium") if reading else (st.container(), None)
    with left, st.container(key="found" if reading else "documents", gap="small"):
        chosen, clicked = table.draw(client, state.table_round, is_narrow=reading is not None)
        _actions(client, state, chosen)
    _open(state, chosen, clicked)
    if right and reading:
        with right, st.container(key="source"):
            st.button(
                "Close the document", key="close-document", icon=":material/close:", on_click=state.close_document
            )
            source_pane.draw(client, state.document, on_only=partial(_ask_only, state))
    address.write(state)


def _open(state: PageState, chosen: list[Record], clicked: Record | None) -> None:
    """Open the document that was clicked or selected alone, if that has changed."""
    wanted = clicked or (chosen[0] if len(chosen) == 1 else None)
    pointed = wanted.document.id if wanted else ""
    if pointed != state.pointed:
        state.pointed = pointed
        state.document.open(Opened(pointed) if pointed else None)
        address.write(state)
        st.rerun()


def _ask_only(state: PageState, document_id: str, _name: str) -> None:
    _ask_these(state, Scope((document_id,)))


def _ask_these(state: PageState, chosen: Scope) -> None:
    state.address = {name: values for name, values in filters.named(chosen).items() if values}
    state.to_ask = True


def _facts(collection: Collection) -> list[tuple[str, str]]:
    return [
        ("Documents", f"{collection.documents:,}"),
        ("Passages", f"{collection.passages:,}"),
        ("Size", words.size(collection.size)),
        ("Store", words.store(collection.store)),
        ("Reader", collection.reader or "none"),
        ("Last change", words.moment(collection.changed) + (", changing now" if collection.busy else "")),
    ]


def _actions(client: Client, state: PageState, chosen: list[Record]) -> None:
    if not chosen:
        more = ", delete or index them again" if login.who().may_manage else ""
        st.html(markup.aside(f"Click a name to read the document; tick rows to ask or keep as a set{more}."))
        return
    with st.container(horizontal=True, gap="small", key="actions"):
        chosen_scope = Scope(tuple(record.document.id for record in chosen))
        if st.button(f"Ask {_these(len(chosen))}", key="ask-these", type="primary"):
            with frame.show_failures("These documents cannot be asked", key="ask-these"):
                _ask_these(state, choosing.fitting_address(client, chosen_scope))
                st.rerun()
        with st.popover("Keep as a set …"):
            choosing.offer_saving(client, chosen_scope, "keep")
        if not login.who().may_manage:
            return
        if st.button(f"Delete {words.count(len(chosen), 'document')} …", key="delete"):
            _confirm(client, chosen)
        if st.button("Index again", key="reindex", help="Read the files again, for example after a pipeline change"):
            with frame.show_failures("Nothing was changed", key="reindex"):
                state.jobs[_REINDEX] = client.reindex([record.document.id for record in chosen]).id
                st.rerun()


def _these(count: int) -> str:
    return "this document" if count == 1 else f"these {count:,} documents"


def _keep_outcome(state: PageState, job: Job) -> None:
    state.outcome = job
    state.forget_answers()


@st.dialog("Delete from the collection?")
def _confirm(client: Client, chosen: list[Record]) -> None:
    st.html(markup.deletion([record.document.name for record in chosen]))
    with st.container(horizontal=True):
        confirmed = st.button(f"Delete {words.count(len(chosen), 'document')}", type="primary", key="delete-confirmed")
        if st.button("Keep", key="keep"):
            st.rerun()
    if confirmed:
        with frame.show_failures("Nothing was deleted", key="delete"):
            client.delete([record.document.id for record in chosen])
            state = PageState.current()
            state.forget_answers()
            state.document.open(None)
            st.rerun()


_draw()
