"""The address of the Ask view: it holds question, filters, numbers and what is open, so that a link shows the same."""

from datetime import date
from typing import Any

import streamlit as st

from needlepoint_ui import address
from needlepoint_ui.ask import filters
from needlepoint_ui.state import Keys, Opened, PageState, Pane
from needlepoint_ui.workspace import current

LONGEST_QUESTION = 1_000
_OPEN, _PAGE = "open", "page"
_OWN = (
    Keys.QUESTION,
    Keys.SINCE,
    Keys.UNTIL,
    Keys.TOP_K,
    Keys.PASSAGES,
    _OPEN,
    _PAGE,
    current.WORKSPACE,
    current.PRIVATE,
)
Named = dict[str, list[str]]


def read(state: PageState) -> None:
    """Take the values of this view's widgets from the address, when the view opens or the browser goes back or forward."""
    named = {name: st.query_params.get_all(name) for name in st.query_params if _is_own(name)}
    if Keys.QUESTION not in st.session_state:
        current.read_address(state)
        _adopt(state, named or state.address)
        state.address = named or state.address
    elif address.is_step() and named != state.address and _current(state) == state.address:  # nothing else has changed
        current.read_address(state, is_step=True)
        _adopt(state, named)
        state.address = named


def write(state: PageState) -> None:
    """Put the values into the address, in one step, but only if they differ: each change is a message to the browser."""
    wanted = _current(state)
    if wanted != {name: st.query_params.get_all(name) for name in st.query_params}:
        st.query_params.from_dict(wanted)
    state.address = wanted


def leave() -> None:
    """Take this view's values out of the address of another view; the workspace stays."""
    address.drop(lambda name: _is_own(name) and name != current.WORKSPACE)


def asked_again(state: PageState) -> Named:
    """Return the values that ask the present question again, whatever is open beside it."""
    left_out = (_OPEN, _PAGE, *current.in_address(state))
    return {name: values for name, values in _current(state).items() if name not in left_out}


def _is_own(name: str) -> bool:
    return name in _OWN or filters.is_key(name)


def _current(state: PageState) -> Named:
    """Return the values that differ from the defaults, by their names in the address."""
    held, opened, page = st.session_state, state.source.opened, state.source.turned_to
    since, until = held.get(Keys.SINCE), held.get(Keys.UNTIL)
    answers, passages = held.get(Keys.TOP_K), held.get(Keys.PASSAGES)
    named = {
        Keys.QUESTION: [str(held.get(Keys.QUESTION) or "").strip()],
        **{str(key): list(held[key] or ()) for key in sorted(map(str, held)) if filters.is_key(key)},
        Keys.SINCE: [since.isoformat() if since else ""],
        Keys.UNTIL: [until.isoformat() if until else ""],
        Keys.TOP_K: ["" if answers in (None, filters.DEFAULT_TOP_K) else str(answers)],
        Keys.PASSAGES: ["" if passages in (None, filters.USUAL) else str(passages)],
        _OPEN: [opened.address if opened else ""],
        _PAGE: [str(page or "")],
        **current.in_address(state),
    }
    return {name: values for name, values in named.items() if any(values)}


def _adopt(state: PageState, named: Named) -> None:
    """Set the widgets and the reading pane to the values of an address; nonsense counts as not given."""
    first = {name: values[0] for name, values in named.items() if values}
    passages = first.get(Keys.PASSAGES, "")
    values: dict[str, Any] = {
        Keys.QUESTION: first.get(Keys.QUESTION, "")[:LONGEST_QUESTION],
        Keys.SINCE: _day(first.get(Keys.SINCE, "")),
        Keys.UNTIL: _day(first.get(Keys.UNTIL, "")),
        Keys.TOP_K: _number(first.get(Keys.TOP_K, ""), filters.MAX_TOP_K) or filters.DEFAULT_TOP_K,
        Keys.PASSAGES: passages if passages in map(str, filters.READ_MORE) else filters.USUAL,
        **{str(key): [] for key in st.session_state if filters.is_key(str(key))},
        **{name: list(given) for name, given in named.items() if filters.is_key(name)},
    }
    for key, value in values.items():
        st.session_state[key] = value
    state.linked = Opened.from_address(first.get(_OPEN, ""))
    state.source = Pane(state.linked, _number(first.get(_PAGE, ""), 9_999_999))


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if filters.FIRST_DAY <= day <= filters.LAST_DAY else None


def _number(text: str, most: int) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 8 and 0 < int(text) <= most else None
