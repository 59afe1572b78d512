"""The row under the question: what it is narrowed by, with a chip for each active filter."""

import streamlit as st

from needlepoint_ui import markup, words
from needlepoint_ui.ask import filters
from needlepoint_ui.ask.filters import DATE, DOCUMENT, Filters
from needlepoint_ui.scope import choosing
from needlepoint_ui.service.client import Client
from needlepoint_ui.state import Keys

_CHOOSING = "choose"


def draw(client: Client, active: Filters) -> None:
    """Draw the buttons that open the filters and the list of documents, and a chip for each filter, which a click removes."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="narrowing"):
        st.html(markup.filters_button(active.narrowing), width="content")
        _offer_scope(client)
        if chips := _chips(client, active):
            with st.container(horizontal=True, gap="small", key="chips", width="content"):
                for key, value, label in chips:
                    st.button(
                        f"{markup.plain_label(label)} ✕",
                        key=f"chip-{key}-{value}",
                        help="Remove this filter",
                        on_click=filters.take_off,
                        args=(key, value),
                    )
                if len(chips) > 1:
                    st.button("Remove all", key="chip-all", type="tertiary", on_click=filters.clear)


def _chips(client: Client, active: Filters) -> list[tuple[str, str, str]]:
    """Return for each active filter its name in the address, its value, and its words."""
    chips = [(DOCUMENT, "", f"only {filters.scope_words(client, active.scope)}")] if active.scope else []
    pairs = [*active.values, *((DATE, year) for year in active.years)]
    chips += [(filters.key_of(field), value, filters.said(field, value)) for field, value in pairs]
    chips += [(Keys.SINCE, "", f"from {words.day(active.since.isoformat())}")] if active.since else []
    return chips + ([(Keys.UNTIL, "", f"to {words.day(active.until.isoformat())}")] if active.until else [])


def _offer_scope(client: Client) -> None:
    """Draw the button that opens the list of documents, to ask only some of them."""
    chosen = filters.scope()
    counted = "Some chosen" if chosen.folders or chosen.sets else f"{len(chosen.documents):,} chosen"
    label = counted if chosen else "All documents"
    if st.button(label, key="choose-documents", icon=":material/checklist:", help="Choose which documents are asked"):
        choosing.dialog(client, _CHOOSING, chosen, filters.ask_only)
