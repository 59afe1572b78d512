"""The filters of the Ask view: their controls, the chips of active ones, their form in the address and for the store."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from math import isfinite
from typing import Any

import streamlit as st

from needlepoint_ui import markup, words
from needlepoint_ui.scope import choosing
from needlepoint_ui.scope.scope import Scope
from needlepoint_ui.service.client import Client
from needlepoint_ui.state import Keys

DEFAULT_TOP_K = 5
MAX_TOP_K = 20
READ_MORE = (50, 100, 200)
USUAL = "usual"
_MOST_PILLS = 12
_MOST_VALUES = 1_000
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2100, 12, 31)
_DOCUMENT, _WITHIN, _SET = "document_id", "within", "set"  # the scope
_NAMES = "filters-names"  # of the documents that were chosen to be asked
_CHOOSING = "choose"
_ALL = Scope()
_KNOWN = {"type": "Type of document", "folder": "Folder"}
_LEFT_OUT = {"date", "name", "title", "path", "added", "added_by"}


@dataclass(frozen=True, slots=True)
class Filters:
    """The active filters; empty fields do not filter.

    :param values: pairs of field and value; a document matches a field with any of its values.
    :param scope: the documents that are asked, if not all.
    """

    values: tuple[tuple[str, str], ...] = ()
    since: date | None = None
    until: date | None = None
    scope: Scope = _ALL

    @property
    def active(self) -> int:
        """How many values are set."""
        return len(self.values) + bool(self.since) + bool(self.until) + bool(self.scope)

    def without(self, field: str) -> "Filters":
        """Return them without those by one field."""
        return replace(self, values=tuple(each for each in self.values if each[0] != field))

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
        if chosen := self.scope.as_haystack():
            conditions.append(chosen)
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


def is_key(name: str) -> bool:
    """Whether a widget's key, or a name in the address, is that of a filter by values."""
    return name in (*_KNOWN, _DOCUMENT, _WITHIN, _SET) or name.startswith("meta.")


def controls(client: Client, facets: Mapping[str, Any]) -> Search:
    """Draw the controls, which are applied together; return the values that were applied last."""
    fields = choices(facets)
    active = _active(fields)
    with (
        st.popover(f"Filters ({active.active})" if active.active else "Filters", width="stretch"),
        st.form("filters", border=False),
    ):
        counts = _combined(client, fields, active)
        for field in [name for name in fields if name in _KNOWN]:
            _choice(field, fields[field], counts[field])
        _days(facets.get("date"))
        if own := [name for name in fields if name not in _KNOWN]:
            with st.expander(f"More: {', '.join(_label(name).lower() for name in own)}"):
                for field in own:
                    _choice(field, fields[field], counts[field])
        answers, passages = _numbers()
        st.form_submit_button("Apply", type="primary", key="apply-filters")
    return Search(active, answers, passages)


def _active(fields: Mapping[str, Mapping[str, int]]) -> Filters:
    """Return the filters that were applied last, without values that the collection no longer has."""
    for field, counts in fields.items():
        held = st.session_state.get(_key(field)) or ()
        st.session_state[_key(field)] = [value for value in held if value in counts]
    values = [(field, value) for field in fields for value in st.session_state.get(_key(field)) or ()]
    return Filters(tuple(values), st.session_state.get(Keys.SINCE), st.session_state.get(Keys.UNTIL), scope())


def _combined(
    client: Client, fields: Mapping[str, Mapping[str, int]], active: Filters
) -> Mapping[str, Mapping[str, int]]:
    """Return how many documents each value would leave, given the filters by all other fields."""
    if not active.active:
        return fields
    left = choices(client.facets(active.as_haystack()))
    for field in {field for field, _ in active.values if field in fields}:
        left[field] = choices(client.facets(active.without(field).as_haystack())).get(field, {})
    return {field: left.get(field, {}) for field in fields}


def only(document_id: str, name: str) -> None:
    """Ask this document alone."""
    ask_only(Scope((document_id,)))
    st.session_state.setdefault(_NAMES, {})[document_id] = name


def scope() -> Scope:
    """Return the documents that are asked, if not all."""
    return Scope(*(tuple(st.session_state.get(key) or ()) for key in (_DOCUMENT, _WITHIN, _SET)))


def ask_only(chosen: Scope) -> None:
    """Ask only these documents; an empty scope asks all."""
    for key, values in named(chosen).items():
        st.session_state[key] = values


def named(chosen: Scope) -> dict[str, list[str]]:
    """Return a scope by its names in the address."""
    return {_DOCUMENT: list(chosen.documents), _WITHIN: list(chosen.folders), _SET: list(chosen.sets)}


def offer_scope(client: Client) -> None:
    """Draw the button that opens the list of documents, to ask only some of them."""
    chosen = scope()
    counted = "Some chosen" if chosen.folders or chosen.sets else f"{len(chosen.documents):,} chosen"
    label = counted if chosen else "All documents"
    if st.button(label, key="choose-documents", icon=":material/checklist:", help="Choose which documents are asked"):
        choosing.dialog(client, _CHOOSING, chosen, ask_only)


def chips(client: Client, filters: Filters) -> None:
    """Draw a chip for each active filter; a click removes it."""
    set_values = [(_key(field), value, _said(field, value)) for field, value in filters.values]
    set_values += [(Keys.SINCE, "", f"from {words.day(filters.since.isoformat())}")] if filters.since else []
    set_values += [(Keys.UNTIL, "", f"to {words.day(filters.until.isoformat())}")] if filters.until else []
    if filters.scope:
        set_values.insert(0, (_DOCUMENT, "", f"only {_scope_words(client, filters.scope)}"))
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


def in_words(client: Client, filters: Filters) -> str:
    """Return the active filters on one line; empty without any."""
    parts = [f"only {_scope_words(client, filters.scope)}"] if filters.scope else []
    parts += [_said(field, value) for field, value in filters.values]
    parts += [f"from {words.day(filters.since.isoformat())}"] if filters.since else []
    parts += [f"to {words.day(filters.until.isoformat())}"] if filters.until else []
    return ", ".join(parts)


def clear() -> None:
    """Remove all filters."""
    for key in list(st.session_state):
        if is_key(str(key)):
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


def _label(field: str) -> str:
    return _KNOWN.get(field, field.replace("_", " ").capitalize())


def _said(field: str, value: str) -> str:
    return words.kind(value) if field == "type" else f"{field.replace('_', ' ')} {value}"


def _scope_words(client: Client, chosen: Scope) -> str:
    names: dict[str, str] = st.session_state.setdefault(_NAMES, {})
    if len(chosen.documents) == 1:
        names[chosen.documents[0]] = choosing.name_of(client, chosen.documents[0], names)
    return choosing.in_words(chosen, names)


def _choice(field: str, values: Iterable[str], counts: Mapping[str, int]) -> None:
    def plain(value: str) -> str:
        return f"{markup.visible(words.kind(value) if field == 'type' else value)} ({counts.get(value, 0):,})"

    label, key, options = markup.plain_label(_label(field)), _key(field), list(values)
    if field not in _KNOWN or len(options) > _MOST_PILLS:
        st.multiselect(label, options, format_func=plain, key=key, placeholder="Any")
        return
    st.pills(
        label,
        options,
        selection_mode="multi",
        format_func=lambda value: markup.plain_label(plain(value)),
        key=key,
    )


def _days(bounds: Any) -> None:
    first, last = (bounds or {}).get("min"), (bounds or {}).get("max")
    left, right = st.columns(2)
    left.date_input("Dated from", **_day_range(Keys.SINCE))
    right.date_input("to", **_day_range(Keys.UNTIL))
    if first and last:
        st.html(
            markup.aside(f"The dates of the documents range from {words.day(str(first))} to {words.day(str(last))}.")
        )


def _day_range(key: str) -> dict[str, Any]:
    return {
        "key": key,
        "min_value": FIRST_DAY,
        "max_value": LAST_DAY,
        "format": "YYYY-MM-DD",
    }


def _numbers() -> tuple[int, int]:
    left, right = st.columns(2)
    answers = left.number_input("Most answers", 1, MAX_TOP_K, key=Keys.TOP_K)
    passages = right.selectbox(
        "Passages to read",
        [USUAL, *map(str, READ_MORE)],
        key=Keys.PASSAGES,
        help="More passages find more answers; the time grows with their number",
    )
    return int(answers), 0 if passages in (None, USUAL) else int(passages)


def _take_off(key: str, value: str) -> None:
    if key == _DOCUMENT:
        ask_only(Scope())
        return
    is_day = key in (Keys.SINCE, Keys.UNTIL)
    st.session_state[key] = None if is_day else [o for o in st.session_state.get(key) or [] if o != value]
