"""The line under the question: the workspace in which it is kept, and the last questions there."""

from collections.abc import Callable, Sequence

import streamlit as st

from needlepoint.text.questions import same_question
from needlepoint_ui import frame, markup, person
from needlepoint_ui.service.client import Client
from needlepoint_ui.service.workspaces import Workspace, distinct
from needlepoint_ui.state import PageState
from needlepoint_ui.workspace import current

_SHOWN, _LOOKED_AT = 5, 20
_LONGEST_NAME = 100
_LONGEST_QUESTION = 60  # of a recent question's button
VIEW = "views/workspace.py"


def draw(client: Client, state: PageState, question: str, ask: Callable[[str], None]) -> None:
    """Draw the line.

    :param question: the one on the page, which is not among the recent ones.
    :param ask: asks a recent question.
    """
    known = client.workspaces.all()
    here = current.chosen(state, known)
    with st.container(horizontal=True, wrap=False, gap="small", vertical_alignment="center", key="desk-line"):
        label, icon = _label(state, here)
        with st.popover(label, type="tertiary", icon=icon, key="workspace"):
            _choose(client, state, known, here)
        if here and state.keeps:
            _recent(client, here, question, ask)


def _label(state: PageState, here: Workspace | None) -> tuple[str, str]:
    if not state.keeps:
        return "Questions are not kept", ":material/visibility_off:"
    return markup.plain_label(here.name if here else current.FIRST), ":material/folder_open:"


def _choose(client: Client, state: PageState, known: Sequence[Workspace], here: Workspace | None) -> None:
    if here:
        current.choose(state, known, here, key="workspace-choice")
    st.toggle(
        "Do not keep questions",
        key="private-choice",
        value=not state.keeps,
        on_change=lambda: setattr(state, "keeps", not st.session_state["private-choice"]),
        help="Questions asked meanwhile leave no trace in a workspace",
    )
    offer_new(client, state, key="line")
    person.ask_name()
    st.page_link(VIEW, label="Open the workspace: history, pinned quotes, report")


def offer_new(client: Client, state: PageState, *, key: str) -> None:
    """Draw the field and the button that make a workspace."""
    with st.form(f"workspace-new-{key}", border=False, clear_on_submit=True):
        name = st.text_input("New workspace named", key=f"workspace-name-{key}", max_chars=_LONGEST_NAME)
        if st.form_submit_button("Make it", key=f"workspace-make-{key}"):
            with frame.show_failures("The workspace was not made", key=f"workspace-{key}"):
                current.make(client, state, name)
                st.rerun()


def _recent(client: Client, here: Workspace, question: str, ask: Callable[[str], None]) -> None:
    _, kept = client.workspaces.questions(here.id, limit=_LOOKED_AT)
    asked = same_question(question)
    others = [each.question for each in distinct(kept) if same_question(each.question) != asked][:_SHOWN]
    for number, each in enumerate(others):
        short = each if len(each) <= _LONGEST_QUESTION else f"{each[:_LONGEST_QUESTION]}…"
        st.button(markup.plain_label(short), key=f"recent-{number}", type="tertiary", on_click=ask, args=(each,))
