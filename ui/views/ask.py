"""Ask: a question, the answers with their quotes, and the source beside them."""

import streamlit as st

from needlepoint_ui import answers, filters, frame, markup, recent, source_pane, words
from needlepoint_ui.client import Answers, Client, Info
from needlepoint_ui.filters import Filters
from needlepoint_ui.state import Keys, PageState

_LONGEST_QUESTION = 1_000
_INVITATION = "Type a question in plain words. The answer is quoted word for word, with its file and page."


def _draw() -> None:
    client, state = frame.opened_client(), PageState.current()
    with frame.failures_said("The collection cannot be read"):
        info = client.info()
        frame.status_line(info)
        if not info.documents:
            _say_empty()
            return
        question, chosen, top_k = _ask_bar(client)
        if not question:
            st.html(markup.note("Ask your documents", _INVITATION))
            recent.offer(state, question)
            return
        recent.offer(state, question)
        _ask(client, state, question, chosen=chosen, top_k=top_k, info=info)
        if state.answers is not None:
            _draw_answers(client, state, state.answers, chosen)


def _ask_bar(client: Client) -> tuple[str, Filters, int]:
    with st.container(key="ask-bar", gap="small"):
        box, side = st.columns([6, 1], vertical_alignment="top")
        with box, st.form("ask", border=False), st.container(horizontal=True, wrap=False, gap="small"):
            question = st.text_input(
                "Question",
                key=Keys.QUESTION,
                bind="query-params",
                label_visibility="collapsed",
                placeholder="Ask a question, such as: When does the lease end?",
                max_chars=_LONGEST_QUESTION,
                autocomplete="off",
            )
            st.form_submit_button("Ask", type="primary")
        with side:
            chosen, top_k = filters.controls(client.facets())
        filters.chips(chosen)
    return (question or "").strip(), chosen, top_k


def _ask(client: Client, state: PageState, question: str, *, chosen: Filters, top_k: int, info: Info) -> None:
    """Ask, unless just this was asked last: opening another card must not read anew."""
    working = st.empty()
    asked = (question, chosen, top_k, info.documents, info.passages)
    if asked == state.asked:
        return
    state.forget_answers()
    # in a place of its own: so the former answers stay, dimmed, until the new ones come
    with working, frame.failures_said("This question cannot be answered"), st.spinner("Reading …"):
        found = client.ask(question, top_k=top_k, filters=chosen.as_haystack())
        state.answers, state.asked = found, asked
        places = [finding.place for finding in found.findings] or [passage.place for passage in found.passages]
        state.open(places[0] if places else None)
        state.remember_question(question)


def _draw_answers(client: Client, state: PageState, found: Answers, chosen: Filters) -> None:
    if not found.passages:
        _say_nothing_to_read(chosen)
        return
    left, right = st.columns([6, 7], gap="medium")
    with left, st.container(key="found", gap="small"):
        if found.findings:
            answers.draw_found(found, state)
        else:
            _say_no_answer(found, chosen)
            answers.draw_nearest(found, state)
    with right, st.container(key="source"):
        source_pane.draw(client, state)


def _say_no_answer(found: Answers, chosen: Filters) -> None:
    documents = len({passage.place.document_id for passage in found.passages})
    read = f"{words.count(len(found.passages), 'passage')} of {words.count(documents, 'document')} read"
    text = (
        f"{read} in {found.seconds:.1f} s, and none answers this, as far as the reader can tell. The nearest are below."
    )
    st.html(markup.note("No answer found", text))
    if chosen.active:
        st.button("Search without the filters", key="unfiltered", on_click=filters.clear)


def _say_nothing_to_read(chosen: Filters) -> None:
    heading = "Nothing to read for this question"
    if chosen.active:
        st.html(markup.note(heading, "No passage that passes the filters has any of its words."))
        st.button("Search without the filters", key="unfiltered", on_click=filters.clear)
    else:
        st.html(markup.note(heading, "No passage has any of its words. Try the words that the documents use."))


def _say_empty() -> None:
    st.html(markup.note("The collection is empty", "Add documents first; then ask them a question here."))
    if st.button("Add documents", type="primary", key="add-documents"):
        st.switch_page("views/collection.py")


_draw()
