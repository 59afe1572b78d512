"""The pinned quotes of a workspace, in the order of its report, with their notes."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from needlepoint_ui import frame, markup, source_pane, words
from needlepoint_ui.ask import answers
from needlepoint_ui.service.client import Client
from needlepoint_ui.service.workspaces import Pin, Workspace
from needlepoint_ui.state import Opened, PageState
from needlepoint_ui.workspace.entry import draw_since, note_field

_A_PAGE = 25
_SHOWN = "pins-shown"


def draw(client: Client, state: PageState, here: Workspace) -> None:
    """Draw the quotes, and beside them the document of the one that was clicked."""
    pins = client.workspaces.pins(here.id)
    if not pins:
        st.html(markup.note("Nothing is pinned yet", "Pin is under every answer, and over every open document."))
        return
    if not state.pins_source.opened:
        state.pins_source.open(next(filter(None, map(_now, pins)), None))
    left, right = st.columns([6, 7], gap="medium")
    with left, st.container(key="found", gap="small"):
        shown = int(st.session_state.setdefault(_SHOWN, _A_PAGE))
        former = None
        for number, pin in enumerate(pins[:shown]):
            if pin.question != former:
                st.html(markup.day_heading(pin.question or "Without a question"))
            former = pin.question
            _draw(client, state, here, pins, number)
        if len(pins) > shown:
            more = f"Show {min(_A_PAGE, len(pins) - shown)} more of {len(pins):,}"
            st.button(more, key="pins-more", on_click=lambda: st.session_state.__setitem__(_SHOWN, shown + _A_PAGE))
    with right:
        if state.pins_source.opened:
            with st.container(key="source"):
                source_pane.draw(client, state.pins_source)


def _draw(client: Client, state: PageState, here: Workspace, pins: Sequence[Pin], number: int) -> None:
    pin = pins[number]
    with st.container(border=True, key=f"card-pin-{pin.id}", gap="small"):
        opened = _now(pin)
        st.html(_html(pin, is_open=opened is not None and opened == state.pins_source.opened))
        draw_since(pin.check)
        with st.container(horizontal=True, gap="small", key=f"judge-pin-{pin.id}"):
            if opened:
                st.button(
                    "Show in document",
                    key=f"show-pin-{pin.id}",
                    type="tertiary",
                    on_click=state.pins_source.open,
                    args=(opened,),
                )
            for label, by, icon in (("Up", -1, "arrow_upward"), ("Down", 1, "arrow_downward")):
                st.button(
                    label,
                    key=f"{label.lower()}-{pin.id}",
                    type="tertiary",
                    icon=f":material/{icon}:",
                    disabled=not 0 <= number + by < len(pins),
                    on_click=_move,
                    args=(client, here.id, [each.id for each in pins], number, by),
                )
            remove = partial(client.workspaces.unpin, here.id, pin.id)
            st.button("Remove", key=f"unpin-{pin.id}", type="tertiary", on_click=_unpin, args=(state, pin, remove))
        note_field("Note on this quote", pin.note, partial(client.workspaces.note_pin, here.id, pin.id), pin.id)


def _html(pin: Pin, *, is_open: bool) -> str:
    if pin.confirmed_by:
        score = ("confirmed", f"by {pin.confirmed_by}", "A person has said that these words answer the question")
    elif pin.has_score:
        score = (words.likelihood(pin.place.score), words.percent(pin.place.score), words.LIKELIHOOD_HELP)
    else:
        score = ("chosen", "by a person", "A person has marked these words in the document")
    return markup.answer_card(
        pin.place.answer,
        pin.place.before,
        pin.place.after,
        place=answers.place_words(pin.place),
        score=score,
        level=score[0].replace(" ", "-") if pin.has_score else "very-likely",
        is_open=is_open,
    )


def _now(pin: Pin) -> Opened | None:
    """Return where the words stand now, or the nearest ones; None if they are gone."""
    if pin.check is None or (pin.check.outcome == "holds" and pin.check.is_same_file):
        return Opened.at(pin.place)
    now = pin.check.now or {}
    return Opened(str(now["document_id"]), int(now["start"]), int(now["end"])) if now.get("end") else None


def _unpin(state: PageState, pin: Pin, remove: "partial[None]") -> None:
    _tell(remove)
    state.pinned.clear()
    if state.pins_source.opened == _now(pin):
        state.pins_source.open(None)


def _move(client: Client, workspace: str, ids: list[str], number: int, by: int) -> None:
    ids[number], ids[number + by] = ids[number + by], ids[number]
    _tell(partial(client.workspaces.arrange, workspace, ids))


def _tell(change: "partial[None]") -> None:
    with frame.show_failures("Nothing was changed", key="pins"):
        change()
