"""The address of the Workspace view: workspace, part, open question and search, so that a link shows the same."""

import streamlit as st

from needlepoint_ui import address
from needlepoint_ui.state import PageState
from needlepoint_ui.workspace import current

PART, ENTRY, FIND = "part", "kept", "words"
HISTORY, PINNED, REPORT = "History", "Pinned quotes", "Report"
PARTS = (HISTORY, PINNED, REPORT)
_OWN = (PART, ENTRY, FIND)
_LAST = "workspace-address"


def read(state: PageState) -> None:
    """Take the values from the address, when the view opens or the browser goes back or forward."""
    named = {name: st.query_params[name] for name in st.query_params if name in (*_OWN, current.WORKSPACE)}
    is_new = PART not in st.session_state
    last = st.session_state.get(_LAST)
    is_back = address.is_step() and named != last and _current(state) == last
    if not is_new and not is_back:
        return
    current.read_address(state)
    part = named.get(PART, "").capitalize().replace("Pinned", PINNED)
    st.session_state[PART] = part if part in PARTS else HISTORY
    st.session_state[FIND] = named.get(FIND, "")
    if named or not is_new:
        state.entry = named.get(ENTRY, "")
    st.session_state[_LAST] = named


def write(state: PageState) -> None:
    """Put the values into the address, in one step, but only if they differ."""
    wanted = _current(state)
    if wanted != {name: st.query_params[name] for name in st.query_params}:
        st.query_params.from_dict(wanted)
    st.session_state[_LAST] = wanted


def leave() -> None:
    """Take this view's values out of the address of another view."""
    address.drop(_OWN.__contains__)


def _current(state: PageState) -> dict[str, str]:
    held = st.session_state
    part = str(held.get(PART) or HISTORY)
    named = {
        current.WORKSPACE: state.workspace,
        PART: "" if part == HISTORY else part.split()[0].lower(),
        FIND: str(held.get(FIND) or "").strip() if part == HISTORY else "",
        ENTRY: state.entry if part == HISTORY else "",
    }
    return {name: value for name, value in named.items() if value}
