"""What the Ask view narrows its questions by: the values in the session, in the address, and for the store."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from math import isfinite
from typing import Any

import streamlit as st

from needlepoint_ui import words
from needlepoint_ui.scope import choosing
from needlepoint_ui.scope.scope import Scope
from needlepoint_ui.service.client import Client
from needlepoint_ui.state import Keys

DEFAULT_TOP_K = 5
MAX_TOP_K = 20
READ_MORE = (50, 100, 200)
USUAL = "usual"
_MOST_VALUES = 1_000
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2100, 12, 31)
DATE, YEAR = "date", "year"
"""The field of dates, of which years are chosen, and the name of these in the address."""
UNDATED = "undated"
"""The year of documents without a date."""
DOCUMENT, WITHIN, SET = "document_id", "within", "set"
"""The names of the scope in the address."""
_NAMES = "filters-names"  # of the documents that were chosen to be asked
_ALL = Scope()
KNOWN = {"type": "Type", "folder": "Folder"}
"""Fields that have a name of their own in the address, with their labels; others are ``meta.NAME`` there."""
_LEFT_OUT = {"date", "name", "title", "path", "added", "added_by"}


@dataclass(frozen=True, slots=True)
class Filters:
    """The active filters; empty fields do not filter.

    :param values: pairs of field and value; a document matches a field with any of its values.
    :param years: those to which documents are dated, such as ``2024``, or :data:`UNDATED`.
    :param scope: the documents that are asked, if not all.
    """

    values: tuple[tuple[str, str], ...] = ()
    since: date | None = None
    until: date | None = None
    scope: Scope = _ALL
    years: tuple[str, ...] = ()

    @property
    def active(self) -> int:
        """How many values are set."""
        return self.narrowing + bool(self.scope)

    @property
    def narrowing(self) -> int:
        """How many values are set besides the scope."""
        return len(self.values) + len(self.years) + bool(self.since) + bool(self.until)

    def chosen(self, field: str) -> list[str]:
        """Return the values that are set of a field."""
        return list(self.years) if field == DATE else [value for name, value in self.values if name == field]

    def toggled(self, field: str, value: str) -> "Filters":
        """Return them with one value more, or one less if they have it."""
        if field == DATE:
            years = [year for year in self.years if year != value]
            return replace(self, years=tuple(years if value in self.years else sorted((*years, value))))
        pair = (field, value)
        others = tuple(each for each in self.values if each != pair)
        return replace(self, values=others if pair in self.values else tuple(sorted((*others, pair))))

    def known(self, counts: Mapping[str, Mapping[str, int]]) -> "Filters":
        """Return them without values that the collection does not have."""
        return replace(
            self,
            values=tuple((field, value) for field, value in self.values if value in counts.get(field, {})),
            years=tuple(year for year in self.years if year in counts.get(DATE, {})),
        )

    def choices(self) -> dict[str, list[str | float | None]]:
        """Return the values as the service counts them, by facet."""
        fields: dict[str, list[str | float | None]] = {}
        for field, value in self.values:
            fields.setdefault(field, []).extend(_as_stored(value))
        return fields | ({DATE: [None if year == UNDATED else year for year in self.years]} if self.years else {})

    def range_and_scope(self) -> dict[str, Any] | None:
        """Return days and scope as the store's filter, or None: what is no facet."""
        return _all_of(self._bounds())

    def as_haystack(self) -> dict[str, Any] | None:
        """Return them as the store's filter, or None."""
        fields = {field: values for field, values in self.choices().items() if field != DATE}
        conditions: list[dict[str, Any]] = [{field: {"$in": values}} for field, values in fields.items()]
        if years := list(map(_in_year, self.years)):
            conditions.append({"$or": years} if len(years) > 1 else years[0])
        return _all_of([*conditions, *self._bounds()])

    def _bounds(self) -> list[dict[str, Any]]:
        conditions: list[dict[str, Any]] = []
        if self.since:
            conditions.append({DATE: {"$gte": self.since.isoformat()}})
        if self.until:
            conditions.append({DATE: {"$lte": self.until.isoformat()}})
        if chosen := self.scope.as_haystack():
            conditions.append(chosen)
        return conditions


@dataclass(frozen=True, slots=True)
class Search:
    """The values of all controls.

    :param answers: the most answers.
    :param passages: passages to read; 0 for the pipeline's default.
    """

    filters: Filters
    answers: int = DEFAULT_TOP_K
    passages: int = 0


def _all_of(conditions: list[dict[str, Any]]) -> dict[str, Any] | None:
    return {"$and": conditions} if conditions else None


def _in_year(year: str) -> dict[str, Any]:
    if year == UNDATED:
        return {DATE: {"$exists": False}}
    return {DATE: {"$gte": f"{year}-01-01", "$lt": f"{int(year) + 1:04}-01-01"}}


def is_year(text: str) -> bool:
    """Whether a text of the address is a year to which documents can be dated."""
    return text == UNDATED or (len(text) == 4 and text.isascii() and text.isdecimal() and text != "9999")


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
    found: dict[str, dict[str, int]] = {name: {} for name in KNOWN}
    for name, entries in facets.items():
        if name not in _LEFT_OUT and isinstance(entries, list) and len(entries) <= _MOST_VALUES:
            found[name] = counted(entries)
    return {name: counts for name, counts in found.items() if counts}


def counted(entries: list[Any]) -> dict[str, int]:
    """Return values as the page shows them with their counts: 2024 may be text in one file and a number in another."""
    counts: dict[str, int] = {}
    for entry in entries:
        if shown := str(entry["value"]):
            counts[shown] = counts.get(shown, 0) + int(entry["count"])
    return counts


def is_key(name: str) -> bool:
    """Whether a name in the session and in the address is that of a filter by values."""
    return name in (*KNOWN, YEAR, DOCUMENT, WITHIN, SET) or name.startswith("meta.")


def applied() -> Search:
    """Return what was applied last."""
    held = st.session_state
    names = [name for name in sorted(map(str, held)) if is_key(name) and name not in (YEAR, DOCUMENT, WITHIN, SET)]
    values = {(name.removeprefix("meta."), value) for name in names for value in held[name] or ()}
    years = {year for year in held.get(YEAR) or () if is_year(year)}
    passages = held.get(Keys.PASSAGES)
    return Search(
        Filters(tuple(sorted(values)), held.get(Keys.SINCE), held.get(Keys.UNTIL), scope(), tuple(sorted(years))),
        int(held.get(Keys.TOP_K) or DEFAULT_TOP_K),
        0 if passages in (None, USUAL) else int(passages),
    )


def apply(search: Search) -> None:
    """Apply a search; its scope stays what it is."""
    held, filters = st.session_state, search.filters
    for name in [str(name) for name in held if is_key(str(name)) and name not in (DOCUMENT, WITHIN, SET)]:
        held[name] = []
    for field, value in filters.values:
        held[key_of(field)] = [*held.get(key_of(field), []), value]
    held[YEAR] = list(filters.years)
    held[Keys.SINCE], held[Keys.UNTIL] = filters.since, filters.until
    held[Keys.TOP_K] = search.answers
    held[Keys.PASSAGES] = str(search.passages) if search.passages else USUAL


def only(document_id: str, name: str) -> None:
    """Ask this document alone."""
    ask_only(Scope((document_id,)))
    st.session_state.setdefault(_NAMES, {})[document_id] = name


def scope() -> Scope:
    """Return the documents that are asked, if not all."""
    return Scope(*(tuple(st.session_state.get(key) or ()) for key in (DOCUMENT, WITHIN, SET)))


def ask_only(chosen: Scope) -> None:
    """Ask only these documents; an empty scope asks all."""
    for key, values in named(chosen).items():
        st.session_state[key] = values


def named(chosen: Scope) -> dict[str, list[str]]:
    """Return a scope by its names in the address."""
    return {DOCUMENT: list(chosen.documents), WITHIN: list(chosen.folders), SET: list(chosen.sets)}


def in_words(client: Client, filters: Filters) -> str:
    """Return the active filters on one line; empty without any."""
    parts = [f"only {scope_words(client, filters.scope)}"] if filters.scope else []
    parts += [said(field, value) for field, value in filters.values]
    parts += [said(DATE, year) for year in filters.years]
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


def take_off(key: str, value: str) -> None:
    """Remove one value that is applied; that of the scope is all of it.

    :param key: its name in the address.
    """
    if key == DOCUMENT:
        ask_only(Scope())
        return
    is_day = key in (Keys.SINCE, Keys.UNTIL)
    st.session_state[key] = None if is_day else [other for other in st.session_state.get(key) or [] if other != value]


def key_of(field: str) -> str:
    """Return a field's name in the address."""
    return YEAR if field == DATE else field if field in KNOWN else f"meta.{field}"


def shown_value(field: str, value: str) -> str:
    """Return a value as the page shows it."""
    if field == "type":
        return words.kind(value)
    return words.language(value) if field == "language" else value


def said(field: str, value: str) -> str:
    """Return a value with its field, in words."""
    if field == DATE:
        return "without a date" if value == UNDATED else f"dated {value}"
    shown = shown_value(field, value)
    return shown if field in ("type", "language") else f"{field.replace('_', ' ')} {shown}"


def scope_words(client: Client, chosen: Scope) -> str:
    """Return which documents are asked, in words."""
    names: dict[str, str] = st.session_state.setdefault(_NAMES, {})
    if len(chosen.documents) == 1:
        names[chosen.documents[0]] = choosing.name_of(client, chosen.documents[0], names)
    return choosing.in_words(chosen, names)
