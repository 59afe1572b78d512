"""Ask: a question, the answers with their quotes, and the source beside them."""

import streamlit as st

from needlepoint_ui import answers, filters, frame, markup, source_pane, words
from needlepoint_ui.client import Answers, Client, Info
from needlepoint_ui.filters import Filters
from needlepoint_ui.state import Keys, PageState

_LONGEST_QUESTION = 1_000
_NEAREST = 3


def _draw() -> None:
    client, state = frame.opened_client(), PageState.current()
    info = client.info()
    frame.status_line(info)
    if not info.documents:
        _say_empty()
        return
    question, chosen, top_k = _ask_bar(client)
    if not question:
        st.html(
            markup.note(
                "Ask your documents",
                "Type a question in plain words. The answer is quoted word for word, with its file and page.",
            )
        )
        return
    _ask(client, state, question, chosen=chosen, top_k=top_k, info=info)
    if state.answers is not None:
        _draw_answers(client, state, state.answers, chosen)


def _ask_bar(client: Client) -> tuple[str, Filters, int]:
    with st.container(key="ask-bar"):
        box, side = st.columns([5, 1], vertical_alignment="top")
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
    asked = (question, chosen, top_k, info.documents, info.passages)
    if asked == state.asked:
        return
    state.answers = state.asked = None
    with st.spinner("Reading …"), frame.failures_said("This question cannot be answered"):
        state.answers = client.ask(question, top_k=top_k, filters=chosen.as_haystack())
        state.asked = asked
        first = next(iter(state.answers.findings or state.answers.passages), None)
        state.open(first.place if first else None)


def _draw_answers(client: Client, state: PageState, found: Answers, chosen: Filters) -> None:
    if not found.passages:
        _say_nothing_to_read(chosen)
        return
    left, right = st.columns([6, 7], gap="medium")
    with left, st.container(key="found", gap="small"):
        if found.findings:
            shown = answers.cards(found.findings)
            documents = len({finding.place.document_id for finding in found.findings})
            places = f"{words.count(len(shown), 'answer')} in {words.count(documents, 'document')}"
            st.html(markup.summary(f"{places} · {_reading(found)}"))
            answers.draw_cards(shown, state)
        else:
            _draw_no_answer(found, state, chosen)
        rest = _without_answer(found)
        if rest and found.findings:
            with st.expander(f"{words.count(len(rest), 'passage')} read without an answer, nearest first"):
                answers.draw_passages(rest, state, prefix="read")
    with right, st.container(key="source"):
        source_pane.draw(client, state)


def _draw_no_answer(found: Answers, state: PageState, chosen: Filters) -> None:
    documents = len({passage.place.document_id for passage in found.passages})
    text = f"{words.count(len(found.passages), 'passage')} of {words.count(documents, 'document')} were read"
    st.html(markup.note("No document answers this", f"{text} in {found.seconds:.1f} s. The nearest ones are below."))
    if chosen.active:
        st.button("Search without the filters", key="unfiltered", on_click=filters.clear)
    answers.draw_passages(found.passages[:_NEAREST], state, prefix="nearest")
    if found.doubtful:
        with st.expander("Words that came nearest, though the reader doubts that they answer it"):
            answers.draw_cards(answers.cards(found.doubtful), state, prefix="doubtful")
    if rest := found.passages[_NEAREST:]:
        with st.expander(f"{words.count(len(rest), 'more passage')} read without an answer"):
            answers.draw_passages(rest, state, prefix="read")


def _without_answer(found: Answers) -> list[answers.ReadPassage]:
    """Return the passages in which no answer stands."""
    spans = [finding.place for finding in found.findings]
    return [
        passage
        for passage in found.passages
        if not any(
            span.document_id == passage.place.document_id and passage.place.start <= span.start < passage.place.end
            for span in spans
        )
    ]


def _reading(found: Answers) -> str:
    return f"{words.count(len(found.passages), 'passage')} read in {found.seconds:.1f} s"


def _say_nothing_to_read(chosen: Filters) -> None:
    heading = "Nothing to read for this question"
    if chosen.active:
        st.html(markup.note(heading, "No passage has words of the question and passes the filters."))
        st.button("Search without the filters", key="unfiltered", on_click=filters.clear)
    else:
        st.html(markup.note(heading, "No passage has any of its words. Try the words that the documents use."))


def _say_empty() -> None:
    st.html(markup.note("The collection is empty", "Add documents first; then ask them a question here."))
    st.page_link("views/collection.py", label="Add documents")


_draw()
