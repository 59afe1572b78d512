"""Chooses documents, folders and saved sets from a list that the service searches, so that thousands stay fast."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import streamlit as st

from needlepoint_ui import frame, markup, words
from needlepoint_ui.scope.scope import Scope
from needlepoint_ui.service.client import Client
from needlepoint_ui.service.collection_models import Record
from needlepoint_ui.service.failures import ServiceError

_SHOWN, _FEW, _AT_ONCE = 25, 8, 1_000
_LONGEST_NAME = 100
MOST_IN_ADDRESS = 40
"""Documents that an address can hold; more are kept as a set."""


@dataclass
class Draft:
    """What is ticked.

    :param names: of the documents, by id.
    """

    documents: dict[str, None] = field(default_factory=dict)
    folders: dict[str, None] = field(default_factory=dict)
    sets: dict[str, None] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    @property
    def scope(self) -> Scope:
        """The choice so far."""
        return Scope(tuple(self.documents), tuple(self.folders), tuple(self.sets))

    def take(self, scope: Scope) -> None:
        """Tick what a scope has."""
        self.documents, self.folders, self.sets = (
            dict.fromkeys(each) for each in (scope.documents, scope.folders, scope.sets)
        )


def draft(key: str, scope: Scope | None = None) -> Draft:
    """Return the draft of this key; a new one, or with a scope, begins with that scope."""
    held = st.session_state.get(f"{key}-draft")
    if not isinstance(held, Draft) or scope is not None:
        held = st.session_state[f"{key}-draft"] = Draft(names=held.names if isinstance(held, Draft) else {})
        held.take(scope or Scope())
        _forget_ticks(key)
    return held


def forget(key: str) -> None:
    """Forget what was ticked."""
    st.session_state.pop(f"{key}-draft", None)
    _forget_ticks(key)


def _forget_ticks(key: str) -> None:
    for name in [str(name) for name in st.session_state if str(name).startswith(f"{key}-tick-")]:
        del st.session_state[name]


def draw(client: Client, key: str) -> Scope:
    """Draw the list with its search, and return what is ticked."""
    held = draft(key)
    search = st.text_input(
        "Search documents, folders and sets",
        key=f"{key}-search",
        type="search",
        live=True,
        placeholder="Search documents, folders and sets",
        label_visibility="collapsed",
        autocomplete="off",
    )
    search = (search or "").strip()
    total, records = client.documents(search=search, limit=_SHOWN)
    with st.container(height=320, key=f"{key}-list", gap="small"):
        _sets(client, held, search, key)
        _folders(client, held, search, key)
        _documents(held, records, total, key)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        if search and total:
            st.button(
                f"Choose all {total:,} found",
                key=f"{key}-all",
                on_click=_choose_all,
                args=(client, held, search, key),
            )
        st.html(markup.aside(f"Chosen: {in_words(held.scope, held.names) or 'nothing yet'}"), width="content")
        if held.scope:
            st.button("Choose none", key=f"{key}-none", type="tertiary", on_click=_choose_none, args=(held, key))
    return held.scope


def _sets(client: Client, held: Draft, search: str, key: str) -> None:
    sizes = {name: size for name, size in client.sets.sizes().items() if _matches(name, search)}
    for name, size in list(sizes.items())[: _FEW if not search else None]:
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            _tick(f"Set {markup.plain_label(name)} ({size:,})", held.sets, name, f"{key}-tick-set-{name}")
            if st.button("Delete", key=f"{key}-delete-{name}", type="tertiary", help=f"Forget the set {name}"):
                with frame.show_failures("The set was not deleted", key=f"{key}-sets"):
                    client.sets.delete(name)
                    held.sets.pop(name, None)
                    st.rerun(scope="fragment")


def _folders(client: Client, held: Draft, search: str, key: str) -> None:
    counts = {str(each["value"]): int(each["count"]) for each in client.facets().get("folder") or ()}
    found = [name for name in counts if _matches(name, search) or name in held.folders]
    for name in found[:_FEW]:
        label = f"Folder {markup.plain_label(name)} ({counts[name]:,})"
        _tick(label, held.folders, name, f"{key}-tick-folder-{name}")


def _documents(held: Draft, records: Sequence[Record], total: int, key: str) -> None:
    for record in records:
        document = record.document
        held.names[document.id] = document.name
        about = ", ".join(filter(None, (words.kind(document.type), record.folder, document.day)))
        label = f"{markup.plain_label(document.name)} :gray[{markup.plain_label(about)}]"
        _tick(label, held.documents, document.id, f"{key}-tick-document-{document.id}")
    if total > len(records):
        st.html(markup.aside(f"The first {len(records)} of {total:,} documents: search for the others."))
    elif not records:
        st.html(markup.aside("No document has these words in its name, title, folder or metadata."))


def _matches(name: str, search: str) -> bool:
    return all(word in name.casefold() for word in search.casefold().split())


def _tick(label: str, chosen: dict[str, None], name: str, key: str) -> None:
    def change() -> None:
        if st.session_state[key]:
            chosen[name] = None
        else:
            chosen.pop(name, None)

    st.session_state[key] = name in chosen
    st.checkbox(label, key=key, on_change=change)


def _choose_all(client: Client, held: Draft, search: str, key: str) -> None:
    with frame.show_failures("Not all could be chosen", key=key):
        for record in all_found(client, search):
            held.documents[record.document.id] = None
            held.names[record.document.id] = record.document.name


def all_found(client: Client, search: str) -> list[Record]:
    """Return all documents that a search finds."""
    total, found = client.documents(search=search, limit=_AT_ONCE)
    while len(found) < total:
        _, more = client.documents(search=search, offset=len(found), limit=_AT_ONCE)
        if not more:
            break
        found = [*found, *more]
    return found


def _choose_none(held: Draft, key: str) -> None:
    held.take(Scope())
    _forget_ticks(key)


def in_words(scope: Scope, names: dict[str, str] | None = None) -> str:
    """Return ``lease.pdf``, ``3 documents, folder papers, set Leases``."""
    if len(scope.documents) == 1:
        of_documents = (names or {}).get(scope.documents[0]) or "1 document"
    else:
        of_documents = words.count(len(scope.documents), "document") if scope.documents else ""
    parts = [
        of_documents,
        *(f"folder {folder}" for folder in scope.folders),
        *(f"set {name}" for name in scope.sets),
    ]
    return ", ".join(filter(None, parts))


def fitting_address(client: Client, scope: Scope) -> Scope:
    """Return a scope that an address can hold: very many documents are kept as a set, whose name says when."""
    if len(scope.documents) <= MOST_IN_ADDRESS:
        return scope
    name = f"{len(scope.documents):,} documents, {datetime.now():%d %b %Y %H.%M.%S}"
    client.sets.save(name, scope.documents)
    return Scope(folders=scope.folders, sets=(*scope.sets, name))


def offer_saving(client: Client, scope: Scope, key: str) -> None:
    """Draw the field and the button with which chosen documents are kept under a name."""
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        name = st.text_input("Keep them as a set named", key=f"{key}-name", max_chars=_LONGEST_NAME, autocomplete="off")
        if st.button("Save the set", key=f"{key}-save", disabled=not scope):
            with frame.show_failures("The set was not saved", key=f"{key}-save"):
                kept = documents_of(client, scope)
                client.sets.save((name or "").strip(), kept)
                st.toast(f"Set “{name}” has {words.count(len(kept), 'document')}.")


def documents_of(client: Client, scope: Scope) -> list[str]:
    """Return the ids of all documents in a scope, as the collection is now."""
    if not (scope.folders or scope.sets):
        return list(scope.documents)
    filters, offset, ids = scope.as_haystack(), 0, list[str]()
    while True:
        total, records = client.documents(filters=filters, offset=offset, limit=_AT_ONCE)
        ids += [record.document.id for record in records]
        offset += len(records)
        if offset >= total or not records:
            return ids


def dialog(client: Client, key: str, scope: Scope, apply: Callable[[Scope], None]) -> None:
    """Open the list in a dialog.

    :param scope: what is chosen at the start.
    :param apply: called with the choice, if the person asks these documents.
    """
    draft(key, scope)

    @st.dialog("Choose documents", width="medium")
    def show() -> None:
        with frame.show_failures("The documents cannot be listed", key=key):
            chosen = draw(client, key)
            offer_saving(client, chosen, key)
            with st.container(horizontal=True, gap="small"):
                if st.button("Ask only these", type="primary", key=f"{key}-apply", disabled=not chosen):
                    apply(fitting_address(client, chosen))
                    st.rerun()
                if st.button("Ask all documents", key=f"{key}-clear"):
                    apply(Scope())
                    st.rerun()

    show()


def name_of(client: Client, document_id: str, names: dict[str, str]) -> str:
    """Return a document's name, and remember it."""
    if document_id not in names:
        try:
            names[document_id] = client.document(document_id).document.name
        except ServiceError:
            return "a document that is gone"
    return names[document_id]
