"""Who sits before the page: an id that this browser keeps, and the name that the person gave, if any."""

import uuid
from typing import Any
from urllib.parse import unquote

import streamlit as st

from needlepoint_ui import login, markup
from needlepoint_ui.service.labels import Label

_PERSON, _NAME = "needlepoint-person", "needlepoint-name"
LONGEST_NAME = 80


def remember() -> None:
    """Draw what lets the browser remember the person."""
    st.html(markup.person(person(), name()))


def person() -> str:
    """Return the id that tells this person's judgements from those of others: that of the log-in, or this browser's."""
    if login.who().id:
        return login.who().id
    if _PERSON not in st.session_state:
        known = _cookie(_PERSON)
        st.session_state[_PERSON] = known if known.isalnum() and len(known) == 32 else uuid.uuid4().hex
    return str(st.session_state[_PERSON])


def name() -> str:
    """Return the name that the person logged in with or gave; empty without one."""
    if login.who().name:
        return login.who().name
    if _NAME not in st.session_state:
        st.session_state[_NAME] = _cookie(_NAME)[:LONGEST_NAME]
    return str(st.session_state[_NAME])


def ask_name() -> None:
    """Draw the field for the person's name, unless it is known."""
    if login.who().name:
        return
    key = f"{_NAME}-field"

    def keep() -> None:
        st.session_state[_NAME] = " ".join(str(st.session_state[key]).split())

    if key not in st.session_state:
        st.session_state[key] = name()
    st.text_input(
        "Your name on what you confirm",
        key=key,
        max_chars=LONGEST_NAME,
        on_change=keep,
        placeholder="a colleague",
        autocomplete="name",
    )


def signed(label: dict[str, Any]) -> dict[str, Any]:
    """Return a label that says whose judgement it is."""
    own = {"person": person()} | ({"by": name()} if name() else {})
    return {**label, "meta": {**(label.get("meta") or {}), **own}}


def is_own(label: Label) -> bool:
    """Whether the person has given a label: only their own is theirs to take back."""
    return label.person == person()


def who(by: str, other: str) -> str:
    """Return the name of the one who judged, or ``you``, or ``a colleague``.

    :param by: the name that the person gave, or empty.
    :param other: the person's id.
    """
    return by or ("you" if other and other == person() else "a colleague")


def who_judged(label: Label) -> str:
    """Return who gave a label."""
    return who(label.by, label.person)


def _cookie(key: str) -> str:
    value = st.context.cookies.get(key)
    return unquote(value) if isinstance(value, str) else ""
