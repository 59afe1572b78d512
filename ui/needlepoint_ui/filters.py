"""The filters of the Ask view: controls with counts, the chips of what is set, the address, the filter for the store."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import streamlit as st

from needlepoint_ui import markup, words
from needlepoint_ui.state import Keys

Facets = Mapping[str, Mapping[str, int]]
DEFAULT_TOP_K = 5
MAX_TOP_K = 20
_MOST_PILLS = 12
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(2100, 12, 31)
_ADDRESS: Final = "query-params"


@dataclass(frozen=True, slots=True)
class Filters:
    """What is searched; empty fields let everything through."""

    types: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None

    @property
    def active(self) -> int:
        """How many values are set."""
        return len(self.types) + len(self.folders) + bool(self.since) + bool(self.until)

    def as_haystack(self) -> dict[str, Any] | None:
        """Return them as the store's filter, or None."""
        conditions: list[dict[str, Any]] = []
        if self.types:
            conditions.append({"type": {"$in": list(self.types)}})
        if self.folders:
            conditions.append({"folder": {"$in": list(self.folders)}})
        if self.since:
            conditions.append({"date": {"$gte": self.since.isoformat()}})
        if self.until:
            conditions.append({"date": {"$lte": self.until.isoformat()}})
        return {"$and": conditions} if conditions else None


def controls(facets: Facets) -> tuple[Filters, int]:
    """Draw the controls and the chips; return what they say and the number of answers."""
    chosen = {key: _restored(key, facets.get(key, {})) for key in (Keys.TYPES, Keys.FOLDERS)}
    active = sum(map(len, chosen.values())) + _is_day_set(Keys.SINCE) + _is_day_set(Keys.UNTIL)
    with st.popover(f"Filters ({active})" if active else "Filters", width="stretch"):
        _choice(Keys.TYPES, "Type of document", facets.get(Keys.TYPES, {}), name=words.kind)
        _choice(Keys.FOLDERS, "Folder", facets.get(Keys.FOLDERS, {}), name=str)
        left, right = st.columns(2)
        since = left.date_input("Dated from", **_day_range(Keys.SINCE))
        until = right.date_input("to", **_day_range(Keys.UNTIL))
        top_k = st.number_input("Number of answers", 1, MAX_TOP_K, value=DEFAULT_TOP_K, key=Keys.TOP_K, bind=_ADDRESS)
    filters = Filters(
        tuple(st.session_state.get(Keys.TYPES) or ()), tuple(st.session_state.get(Keys.FOLDERS) or ()), since, until
    )
    _remember(Keys.TYPES, filters.types)
    _remember(Keys.FOLDERS, filters.folders)
    return filters, int(top_k)


def chips(filters: Filters) -> None:
    """Draw what is set, each with a button that takes it off."""
    set_values: list[tuple[str, str | None, str]] = [(Keys.TYPES, value, words.kind(value)) for value in filters.types]
    set_values += [(Keys.FOLDERS, value, f"folder {value}") for value in filters.folders]
    set_values += [(Keys.SINCE, None, f"from {words.day(filters.since.isoformat())}")] if filters.since else []
    set_values += [(Keys.UNTIL, None, f"to {words.day(filters.until.isoformat())}")] if filters.until else []
    if not set_values:
        return
    with st.container(horizontal=True, gap="small", key="chips"):
        for key, value, label in set_values:
            st.button(
                f"{markup.plain_label(label)} ✕",
                key=f"chip-{key}-{value}",
                help="Take this filter off",
                on_click=_take_off,
                args=(key, value),
            )
        if len(set_values) > 1:
            st.button("Remove all", key="chip-all", type="tertiary", on_click=clear)


def clear() -> None:
    """Take all filters off."""
    for key in (Keys.TYPES, Keys.FOLDERS):
        st.session_state[key] = []
    for key in (Keys.SINCE, Keys.UNTIL):
        st.session_state[key] = None


def _restored(key: str, counts: Mapping[str, int]) -> list[str]:
    """Return what is chosen, at the first run from the address; values that the collection no longer has are dropped."""
    wanted = st.session_state.get(key)
    if wanted is None:
        wanted = st.query_params.get_all(key)
    st.session_state[key] = [value for value in wanted if value in counts]
    return list(st.session_state[key])


def _is_day_set(key: str) -> bool:
    """Whether a date is chosen; at the first run only the address knows."""
    return bool(st.session_state.get(key, st.query_params.get(key)))


def _choice(key: str, label: str, counts: Mapping[str, int], *, name: Any) -> None:
    def plain(value: str) -> str:
        return f"{markup.visible(name(value))} ({counts.get(value, 0)})"

    if len(counts) > _MOST_PILLS:
        st.multiselect(label, list(counts), format_func=plain, key=key, persist_state="session")
        return
    st.pills(
        label,
        list(counts),
        selection_mode="multi",
        format_func=lambda value: markup.plain_label(plain(value)),
        key=key,
        persist_state="session",
    )


def _day_range(key: str) -> dict[str, Any]:
    return {
        "value": None,
        "key": key,
        "min_value": _FIRST_DAY,
        "max_value": _LAST_DAY,
        "format": "YYYY-MM-DD",
        "bind": _ADDRESS,
    }


def _remember(key: str, values: tuple[str, ...]) -> None:
    """Write into the address, only when it changes: each write is a message to the browser."""
    if st.query_params.get_all(key) != list(values):
        st.query_params[key] = list(values)


def _take_off(key: str, value: str | None) -> None:
    kept = [other for other in st.session_state.get(key) or [] if other != value] if value is not None else None
    st.session_state[key] = kept
