"""The dialog in which a person marks the right words in a passage, with the mouse or by typing them."""

from collections.abc import Callable

import streamlit as st

from needlepoint_ui import markup
from needlepoint_ui.marking import labels, selection
from needlepoint_ui.service.models import Passage

_WORDS, _SPAN = "marking-words", "marking-span"
_AROUND = 60
Span = tuple[int, int]


def mark_words(
    question: str,
    passage: Passage,
    marked: Span | None,
    on_words: Callable[[Span], None],
    *,
    on_absent: Callable[[], None] | None = None,
    on_typed: Callable[[str], None] | None = None,
) -> None:
    """Open the dialog.

    :param marked: the words marked at the start, as a range of the passage.
    :param on_words: called with the range of the right words.
    :param on_absent: called if the answer is not in the document; without it, that choice is not offered.
    :param on_typed: called with typed words that do not stand in the passage; without it, they are refused.
    """
    st.session_state[_SPAN] = marked
    st.session_state[_WORDS] = _on_a_line(passage.text[slice(*marked)]) if marked else ""

    @st.dialog("Mark the right words", width="medium")
    def draw() -> None:
        st.html(markup.aside(f"{question} ({passage.place.document.name}, page {passage.place.page})"))
        span = _choose(passage, may_type=on_typed is not None)
        with st.container(horizontal=True, gap="small"):
            if st.button("Save these words", type="primary", key="marking-save", disabled=span is None) and span:
                on_words(span)
            typed = str(st.session_state.get(_WORDS) or "").strip()
            is_elsewhere = bool(typed) and not labels.occurrences(typed, passage.text)
            if on_typed and is_elsewhere and st.button("Save without a place", key="marking-typed"):
                on_typed(typed)
            if on_absent and st.button("Not in this document", key="marking-absent"):
                on_absent()

    draw()


def _choose(passage: Passage, *, may_type: bool) -> Span | None:
    """Draw the passage and the field of words; return the range on which both agree."""

    def choose(span: Span) -> None:
        st.session_state[_SPAN], st.session_state[_WORDS] = span, _on_a_line(passage.text[slice(*span)])

    selection.draw(
        passage.text,
        marked=st.session_state[_SPAN],
        on_chosen=choose,
        label="The passage: select the right words in it",
        key="marking-passage",
    )
    words = st.text_input(
        "The right words",
        key=_WORDS,
        autocomplete="off",
        help="Select them above, or type them as they appear there",
    )
    span: Span | None = st.session_state[_SPAN]
    if span and (words or "").split() == passage.text[slice(*span)].split():
        return span
    st.session_state[_SPAN] = None
    return _find(words or "", passage, may_type=may_type)


def _on_a_line(words: str) -> str:
    """Return words on one line: a browser would drop the line ends in a text field, and join words."""
    return " ".join(words.split())


def _find(words: str, passage: Passage, *, may_type: bool) -> Span | None:
    """Find typed words in the passage; if they occur several times, ask which are meant."""
    found = labels.occurrences(words, passage.text)
    if not words.strip():
        st.html(markup.aside("Select the words above, or type them."))
        return None
    if not found:
        elsewhere = "This page does not contain these words: turn to theirs first, or save them without a place."
        exactly = "The passage does not contain these words: type them exactly as they appear in it."
        st.html(markup.aside(elsewhere if may_type else exactly))
        return None
    if len(found) == 1:
        return found[0]
    return st.radio(
        f"They occur {len(found)} times: which ones do you mean?",
        found,
        format_func=lambda span: markup.plain_label(_surroundings(passage.text, span)),
        key="marking-occurrence",
    )


def _surroundings(text: str, span: Span) -> str:
    start, end = span
    return f"… {text[max(0, start - _AROUND) : start]}[{text[start:end]}]{text[end : end + _AROUND]} …"
