"""Feedback on an answer: right, wrong, other words, or not in this document; what was said before is known."""

import time
from collections.abc import Callable
from typing import Any

import streamlit as st

from needlepoint_ui import frame, markup, person, words
from needlepoint_ui.marking import labels
from needlepoint_ui.marking.dialog import mark_words
from needlepoint_ui.service import cached
from needlepoint_ui.service.labels import Label
from needlepoint_ui.service.models import Card, Passage
from needlepoint_ui.state import Opened, PageState
from needlepoint_ui.workspace import pinning

_TIME = "%Y-%m-%d %H:%M:%S"  # as the service writes it


def said_of_card(card: Card, said: dict[str, Label]) -> Label | None:
    """Return what was said about a card at the place that it shows, if anything."""
    return said.get(card.confirmed.place if card.confirmed else Opened.at(card.place).address)


def draw(question: str, card: Card, state: PageState, *, key: str) -> None:
    """Draw the buttons that judge a card, or the judgement that was given; and the one that pins it."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key=f"judge-{key}"):
        said = said_of_card(card, state.said)
        if said:
            is_told = card.confirmed is not None and card.confirmed.label == said.id
            _draw_said(said, state, key=key, is_told=is_told)
        if said and person.is_own(said):
            pinning.offer(state, card.place, key=key)
            return
        for verdict, label, icon in (
            (labels.RIGHT, "Right", "thumb_up"),
            (labels.WRONG, "Wrong", "thumb_down"),
        ):
            if st.button(label, key=f"{verdict}-{key}", type="tertiary", icon=f":material/{icon}:"):
                give(state, labels.of_card(question, card, verdict))
        if st.button("Correct …", key=f"correct-{key}", type="tertiary", icon=":material/edit:"):
            _correct(question, card, state)
        pinning.offer(state, card.place, key=key)


def offer_marking(question: str, passage: Passage, *, key: str) -> None:
    """Draw the button with which a person marks an answer that the reader did not find."""
    state = PageState.current()
    if said := state.said.get(Opened.passage(passage).address):
        _draw_said(said, state, key=key)
        if person.is_own(said):
            return
    if st.button("The answer is here …", key=f"mark-{key}", type="tertiary", icon=":material/edit:"):
        mark_words(question, passage, None, lambda span: give(state, labels.of_passage(question, passage, span)))


def give(state: PageState, label: dict[str, Any]) -> None:
    """Send a label, and remember it for its place."""
    with frame.show_failures("This judgement was not saved", key="feedback"):
        label = labels.of_person(person.signed(label), person.person())
        id_ = cached.own_client().give_feedback(label)
        said = Label.of({**label, "id": id_, "created_at": time.strftime(_TIME)})
        state.judgements = [*(each for each in state.judgements if each.id != id_), said]
        st.rerun()


def _draw_said(said: Label, state: PageState, *, key: str, is_told: bool = False) -> None:
    """Draw a judgement and, if it is the person's own, the button that takes it back.

    :param is_told: whether the card itself says who judged, and when.
    """
    if not is_told:
        by = markup.plain_label(person.who_judged(said))
        judged = "Corrected" if said.verdict == labels.CORRECTED else f"Judged {labels.SAID[said.verdict]}"
        st.caption(f"{judged} by {by}, {words.day(said.created)}.")
    if person.is_own(said) and st.button("Undo", key=f"undo-{key}", type="tertiary"):
        with frame.show_failures("This could not be undone", key=f"undo-{key}"):
            cached.own_client().take_back(said.id)
            state.judgements = [each for each in state.judgements if each.id != said.id]
            st.rerun()


def _correct(question: str, card: Card, state: PageState) -> None:
    start = card.place.start - card.passage.place.start
    absent: Callable[[], None] = lambda: give(state, labels.of_card(question, card, labels.ABSENT))  # noqa: E731
    mark_words(
        question,
        card.passage,
        (start, start + len(card.answer)),
        lambda span: give(state, labels.of_card(question, card, labels.CORRECTED, span=span)),
        on_absent=absent,
    )
