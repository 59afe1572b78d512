"""The session of whoever sits before the page: kept while the page is open, and by the browser in a cookie for a reload."""

import os
from typing import TypeAlias
from urllib.parse import unquote

import streamlit as st

from needlepoint_ui import markup

Headers: TypeAlias = tuple[tuple[str, str], ...]
_SESSION, _ENDED = "needlepoint-session", "needlepoint-session-ended"
_LONGEST = 200
_SECRET = "X-Proxy-Secret"


def token() -> str:
    """Return the session's token; empty if nobody has logged in here."""
    if _SESSION not in st.session_state:
        st.session_state[_SESSION] = "" if st.session_state.get(_ENDED) else _cookie()
    return str(st.session_state[_SESSION])


def headers() -> Headers:
    """Return the headers that tell the service who asks, and from where; without a session, those that a proxy has sent."""
    address = st.context.ip_address
    sent = [("X-Needlepoint-From", address)] if isinstance(address, str) else []
    if token():
        return (*sent, ("X-Session", token()))
    name = os.environ.get("NEEDLEPOINT_USER_HEADER", "").strip()
    proxied = [(each, st.context.headers.get(each)) for each in (name, _SECRET) if name]
    return (*sent, *((each, value) for each, value in proxied if isinstance(value, str)))


def begin(new: str) -> None:
    """Go on as somebody who has just logged in; nothing stays of whoever was here before."""
    st.session_state.clear()
    st.session_state[_SESSION] = new


def end() -> None:
    """Forget the session, and all that the page holds of the person."""
    st.session_state.clear()
    st.query_params.clear()
    st.session_state[_ENDED] = True


def remember() -> None:
    """Draw what lets the browser keep the session for a reload, or forget one that has ended."""
    if token() != _cookie() or st.session_state.get(_ENDED):
        st.html(markup.session(token()))


def _cookie() -> str:
    value = st.context.cookies.get(_SESSION)
    known = unquote(value) if isinstance(value, str) else ""
    return known[:_LONGEST] if known.isascii() and known.isprintable() else ""
