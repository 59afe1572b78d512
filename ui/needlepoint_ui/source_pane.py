"""The source beside the answers: the text of the page with the words marked and in view."""

from dataclasses import dataclass

import streamlit as st

from needlepoint_ui import frame, markup, words
from needlepoint_ui.client import Client, Place
from needlepoint_ui.state import PageState

_MOST_CHARACTERS = 30_000  # on each side of the mark; a page of a text file may be a whole book
_LEFT_OUT = "[…]"


@dataclass(frozen=True, slots=True)
class Extract:
    """A page's text in three segments; ``marked`` is empty on a page without the quote."""

    before: str
    marked: str
    after: str
    pages: int


def extract(text: str, place: Place, page: int) -> Extract:
    """Cut one page out of a source text, divided at the place where that lies on it.

    :param text: the whole document; form feeds divide pages.
    :param page: from 1; one out of range takes the nearest.
    """
    pages = text.split("\f")
    page = max(1, min(page, len(pages)))
    first = sum(len(before) + 1 for before in pages[: page - 1])
    content = pages[page - 1]
    if place.start < first + len(content) and place.end > first:
        start, end = max(0, place.start - first), min(len(content), place.end - first)
    else:
        start = end = 0
    before, after = content[:start], content[end:]
    if len(before) > _MOST_CHARACTERS:
        before = f"{_LEFT_OUT} {before[-_MOST_CHARACTERS:]}"
    if len(after) > _MOST_CHARACTERS:
        after = f"{after[:_MOST_CHARACTERS]} {_LEFT_OUT}"
    return Extract(before, content[start:end], after, len(pages))


def draw(client: Client, state: PageState) -> None:
    """Draw the place that is open, with buttons to turn pages."""
    place = state.opened
    if place is None:
        return
    with frame.failures_said("This document cannot be shown"):
        text = client.text(place.document_id)
        page = state.turned_to or place.page
        shown = extract(text, place, page)
        _heading(place, page, shown.pages, state)
        key = f"{place.document_id}-{place.start}-{place.end}-{page}"
        label = f"Text of {place.name}, page {page}"
        segments = (shown.before, shown.marked, shown.after)
        st.html(markup.source(*segments, label=label, key=key, softly=place.is_passage))
        st.html(markup.scroll_to_mark(key), unsafe_allow_javascript=True)


def _heading(place: Place, page: int, pages: int, state: PageState) -> None:
    details = [
        f"page {page} of {pages}",
        words.kind(place.type),
        words.day(place.date),
        place.title if place.title != place.name else "",
    ]
    with st.container(horizontal=True, vertical_alignment="center", wrap=False, key="source-heading"):
        st.html(markup.source_heading(place.name, details))
        if pages > 1:
            _turn("chevron_left", "Previous page", page - 1, state, disabled=page <= 1)
            _turn("chevron_right", "Next page", page + 1, state, disabled=page >= pages)


def _turn(icon: str, label: str, page: int, state: PageState, *, disabled: bool) -> None:
    def turn() -> None:
        state.turned_to = page

    st.button(label, key=f"turn-{icon}", icon=f":material/{icon}:", help=label, disabled=disabled, on_click=turn)
