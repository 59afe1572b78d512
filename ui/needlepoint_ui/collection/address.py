"""The address of the Collection view: it holds search, order, page and the open document, so that a link shows the same."""

import streamlit as st

from needlepoint_ui import address
from needlepoint_ui.state import Keys, Opened, PageState

_DOCUMENT = "document"
_OWN = (Keys.SEARCH, Keys.SORT, Keys.TABLE_PAGE, _DOCUMENT)
FIRST_ORDER = "name"


def read(state: PageState, orders: tuple[str, ...]) -> None:
    """Take the values from the address, when the view opens or the browser goes back or forward.

    :param orders: the values that the order may have.
    """
    named = {name: st.query_params[name] for name in _OWN if name in st.query_params}
    is_new = Keys.SEARCH not in st.session_state
    is_back = address.is_step() and named != state.table_address and _current(state) == state.table_address
    if not is_new and not is_back:
        return
    order, page = named.get(Keys.SORT, ""), named.get(Keys.TABLE_PAGE, "")
    st.session_state[Keys.SEARCH] = named.get(Keys.SEARCH, "")
    st.session_state[Keys.SORT] = order if order in orders else FIRST_ORDER
    st.session_state[Keys.TABLE_PAGE] = int(page) if page.isascii() and page.isdecimal() and len(page) < 6 else 1
    state.close_document()
    state.document.open(Opened.from_address(named.get(_DOCUMENT, "")))
    state.table_address = named


def write(state: PageState) -> None:
    """Put the values into the address, in one step, but only if they differ."""
    wanted = _current(state)
    if wanted != {name: st.query_params[name] for name in st.query_params}:
        st.query_params.from_dict(wanted)
    state.table_address = wanted


def leave() -> None:
    """Take this view's values out of the address of another view."""
    address.drop(_OWN.__contains__)


def _current(state: PageState) -> dict[str, str]:
    held, opened = st.session_state, state.document.opened
    order, page = str(held.get(Keys.SORT) or FIRST_ORDER), int(held.get(Keys.TABLE_PAGE) or 1)
    named = {
        Keys.SEARCH: str(held.get(Keys.SEARCH) or "").strip(),
        Keys.SORT: "" if order == FIRST_ORDER else order,
        Keys.TABLE_PAGE: "" if page == 1 else str(page),
        _DOCUMENT: opened.document_id if opened else "",
    }
    return {name: value for name, value in named.items() if value}
