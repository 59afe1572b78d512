"""The button that pins words to the workspace."""

import streamlit as st

from needlepoint_ui import frame
from needlepoint_ui.service import cached
from needlepoint_ui.service.models import Place, Reply
from needlepoint_ui.state import Opened, PageState
from needlepoint_ui.workspace import current


def offer(state: PageState, place: Place, *, key: str) -> None:
    """Draw the button that pins the words of an answer on the page."""
    reply = state.reply
    _offer(
        state,
        Opened.at(place),
        key=key,
        question_id=reply.kept if reply else "",
        question=reply.question if reply else "",
    )


def offer_kept(state: PageState, workspace: str, reply: Reply, place: Place, *, key: str) -> None:
    """Draw the button that pins the words of an answer of the history."""
    state.kept_in = workspace
    _offer(state, Opened.at(place), key=key, question_id=reply.kept, question=reply.question)


def offer_mark(state: PageState, opened: Opened, *, question: str = "") -> None:
    """Draw the button that pins the words marked in an open document."""
    if opened.has_mark and not opened.is_passage:
        _offer(state, opened, key="source", question_id="", question=question)


def _pinned(state: PageState, question: str) -> set[str]:
    """Return the addresses of the places that are pinned for a question, or for any; read once for a reply."""
    key = (state.workspace, question)
    if key not in state.pinned:
        found = cached.client().workspaces.pinned(state.workspace, question or None) if state.workspace else set()
        state.pinned[key] = found
    return state.pinned[key]


def _offer(state: PageState, opened: Opened, *, key: str, question_id: str, question: str) -> None:
    is_pinned = opened.address in _pinned(state, question)
    label = "Pinned" if is_pinned else "Pin"
    clicked = st.button(
        label,
        key=f"pin-{key}",
        type="tertiary",
        icon=":material/keep:",
        disabled=is_pinned,
        help=None if is_pinned else "Keep this quote for the report of the workspace",
    )
    if clicked:
        with frame.show_failures("This quote was not pinned", key=f"pin-{key}"):
            _pin(state, opened, question_id, question)
            st.rerun()


def _pin(state: PageState, opened: Opened, question_id: str, question: str) -> None:
    workspaces = cached.own_client().workspaces
    if question_id and state.workspace != state.kept_in:
        question_id = ""  # the workspace was changed since the question was asked
    if not current.chosen(state, workspaces.all()):
        state.workspace = workspaces.make(current.FIRST).id
    workspaces.pin(
        state.workspace, opened.document_id, opened.start, opened.end, question_id=question_id, question=question
    )
    state.pinned.clear()
    st.toast("Pinned to the workspace.")
