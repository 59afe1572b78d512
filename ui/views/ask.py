"""Ask: a question, the answers with their quotes, and the source beside them."""

from functools import partial

import streamlit as st

from needlepoint_ui import empty, frame, markup, source_pane, words
from needlepoint_ui.ask import address, answers, asking, chips, export, facets, filters
from needlepoint_ui.ask.asking import Request
from needlepoint_ui.ask.filters import Search
from needlepoint_ui.service.client import Client
from needlepoint_ui.service.collection_models import Collection
from needlepoint_ui.service.models import Reply
from needlepoint_ui.state import Keys, PageState
from needlepoint_ui.workspace import line

_INVITATION = "Type a question in plain words. The answer is quoted word for word, with its file and page."


def _draw() -> None:
    client, state = frame.client(), PageState.current()
    address.read(state)
    collection: Collection | None = None
    with frame.show_failures("The collection cannot be read"):
        collection = frame.opened_collection(client)
        frame.status_line(collection)
    if collection is None:
        _ask_bar()  # its values stay in the address
        return
    if not collection.documents:
        empty.draw(client, state)
        return
    with frame.show_failures("The collection cannot be read", key="asking"):
        question = _ask_bar()
        under_question = st.container(horizontal=True, gap="small", vertical_alignment="center", key="under-question")
        with st.container(key="desk"):
            search = facets.draw(client)
            with under_question:
                chips.draw(client, search.filters)
                address.write(state)
                line.draw(client, state, question, _ask_recent)
            with st.container(key="work", gap="small"):
                _work(client, state, Request(question, search, _version(collection)))
        address.write(state)


def _work(client: Client, state: PageState, request: Request) -> None:
    """Draw the answers with the source beside them; ask first, if they are those of another request."""
    if not request.question:
        st.html(markup.note("Ask your documents", _INVITATION))
        _draw_source(client, state, None)
        return
    asking.ask(client, state, request)
    if request == state.stopped:
        _say_stopped(state, request)
    if state.reply is not None:
        _draw_reply(client, state, state.reply, request.search)


def _version(collection: Collection) -> str:
    return f"{collection.changed} {collection.documents} {collection.passages}"


def _ask_recent(question: str) -> None:
    st.session_state[Keys.QUESTION] = question


def _ask_bar() -> str:
    """Draw the field of the question; return it."""
    with (
        st.container(key="ask-bar"),
        st.form("ask", border=False),
        st.container(horizontal=True, wrap=False, gap="small"),
    ):
        question = st.text_area(
            "Question",
            key=Keys.QUESTION,
            label_visibility="collapsed",
            placeholder="Ask a question, such as: When does the lease end?",
            max_chars=address.LONGEST_QUESTION,
            height="content",
        )
        st.form_submit_button("Ask", type="primary", key="ask", on_click=facets.apply_draft)
    return " ".join((question or "").split())


def _draw_reply(client: Client, state: PageState, reply: Reply, search: Search) -> None:
    if not reply.nearest and not reply.cards and not reply.verified:
        _say_nothing_to_read(search)
        return
    with st.container(horizontal=True, wrap=False, vertical_alignment="center", key="summary", gap="medium"):
        has_any = reply.cards or reply.verified
        summary = markup.summary(answers.summary_of(reply) if has_any else "No answer found")
        st.html(markup.answers_heading() + summary)
        export.offer(reply, state.said)
    left, right = st.columns([6, 7], gap="medium")
    with left, st.container(key="found", gap="small"):
        answers.draw_confirmed(reply, state)
        if reply.cards:
            answers.draw_found(reply, state)
        else:
            _say_no_answer(reply, search)
            answers.draw_nearest(reply, state)
    with right:
        _draw_source(client, state, reply)


def _draw_source(client: Client, state: PageState, reply: Reply | None) -> None:
    if state.source.opened:
        with st.container(key="source"):
            source_pane.draw(
                client, state.source, reply=reply, on_only=filters.only, on_turn=partial(address.write, state)
            )


def _say_no_answer(reply: Reply, search: Search) -> None:
    were = "was" if reply.passages == 1 else "were"
    read = f"{words.count(reply.passages, 'passage')} of {words.count(reply.documents, 'document')} {were} read"
    below = "The closest candidates are below." if reply.doubtful else "The nearest passages are below."
    if reply.doubtful and reply.doubtful[0].retrieval_rank > 1 and not search.filters.active:
        below += " The further down the search finds a passage, the less its words count: filters may make them likely."
    text = f"{read} in {reply.seconds:.1f} s. According to the reader, none of them answers this question. {below}"
    if foreign := answers.foreign_words(reply):
        text += f" {foreign}."
    st.html(markup.note("No reliable answer found", text))
    with st.container(horizontal=True, gap="small"):
        if more := filters.more_than(reply.passages):
            st.button(f"Read {more} passages", key="more", on_click=filters.read_more, args=(more,))
        _offer_unfiltered(search)


def _say_nothing_to_read(search: Search) -> None:
    filtered = "No passage that matches the filters contains any of its words."
    anywhere = "No passage contains any of its words. Try the words that the documents use."
    st.html(markup.note("No passages found for this question", filtered if search.filters.active else anywhere))
    _offer_unfiltered(search)


def _offer_unfiltered(search: Search) -> None:
    if search.filters.active:
        label = f"Remove {words.count(search.filters.active, 'filter')}"
        st.button(label, key="unfiltered", on_click=filters.clear)


def _say_stopped(state: PageState, request: Request) -> None:
    found = state.reply is not None and state.asked == request
    below = "What was found by then is below." if found else "Any answers below are to the previous question."
    st.html(markup.note("Stopped", f"Reading was stopped before the end. {below}"))
    st.button("Ask it again", key="ask-stopped", on_click=state.ask_again)


_draw()
