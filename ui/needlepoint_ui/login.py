"""Logging in and out, where the service has users; who may do what is decided there, and the page only leaves out buttons."""

from contextlib import suppress

import streamlit as st

from needlepoint_ui import markup, session
from needlepoint_ui.service import cached
from needlepoint_ui.service.failures import LogInNeededError, ServiceError
from needlepoint_ui.service.models import Me

_ME = "needlepoint-me"
_ROLES = {"read": "reads", "add": "adds", "manage": "manages"}


def required() -> Me:
    """Return who sits before the page; if the service does not know, draw the form instead of a view, and end the run."""
    try:
        me = cached.own_client().me()
    except LogInNeededError:
        st.session_state.pop(_ME, None)
        _draw_form()
        st.stop()
    except ServiceError:  # the view says it
        return who()
    st.session_state[_ME] = me
    return me


def who() -> Me:
    """Return who sits before the page, as the service said last; somebody who may do everything where nobody logs in."""
    me = st.session_state.get(_ME)
    return me if isinstance(me, Me) else Me()


def draw_person(me: Me) -> None:
    """Draw the person's name, and the button that ends the session."""
    if not me.name:
        return
    with st.container(
        horizontal=True, horizontal_alignment="right", vertical_alignment="center", key="who", gap="small"
    ):
        st.html(markup.who(me.name, _ROLES.get(me.role, me.role), me.parts), width="content")
        if session.token():
            st.button("Log out", key="log-out", type="tertiary", on_click=_log_out)


def _draw_form() -> None:
    with st.container(key="log-in-box", width=420):
        st.html(markup.log_in_title())
        with st.form("log-in", border=False):
            name = st.text_input("Name", key="log-in-name", autocomplete="username")
            password = st.text_input(
                "Password", key="log-in-password", type="password", autocomplete="current-password"
            )
            sent = st.form_submit_button("Log in", type="primary", key="log-in-sent")
        if sent:
            _log_in(name.strip(), password)


def _log_in(name: str, password: str) -> None:
    if not name or not password:
        st.html(markup.note("Not logged in", "Give your name and your password.", tone="problem"))
        return
    try:
        token = cached.own_client().log_in(name, password)
    except ServiceError as error:
        st.html(markup.note("Not logged in", f"{str(error).capitalize()}.", tone="problem"))
        return
    session.begin(token)
    st.rerun()


def _log_out() -> None:
    with suppress(ServiceError):  # it has ended already, or ends by itself
        cached.own_client().log_out()
    session.end()
