"""Feedback on an answer: right, wrong, other words, or not in this document."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from needlepoint_ui import frame
from needlepoint_ui.marking import labels
from needlepoint_ui.marking.dialog import mark_words
from needlepoint_ui.service import cached
from needlepoint_ui.service.models import Card, Passage
from needlepoint_ui.state import Opened, PageState

_THANKS = "Thank you: saved as “{}”. See Review."


def draw(question: str, card: Card, state: PageState, *, key: str) -> None:
    """Draw the buttons that judge a card, or the judgement that was given."""
    place = f"{question}\n{Opened.at(card.place).address}"
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key=f"judge-{key}"):
        if said := state.said.get(place):
            st.caption(_THANKS.format(labels.SAID[said[1]]))
            if st.button("Undo", key=f"undo-{key}", type="tertiary"):
                with frame.show_failures("This could not be undone", key=f"undo-{key}"):
                    cached.client().take_back(said[0])
                    del state.said[place]
                    st.rerun()
            return
        for verdict, label, icon in (
            (labels.RIGHT, "Right", "thumb_up"),
            (labels.WRONG, "Wrong", "thumb_down"),
        ):
            if st.button(label, key=f"{verdict}-{key}", type="tertiary", icon=f":material/{icon}:"):
                give(state, place, labels.of_card(question, card, verdict), verdict)
        if st.button("Correct …", key=f"correct-{key}", type="tertiary", icon=":material/edit:"):
            _correct(question, card, state, place)


def offer_marking(question: str, passage: Passage, *, key: str) -> None:
    """Draw the button with which a person marks an answer that the reader did not find."""
    state, place = PageState.current(), f"{question}\n{Opened.passage(passage).address}"
    if said := state.said.get(place):
        st.caption(_THANKS.format(labels.SAID[said[1]]))
    elif st.button("The answer is here …", key=f"mark-{key}", type="tertiary", icon=":material/edit:"):
        mark_words(
            question,
            passage,
            None,
            lambda span: give(state, place, labels.of_passage(question, passage, span), labels.CORRECTED),
        )


def give(state: PageState, place: str, label: dict[str, Any], verdict: str) -> None:
    """Send a label, and remember it for this place."""
    with frame.show_failures("This could not be saved", key="feedback"):
        state.said[place] = (cached.client().give_feedback(label), verdict)
        st.rerun()


def _correct(question: str, card: Card, state: PageState, place: str) -> None:
    start = card.place.start - card.passage.place.start
    absent: Callable[[], None] = lambda: give(  # noqa: E731
        state, place, labels.of_card(question, card, labels.ABSENT), labels.ABSENT
    )
    mark_words(
        question,
        card.passage,
        (start, start + len(card.answer)),
        lambda span: give(state, place, labels.of_card(question, card, labels.CORRECTED, span=span), labels.CORRECTED),
        on_absent=absent,
    )
