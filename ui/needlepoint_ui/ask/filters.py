"""The filters of the Ask view: their controls, the chips of active ones, their form in the address and for the store."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import isfinite
from typing import Any, Final

import streamlit as st

from needlepoint_ui import markup, words
from needlepoint_ui.state import Keys

DEFAULT_TOP_K = 5
MAX_TOP_K = 20
READ_MORE = (50, 100, 200)
_USUAL = "usual"
_MOST_PILLS = 12
_MOST_VALUES = 1_000
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(2100, 12, 31)
_ADDRESS: Final = "query-params"
_KNOWN = {"type": "Type of document", "folder": "Folder"}
_LEFT_OUT = {"date", "name", "title", "path", "added", "added_by"}


@dataclass(frozen=True, slots=True)
class Filters:
    """The active filters; empty fields do not filter.

    :param values: pairs of field and value; a document matches a field with any of its values.
    """

    values: tuple[tuple[str, str], ...] = ()
    since: date | None = None
    until: date | None = None

    @property
    def active(self) -> int:
        """How many values are set."""
        return len(self.values) + bool(self.since) + bool(self.until)

    def as_haystack(self) -> dict[str, Any] | None:
        """Return them as the store's filter, or None."""
        fields: dict[str, list[str | float]] = {}
        for field, value in self.values:
            fields.setdefault(field, []).extend(_as_stored(value))
        conditions: list[dict[str, Any]] = [{field: {"$in": values}} for field, values in fields.items()]
        if self.since:
            conditions.append({"date": {"$gte": self.since.isoformat()}})
        if self.until:
            conditions.append({"date": {"$lte": self.until.isoformat()}})
        return {"$and": conditions} if conditions else None


@dataclass(frozen=True, slots=True)
class Search:
    """The values of all controls.

    :param answers: the most answers.
    :param passages: passages to read; 0 for the pipeline's default.
    """

    filters: Filters
    answers: int = DEFAULT_TOP_K
    passages: int = 0


def _as_stored(value: str) -> list[str | float]:
    """Return the values in metadata that the page shows like this: 2024 is text in one file and a number in another."""
    meant: dict[str, bool] = {"True": True, "False": False}
    if value in meant:
        return [value, meant[value]]
    try:
        number = float(value)
    except ValueError:
        return [value]
    same = [each for each in (number, int(number)) if str(each) == value] if isfinite(number) else []
    return [value, *same]


def choices(facets: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    """Return for each field to filter by its values with their counts: type and folder first, then own metadata."""
    found: dict[str, dict[str, int]] = {name: {} for name in _KNOWN}
    for name, entries in facets.items():
        if name not in _LEFT_OUT and isinstance(entries, list) and len(entries) <= _MOST_VALUES:
            found[name] = {str(entry["value"]): int(entry["count"]) for entry in entries if str(entry["value"])}
    return {name: counts for name, counts in found.items() if counts}


def controls(facets: Mapping[str, Any]) -> Search:
    """Draw the controls; return their values."""
    fields = choices(facets)
    chosen = {field: _restored(field, counts) for field, counts in fields.items()}
    active = sum(map(len, chosen.values())) + _is_day_set(Keys.SINCE) + _is_day_set(Keys.UNTIL)
    with st.popover(f"Filters ({active})" if active else "Filters", width="stretch"):
        for field, counts in fields.items():
            _choice(field, counts)
        since, until = _days(facets.get("date"))
        answers, passages = _numbers()
    values = []
    for field in fields:
        now = tuple(st.session_state.get(_key(field)) or ())
        _remember(_key(field), now)
        values += [(field, value) for value in now]
    return Search(Filters(tuple(values), since, until), answers, passages)


def chips(filters: Filters) -> None:
    """Draw a chip for each active filter; a click removes it."""
    set_values = [(_key(field), value, _said(field, value)) for field, value in filters.values]
    set_values += [(Keys.SINCE, "", f"from {words.day(filters.since.isoformat())}")] if filters.since else []
    set_values += [(Keys.UNTIL, "", f"to {words.day(filters.until.isoformat())}")] if filters.until else []
    if not set_values:
        return
    with st.container(horizontal=True, gap="small", key="chips"):
        for key, value, label in set_values:
            st.button(
                f"{markup.plain_label(label)} ✕",
                key=f"chip-{key}-{value}",
                help="Remove this filter",
                on_click=_take_off,
                args=(key, value),
            )
        if len(set_values) > 1:
            st.button("Remove all", key="chip-all", type="tertiary", on_click=clear)


def clear() -> None:
    """Remove all filters."""
    for key in list(st.session_state):
        if str(key) in _KNOWN or str(key).startswith("meta."):
            st.session_state[key] = []
    for key in (Keys.SINCE, Keys.UNTIL):
        st.session_state[key] = None


def read_more(passages: int) -> None:
    """Set the number of passages to read."""
    st.session_state[Keys.PASSAGES] = str(passages)


def more_than(passages: int) -> int | None:
    """Return the next larger number of passages to read, if there is one."""
    return next((more for more in READ_MORE if more > passages), None)


def _key(field: str) -> str:
    return field if field in _KNOWN else f"meta.{field}"


def _said(field: str, value: str) -> str:
    return words.kind(value) if field == "type" else f"{field.replace('_', ' ')} {value}"


def _restored(field: str, counts: Mapping[str, int]) -> list[str]:
    """Return the chosen values, taken from the address at the first run, without those that the collection no longer has."""
    key = _key(field)
    wanted = st.session_state.get(key)
    if wanted is None:
        wanted = st.query_params.get_all(key)
    st.session_state[key] = [value for value in wanted if value in counts]
    return list(st.session_state[key])


def _is_day_set(key: str) -> bool:
    """Whether a date is chosen; at the first run only the address knows."""
    return bool(st.session_state.get(key, st.query_params.get(key)))


def _choice(field: str, counts: Mapping[str, int]) -> None:
    def plain(value: str) -> str:
        return f"{markup.visible(words.kind(value) if field == 'type' else value)} ({counts.get(value, 0):,})"

    label, key = _KNOWN.get(field, markup.plain_label(field.replace("_", " ").capitalize())), _key(field)
    if field not in _KNOWN or len(counts) > _MOST_PILLS:
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


def _days(bounds: Any) -> tuple[date | None, date | None]:
    first, last = (bounds or {}).get("min"), (bounds or {}).get("max")
    left, right = st.columns(2)
    since = left.date_input("Dated from", **_day_range(Keys.SINCE))
    until = right.date_input("to", **_day_range(Keys.UNTIL))
    if first and last:
        st.html(
            markup.aside(f"The dates of the documents range from {words.day(str(first))} to {words.day(str(last))}.")
        )
    return since, until


def _day_range(key: str) -> dict[str, Any]:
    return {
        "value": None,
        "key": key,
        "min_value": _FIRST_DAY,
        "max_value": _LAST_DAY,
        "format": "YYYY-MM-DD",
        "bind": _ADDRESS,
    }


def _numbers() -> tuple[int, int]:
    left, right = st.columns(2)
    answers = left.number_input("Most answers", 1, MAX_TOP_K, value=DEFAULT_TOP_K, key=Keys.TOP_K, bind=_ADDRESS)
    passages = right.selectbox(
        "Passages to read",
        [_USUAL, *map(str, READ_MORE)],
        key=Keys.PASSAGES,
        bind=_ADDRESS,
        help="More passages find more answers; the time grows with their number",
    )
    return int(answers), 0 if passages in (None, _USUAL) else int(passages)


def _remember(key: str, values: tuple[str, ...]) -> None:
    """Write values into the address, but only if they differ: each write is a message to the browser."""
    if st.query_params.get_all(key) != list(values):
        st.query_params[key] = list(values)


def _take_off(key: str, value: str) -> None:
    is_day = key in (Keys.SINCE, Keys.UNTIL)
    st.session_state[key] = None if is_day else [o for o in st.session_state.get(key) or [] if o != value]
