"""The filters at the side of Ask: values with their counts, ticked in a draft that one click applies."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import streamlit as st

from needlepoint_ui import frame, markup, words
from needlepoint_ui.ask import filters
from needlepoint_ui.ask.filters import DATE, KNOWN, UNDATED, Search
from needlepoint_ui.service.client import Client

_DRAFT = "facets-draft"
_FEW, _OPEN = 6, 4
_PEOPLE = ("party", "parties", "author")
_MAIL = ("from", "to", "cc", "thread")
Counts = Mapping[str, Mapping[str, int]]


@dataclass(slots=True)
class _Draft:
    """What is ticked.

    :param began: what was applied when the draft began.
    """

    began: Search
    search: Search


def draw(client: Client) -> Search:
    """Draw the facets; return the search that is applied, without values that the collection does not have."""
    applied = filters.applied()
    counted = _counts(client, applied)
    known = replace(applied, filters=applied.filters.known(counted[1]))
    if known != applied:
        filters.apply(known)
        counted = _counts(client, known)
    with st.container(key="facets", gap="small"):
        _facets(client, known, counted)
    return known


def apply_draft() -> None:
    """Apply what is ticked; without a draft, nothing changes."""
    held = st.session_state.get(_DRAFT)
    if isinstance(held, _Draft) and held.began == filters.applied():
        filters.apply(held.search)


@st.fragment
def _facets(client: Client, applied: Search, counted: tuple[int, Counts]) -> None:
    """Draw them; a tick draws only them again, so that the page does not ask.

    :param counted: the documents that are left by what is applied, and the counts.
    """
    with frame.show_failures("The filters cannot be counted", key="facets"):
        search = _draft(applied).search
        documents, counts = counted if search == applied else _counts(client, search)
        st.html(markup.facets_heading())
        for number, field in enumerate(ordered(counts)):
            _facet(field, counts[field], search, is_open=number < _OPEN)
        with st.expander("Dated between", expanded=bool(search.filters.since or search.filters.until)):
            _day("From", "since", search.filters.since)
            _day("To", "until", search.filters.until)
        with st.expander("Answers and passages"):
            _numbers(search)
        _apply(search, documents, is_applied=search == applied)


def _draft(applied: Search) -> _Draft:
    held = st.session_state.get(_DRAFT)
    if not isinstance(held, _Draft) or held.began != applied:
        held = st.session_state[_DRAFT] = _Draft(applied, applied)
    return held


def _counts(client: Client, search: Search) -> tuple[int, Counts]:
    """Return how many documents a search asks, and for each field how many each value leaves."""
    documents, found = client.combined_facets(search.filters.choices(), search.filters.range_and_scope())
    counts = {name: filters.counted(values) for name, values in found.items() if name != DATE}
    dated = [{**entry, "value": entry["value"] or UNDATED} for entry in found.get(DATE, [])]
    return documents, counts | {DATE: filters.counted(dated)}


def ordered(counts: Counts) -> list[str]:
    """Return the fields to choose by in their order: what is common to all files first, the fields of mail last."""
    common = (*KNOWN, DATE, "language")  # of these, one value is no choice
    first = [*common, *_PEOPLE]
    own = [field for field in sorted(counts) if field not in (*first, *_MAIL)]
    return [
        field
        for field in (*first, *own, *_MAIL)
        if counts.get(field) and (len(counts[field]) > 1 or field not in common)
    ]


def _facet(field: str, counts: Mapping[str, int], search: Search, *, is_open: bool) -> None:
    chosen = search.filters.chosen(field)
    with st.expander(markup.plain_label(_label(field)), expanded=is_open or bool(chosen)):
        values = sorted_values(field, counts)
        shown = [value for rank, value in enumerate(values) if rank < _FEW or value in chosen]
        for value in shown:
            _value(field, value, counts[value], is_chosen=value in chosen)
        if rest := [value for value in values if value not in shown]:
            _more(field, rest, counts)


def sorted_values(field: str, counts: Mapping[str, int]) -> list[str]:
    """Return a field's values in an order that ticks do not change: years newest first, folders by name."""
    if field == DATE:
        return sorted(counts, key=lambda year: "" if year == UNDATED else year, reverse=True)
    return sorted(counts) if field == "folder" else list(counts)


def _value(field: str, value: str, count: int, *, is_chosen: bool) -> None:
    key = f"facet-{field}-{value}"
    st.session_state[key] = is_chosen
    shown = markup.plain_label(_shown(field, value))
    label = f"{shown} :gray[{count:,}]" if count else f":gray[{shown}] :gray[0]"
    st.checkbox(label, key=key, on_change=_toggle, args=(field, value))


def _more(field: str, values: list[str], counts: Mapping[str, int]) -> None:
    """Draw the box that finds one of many more values."""
    key = f"facet-more-{field}"
    st.session_state[key] = None

    def choose() -> None:
        if st.session_state[key] is not None:
            _toggle(field, st.session_state[key])

    st.selectbox(
        f"Find another: {_label(field).lower()}",
        values,
        format_func=lambda value: f"{markup.visible(_shown(field, value))} ({counts[value]:,})",
        key=key,
        placeholder=f"{len(values):,} more …",
        label_visibility="collapsed",
        on_change=choose,
    )


def _day(label: str, name: str, day: date | None) -> None:
    key = f"facet-{name}"
    st.session_state[key] = day
    st.date_input(
        label,
        key=key,
        min_value=filters.FIRST_DAY,
        max_value=filters.LAST_DAY,
        format="YYYY-MM-DD",
        on_change=lambda: _change_filters(**{name: st.session_state[key]}),
    )


def _numbers(search: Search) -> None:
    answers, passages = "facet-answers", "facet-passages"
    st.session_state[answers] = search.answers
    st.session_state[passages] = search.passages
    st.number_input(
        "Most answers",
        1,
        filters.MAX_TOP_K,
        key=answers,
        on_change=lambda: _change(answers=int(st.session_state[answers])),
    )
    st.selectbox(
        "Passages to read",
        [0, *filters.READ_MORE],
        format_func=lambda number: str(number or filters.USUAL),
        key=passages,
        on_change=lambda: _change(passages=int(st.session_state[passages])),
        help="More passages find more answers; the time grows with their number",
    )


def _apply(search: Search, documents: int, *, is_applied: bool) -> None:
    with st.container(key="facets-apply", gap="small"):
        left = words.count(documents, "document")
        st.html(markup.facets_left(left if is_applied else f"{left} with these choices", is_applied=is_applied))
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            if st.button("Apply", type="primary", key="apply-filters"):
                apply_draft()
                st.rerun()
            if search.filters.narrowing:
                st.button("Clear", key="clear-facets", type="tertiary", on_click=_clear)


def _toggle(field: str, value: str) -> None:
    held = st.session_state[_DRAFT]
    held.search = replace(held.search, filters=held.search.filters.toggled(field, value))


def _change(**values: Any) -> None:
    held = st.session_state[_DRAFT]
    held.search = replace(held.search, **values)


def _change_filters(**values: Any) -> None:
    _change(filters=replace(st.session_state[_DRAFT].search.filters, **values))


def _clear() -> None:
    _change_filters(values=(), years=(), since=None, until=None)


def _label(field: str) -> str:
    return "Year" if field == DATE else KNOWN.get(field, field.replace("_", " ").capitalize())


def _shown(field: str, value: str) -> str:
    return "No date" if field == DATE and value == UNDATED else filters.shown_value(field, value)
