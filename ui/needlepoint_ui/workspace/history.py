"""The history of a workspace: its questions by day, to search, open and delete."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import groupby

import streamlit as st

from needlepoint_ui import frame, markup, words
from needlepoint_ui.service.client import Client
from needlepoint_ui.service.workspaces import KeptQuestion, Workspace
from needlepoint_ui.state import PageState
from needlepoint_ui.workspace import address

_A_PAGE = 25
_MORE = "history-more"  # further pages of the list that are shown


def draw(client: Client, state: PageState, here: Workspace) -> None:
    """Draw the list; a click opens a question as it was answered then."""
    search = st.text_input(
        "Search questions, answers and notes",
        key=address.FIND,
        type="search",
        placeholder="Search questions, answers and notes",
        label_visibility="collapsed",
        autocomplete="off",
    )
    pages = int(st.session_state.setdefault(_MORE, 1))
    total, kept = 0, list[KeptQuestion]()
    for page in range(pages):
        total, more = client.workspaces.questions(
            here.id, search=(search or "").strip(), offset=page * _A_PAGE, limit=_A_PAGE
        )
        kept += more
    if not kept:
        st.html(markup.aside("No question has these words." if search else "No question is kept yet: ask one."))
    for day, of_day in groupby(kept, key=lambda each: local(each.asked).date()):
        _day(client, state, here, day, list(of_day))
    if total > len(kept):
        st.button(
            f"Show {min(_A_PAGE, total - len(kept))} more of {total:,}",
            key="history-next",
            on_click=lambda: st.session_state.__setitem__(_MORE, pages + 1),
        )


def local(asked: str) -> datetime:
    """Return a time in this machine's time zone."""
    return datetime.fromisoformat(asked).astimezone()


def _day(client: Client, state: PageState, here: Workspace, day: date, of_day: Sequence[KeptQuestion]) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key=f"kept-day-{day}"):
        st.html(markup.day_heading(words.day(day.isoformat())), width="content")
        if st.button("Delete this day …", key=f"delete-day-{day}", type="tertiary"):
            _confirm_day(client, state, here, day)
    for each in of_day:
        _row(state, each)


def _row(state: PageState, kept: KeptQuestion) -> None:
    facts = [
        kept.place,
        words.percent(kept.score) if kept.score is not None and kept.answer else "",
        f"{local(kept.asked):%H:%M}",
        words.count(kept.pins, "pin") if kept.pins else "",
        "note" if kept.note else "",
    ]
    with st.container(key=f"kept-row-{kept.id}", gap="small"):
        label = markup.plain_label(kept.question)
        st.button(label, key=f"kept-open-{kept.id}", type="tertiary", on_click=_open, args=(state, kept.id))
        st.html(markup.kept(kept.answer, facts, is_here=kept.id == state.entry))


def _open(state: PageState, question_id: str) -> None:
    state.entry = question_id
    state.kept_source.open(None)


@st.dialog("Delete the questions of this day?")
def _confirm_day(client: Client, state: PageState, here: Workspace, day: date) -> None:
    text = f"All questions of {words.day(day.isoformat())} with their answers, notes and pinned quotes are deleted for good."
    st.html(markup.aside(text))
    if st.button("Delete the day", type="primary", key="day-deleted"):
        with frame.show_failures("Nothing was deleted", key="day"):
            since = datetime(day.year, day.month, day.day).astimezone()
            until = since + timedelta(days=1)
            client.workspaces.delete_between(
                here.id, since.astimezone(UTC).isoformat(), until.astimezone(UTC).isoformat()
            )
            state.entry = ""
            st.rerun()
