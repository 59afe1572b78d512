"""Which documents a sheet asks: all, those that match filters, or chosen ones."""

from collections.abc import Mapping
from datetime import date
from functools import partial

import streamlit as st

from needlepoint_ui import markup, words
from needlepoint_ui.ask.filters import Filters, choices
from needlepoint_ui.scope import choosing
from needlepoint_ui.scope.scope import Scope
from needlepoint_ui.service.client import Client
from needlepoint_ui.service.models import Json

ALL, FILTERED, CHOSEN = "All documents", "By filters", "Chosen documents"
_PREFIX = "sheet-scope-"
_LABELS = {"type": "Type of document", "folder": "Folder"}
_ACROSS = 3
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(2100, 12, 31)
Chosen = tuple[Json, tuple[str, ...]]
"""The filters as the store takes them, and the ids of chosen documents."""


def draw(client: Client, filters: Json, documents: tuple[str, ...]) -> Chosen:
    """Draw the choice; return it.

    :param filters: those that were chosen before; with ``documents``, the choice at the start.
    """
    before = Scope(documents) if documents else Scope.from_haystack(filters)
    start = CHOSEN if before else FILTERED if filters else ALL
    how = st.segmented_control("Documents", [ALL, FILTERED, CHOSEN], key=f"{_PREFIX}how", default=start, required=True)
    if how == FILTERED:
        return _filters(client.facets(), from_haystack(filters)), ()
    if how == CHOSEN:
        return _chosen(client, before)
    return {}, ()


def from_haystack(filters: Json) -> Filters:
    """Return the filters of a saved sheet as the controls show them; what they cannot show is left out."""
    values: list[tuple[str, str]] = []
    days: dict[str, date] = {}
    for condition in filters.get("$and") or [filters]:
        for name, wanted in condition.items() if isinstance(condition, Mapping) else ():
            if not isinstance(wanted, Mapping):
                values.append((name, str(wanted)))
                continue
            values += [(name, value) for value in dict.fromkeys(map(str, wanted.get("$in") or ()))]
            days |= {sign: date.fromisoformat(str(wanted[sign])) for sign in ("$gte", "$lte") if sign in wanted}
    return Filters(tuple(values), days.get("$gte"), days.get("$lte"))


def _filters(facets: Json, before: Filters) -> Json:
    values: list[tuple[str, str]] = []
    columns = st.columns(_ACROSS)
    for number, (name, counts) in enumerate(choices(facets).items()):
        start = [value for field, value in before.values if field == name and value in counts]
        label = _LABELS.get(name, name.replace("_", " ").capitalize())
        chosen = columns[number % _ACROSS].multiselect(
            markup.plain_label(label),
            list(counts),
            default=start,
            format_func=partial(_said, name, counts),
            key=f"{_PREFIX}field-{name}",
            placeholder="Any",
        )
        values += [(name, value) for value in chosen]
    left, right, _ = st.columns(_ACROSS)
    since = left.date_input("Dated from", before.since, min_value=_FIRST_DAY, max_value=_LAST_DAY, key=f"{_PREFIX}from")
    until = right.date_input("to", before.until, min_value=_FIRST_DAY, max_value=_LAST_DAY, key=f"{_PREFIX}to")
    return Filters(tuple(values), since, until).as_haystack() or {}


def _said(name: str, counts: Mapping[str, int], value: str) -> str:
    return f"{markup.visible(words.kind(value) if name == 'type' else value)} ({counts.get(value, 0):,})"


def _chosen(client: Client, before: Scope) -> Chosen:
    key = f"{_PREFIX}choose"
    if f"{key}-draft" not in st.session_state:
        choosing.draft(key, before)
    chosen = choosing.draw(client, key)
    if not (chosen.folders or chosen.sets):
        return {}, chosen.documents
    return chosen.as_haystack() or {}, ()


def forget() -> None:
    """Forget what the controls show, before another sheet is edited."""
    for key in list(st.session_state):
        if str(key).startswith(_PREFIX):
            del st.session_state[key]
