"""A question of the history, exactly as it was answered then, with a mark where a document was changed since."""

from collections.abc import Sequence
from functools import partial
from urllib.parse import parse_qs

import streamlit as st

from needlepoint_ui import frame, markup, words
from needlepoint_ui.ask import answers
from needlepoint_ui.service.client import Client
from needlepoint_ui.service.models import Card, Place
from needlepoint_ui.service.workspaces import Check, Kept, Workspace
from needlepoint_ui.state import Opened, PageState
from needlepoint_ui.workspace import pinning

LONGEST_NOTE = 10_000


def draw(client: Client, state: PageState, here: Workspace) -> None:
    """Draw the open question."""
    kept = client.workspaces.question(here.id, state.entry)
    with st.container(key="entry", gap="small"):
        _heading(client, state, here, kept)
        _note(client, here, kept)
    with st.container(key="found", gap="small"):
        _answers(state, here, kept)


def _heading(client: Client, state: PageState, here: Workspace, kept: Kept) -> None:
    asked, reply = kept.question, kept.reply
    st.button(
        "All questions",
        key="entry-close",
        type="tertiary",
        icon=":material/arrow_back:",
        on_click=_close,
        args=(state,),
    )
    st.html(markup.heading(asked.question))
    read = f"{words.count(reply.passages, 'passage')} of {words.count(reply.documents, 'document')} read"
    facts = [f"Asked {words.moment(asked.asked)}", asked.scope, read, reply.reader]
    st.html(markup.summary(" · ".join(filter(None, facts))))
    with st.container(horizontal=True, gap="small", key="entry-actions"):
        again = {name: values for name, values in parse_qs(asked.address).items()} or {"q": [asked.question]}
        st.button("Ask again", key="entry-again", icon=":material/refresh:", on_click=state.ask_from, args=(again,))
        if st.button("Delete this question …", key="entry-delete", type="tertiary"):
            _confirm(client, state, here, kept)


def _close(state: PageState) -> None:
    state.entry = ""
    state.kept_source.open(None)


def _note(client: Client, here: Workspace, kept: Kept) -> None:
    id_ = kept.question.id
    note_field("Note on this question", kept.question.note, partial(client.workspaces.note_question, here.id, id_), id_)


def note_field(label: str, note: str, save: "partial[None]", id_: str) -> None:
    """Draw a field for a note, which is kept as soon as the person leaves it.

    :param save: keeps its text.
    :param id_: tells it from the others.
    """
    key = f"note-{id_}"

    def keep() -> None:
        with frame.show_failures("The note was not kept", key=key):
            save(str(st.session_state[key] or ""))

    if key not in st.session_state:
        st.session_state[key] = note
    st.text_area(label, key=key, max_chars=LONGEST_NOTE, height="content", placeholder="Write a note", on_change=keep)


def _answers(state: PageState, here: Workspace, kept: Kept) -> None:
    reply = kept.reply
    if not (reply.verified or reply.cards):
        st.html(markup.note("No reliable answer was found", "The nearest words are below." if reply.doubtful else ""))
    shown = (*reply.verified, *reply.cards) or reply.doubtful
    _cards(state, here, kept, answers.one_a_place(shown))


def _cards(state: PageState, here: Workspace, kept: Kept, shown: Sequence[Card]) -> None:
    for number, card in enumerate(shown, start=1):
        key = f"card-kept-{number}"
        with st.container(border=True, key=key, gap="small"):
            st.html(answers.card_html(card, is_open=state.kept_source.opened == Opened.at(card.place)))
            draw_since(kept.checks.get(Opened.at(card.place).address))
            with st.container(horizontal=True, gap="small", vertical_alignment="center"):
                _show(state, kept, card.place, "Show in document", key=f"show-{key}")
                for other, place in enumerate(answers.elsewhere(card), start=2):
                    label = f"also in {markup.plain_label(place.document.name)}, {place.pages}"
                    _show(state, kept, place, label, key=f"show-{key}-{other}")
                pinning.offer_kept(state, here.id, kept.reply, card.place, key=key)


def draw_since(check: Check | None) -> None:
    """Draw what has become of quoted words since, if there is anything to say."""
    if check and check.remark:
        st.html(markup.since(check.remark))


def _show(state: PageState, kept: Kept, place: Place, label: str, *, key: str) -> None:
    """Draw a button that opens the words where they stand now; none if they are gone."""
    check, opened = kept.checks.get(Opened.at(place).address), Opened.at(place)
    if check and not (check.outcome == "holds" and check.is_same_file):
        now = check.now or {}
        if not now.get("end"):
            return
        opened = Opened(str(now["document_id"]), int(now["start"]), int(now["end"]))
    st.button(label, key=key, type="tertiary", on_click=state.kept_source.open, args=(opened,))


@st.dialog("Delete this question?")
def _confirm(client: Client, state: PageState, here: Workspace, kept: Kept) -> None:
    pins = f" and {words.count(kept.question.pins, 'pinned quote')}" if kept.question.pins else ""
    st.html(
        markup.aside(f"The question, its answers, its note{pins} are deleted for good. Documents and judgements stay.")
    )
    if st.button("Delete the question", type="primary", key="entry-deleted"):
        with frame.show_failures("Nothing was deleted", key="entry"):
            client.workspaces.delete_question(here.id, kept.question.id)
            _close(state)
            st.rerun()
