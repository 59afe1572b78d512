"""The last questions, each a click away."""

import streamlit as st

from needlepoint_ui import markup
from needlepoint_ui.state import Keys, PageState

_LONGEST_LABEL = 60


def offer(state: PageState, question: str) -> None:
    """Draw the recent questions other than the one on the page."""
    others = [other for other in state.recent if other != question]
    with st.container(horizontal=True, gap="medium", vertical_alignment="center", key="recent"):
        if others:
            st.html(markup.aside("Recent"), width="content")
        for number, other in enumerate(others):
            label = other if len(other) <= _LONGEST_LABEL else f"{other[:_LONGEST_LABEL]} …"
            st.button(
                markup.plain_label(label),
                key=f"recent-{number}",
                type="tertiary",
                help="Ask this again",
                on_click=_ask_again,
                args=(other,),
            )


def _ask_again(question: str) -> None:
    st.session_state[Keys.QUESTION] = question
