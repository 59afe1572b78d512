"""The workspace in which questions are kept: chosen by the address, else the one last used; made with the first question."""

from collections.abc import Sequence
from urllib.parse import urlencode

import streamlit as st

from needlepoint_ui import markup
from needlepoint_ui.service.client import Client
from needlepoint_ui.service.models import Json
from needlepoint_ui.service.workspaces import Workspace
from needlepoint_ui.state import PageState

FIRST = "My questions"
"""The name of the workspace that the first question makes."""
WORKSPACE, PRIVATE = "workspace", "private"
"""Names in the address: the workspace's id, and that questions are not kept."""
_LONGEST_SCOPE, _LONGEST_ADDRESS = 2_000, 20_000


def read_address(state: PageState, *, is_step: bool = False) -> None:
    """Take the workspace from the address, if it names one.

    :param is_step: the browser went back or forward, so that what the address does not say has been undone.
    """
    if named := st.query_params.get(WORKSPACE):
        state.workspace = named
    if PRIVATE in st.query_params:
        state.keeps = False
    elif is_step:
        state.keeps = True


def in_address(state: PageState) -> dict[str, list[str]]:
    """Return what the address holds of it."""
    return {WORKSPACE: [state.workspace], PRIVATE: ["" if state.keeps else "1"]}


def chosen(state: PageState, known: Sequence[Workspace]) -> Workspace | None:
    """Return the current workspace: the last one used if none is chosen or that one is gone; None if there is none."""
    found = next((each for each in known if each.id == state.workspace), None) or next(iter(known), None)
    state.workspace = found.id if found else ""
    return found


def keep_in(client: Client, state: PageState, *, scope: str, address: dict[str, list[str]]) -> Json | None:
    """Return where a question is to be kept, as ``/ask`` takes it; None if it is not to be kept.

    The first question makes the first workspace.
    """
    if not state.keeps:
        return None
    if not chosen(state, client.workspaces.all()):
        state.workspace = client.workspaces.make(FIRST).id
    query = urlencode(address, doseq=True)
    return {
        "workspace": state.workspace,
        "scope": scope[:_LONGEST_SCOPE],
        "address": query if len(query) <= _LONGEST_ADDRESS else "",
    }


def choose(
    state: PageState, known: Sequence[Workspace], here: Workspace, *, key: str, width: int | None = None
) -> None:
    """Draw the box that goes over to another workspace.

    :param key: of the box, of which there may be several on the page.
    :param width: in pixels; by default that of what holds the box.
    """
    names, key = {each.id: each.name for each in known}, f"{key}-{here.id}"
    st.selectbox(
        "Workspace",
        list(names),
        index=list(names).index(here.id),
        format_func=lambda id_: markup.visible(names[id_]),
        key=key,
        on_change=lambda: change_to(state, str(st.session_state[key])),
        width=width or "stretch",
    )


def make(client: Client, state: PageState, name: str) -> None:
    """Make a workspace and go over to it."""
    state.workspace = client.workspaces.make(name).id
    state.keeps = True
    state.entry = ""


def change_to(state: PageState, workspace: str) -> None:
    """Go over to another workspace."""
    state.workspace, state.entry = workspace, ""
    state.pinned.clear()
