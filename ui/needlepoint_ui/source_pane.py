"""The pane with a document's source: its pages as pictures or as text, with the words marked and in view; and its details."""

from collections.abc import Callable

import streamlit as st

from needlepoint.text.paging import page_unit
from needlepoint_ui import frame, markup, words
from needlepoint_ui.reader import component, parts
from needlepoint_ui.reader.component import Reading
from needlepoint_ui.service.client import Client
from needlepoint_ui.service.collection_models import PageEntry, Record
from needlepoint_ui.service.models import Reply
from needlepoint_ui.state import Keys, Opened, PageState, Pane
from needlepoint_ui.workspace import pinning

_AROUND = 10_000  # characters on each side of the mark; a page of a text file may be a whole book
_SAID = {"title", "name", "type", "date", "pages", "passages", "size", "added", "path", "folder", "document_id", "id"}
_TEXT, _PAGE, _DETAILS = "Text", "Page", "Details"
_MOST_OF_THREAD = 50


def draw(
    client: Client,
    pane: Pane,
    *,
    reply: Reply | None = None,
    on_only: Callable[[str, str], None] | None = None,
    on_turn: Callable[[], None] | None = None,
) -> None:
    """Draw the document that a pane shows, if any.

    :param reply: the answers beside it, whose ranks and scores the details show.
    :param on_only: called with the document's id and name if the person wants to ask this document alone.
    :param on_turn: called after the person has gone to another page of it.
    """
    opened = pane.opened
    if opened is None:
        return
    with frame.show_failures("This document cannot be shown", key="source"):
        record = client.document(opened.document_id)
        _heading(record, opened)
        shown = _choose_show(record, opened, reply, on_only)
        _thread(client, record, pane)
        if shown == _DETAILS:
            _draw_details(client, record, opened, reply)
        else:
            component.draw(Reading(client, pane, record, opened, as_pictures=shown == _PAGE), on_turn=on_turn)


def window(page: PageEntry, mark: tuple[int, int] | None) -> tuple[int, int]:
    """Return which characters of a page to fetch: the whole page or, if it is very long, the text around the mark."""
    start = mark[0] if mark else page.start
    first = max(page.start, min(start - _AROUND, page.end - 2 * _AROUND))
    return first, min(page.end, first + 2 * _AROUND)


def _heading(record: Record, opened: Opened) -> None:
    document, page = record.document, record.page(record.page_at(opened.start))
    section = page.title if opened.has_mark else ""
    titles = {document.title: None, section: None}  # often the same
    place = place_of(record, opened)
    details = [
        place,
        words.recognised(page.confidence),
        words.kind(document.type),
        words.inside(str(record.meta.get("parent") or "")),
        document.day,
        *(title for title in titles if title and title != document.name and title not in place),
    ]
    with st.container(key="source-heading"):
        st.html(markup.source_heading(document.name, details))


def place_of(record: Record, opened: Opened) -> str:
    """Return where the mark stands: ``page 7 of 22``, ``sheet Prices, B12``; nothing of a document that has one page."""
    page, unit, count = (
        record.page(record.page_at(opened.start)),
        page_unit(record.document.type),
        len(record.page_list),
    )
    if not opened.has_mark:
        return words.count(count, unit) if count > 1 else ""
    cell = parts.cell_at(record, page, opened.start)
    if unit == "sheet":
        return ", ".join(filter(None, (f"sheet {page.title or page.number}", cell)))
    where = f"{unit} {page.number} of {count:,}" if count > 1 else ""
    return where or (f"cell {cell}" if cell else "")


def _choose_show(
    record: Record, opened: Opened, reply: Reply | None, on_only: Callable[[str, str], None] | None
) -> str:
    options = [_PAGE, _TEXT, _DETAILS] if record.has_picture else [_TEXT, _DETAILS]
    key = f"{Keys.SHOW}-{options[0]}"  # the choice holds for all documents with the same options
    with st.container(key="source-show", horizontal=True, vertical_alignment="center", gap="medium"):
        chosen = st.segmented_control(
            "Show",
            options,
            key=key,
            default=options[0],
            required=True,
            label_visibility="collapsed",
            persist_state="session",
        )
        if on_only:
            only = (record.document.id, record.document.name)
            st.button("Ask only this document", key="only", type="tertiary", on_click=on_only, args=only)
        question = reply.question if reply else ""
        pinning.offer_mark(PageState.current(), opened, question=question)
    return str(chosen)


def _thread(client: Client, record: Record, pane: Pane) -> None:
    """Draw the other messages of a message's thread, by date, with buttons that open them."""
    thread = record.meta.get("thread_id")
    if not thread:
        return
    total, messages = client.documents(filters={"thread_id": thread}, sort="date", limit=_MOST_OF_THREAD)
    others = [each for each in messages if each.document.id != record.document.id and each.meta.get("message_id")]
    if not others:
        return
    with st.expander(f"Thread: {words.count(max(total, len(others) + 1), 'document')}", key="thread"):
        for each in others:
            sender = str(each.meta.get("from") or "").split("<")[0].strip()
            label = " · ".join(filter(None, (each.document.day, sender, each.document.title)))
            st.button(
                markup.plain_label(label),
                key=f"thread-{each.document.id}",
                type="tertiary",
                on_click=pane.open,
                args=(Opened(each.document.id),),
            )


def _draw_details(client: Client, record: Record, opened: Opened, reply: Reply | None) -> None:
    document, meta = record.document, dict(record.meta)
    rows = [
        ("Title", document.title),
        ("Type", words.kind(document.type)),
        ("Date", document.day),
        ("Pages", f"{len(record.page_list) or document.pages:,}"),
        *(("Not read", what) for what in record.unread),
        ("Passages", f"{record.passages:,}"),
        ("Size", words.size(record.size)),
        ("Added", words.moment(record.added)),
        ("Folder", record.folder),
        ("Path", record.path),
        *((name.replace("_", " ").capitalize(), str(value)) for name, value in meta.items() if name not in _SAID),
        ("Characters", f"{opened.start:,} to {opened.end:,}" if opened.has_mark else ""),
        *_scores(opened, reply),
        ("Document ID", document.id),
    ]
    st.html(markup.details(rows))
    st.download_button(
        "Download the file",
        data=lambda: client.file(document.id),
        file_name=document.name,
        key="download-file",
        icon=":material/download:",
        on_click="ignore",
    )


def _scores(opened: Opened, reply: Reply | None) -> list[tuple[str, str]]:
    """Return how this place was found: the passage's rank, and the scores of reader and retriever."""
    for card in (*reply.cards, *reply.doubtful) if reply else ():
        if Opened.at(card.place) == opened:
            return [
                ("Score", f"{words.likelihood(card.score)}, {words.percent(card.score)}"),
                (
                    "Why this score",
                    words.score_help(card.retrieval_rank) if card.is_calibrated else words.NOT_CALIBRATED,
                ),
                ("Retrieval rank", str(card.retrieval_rank or "")),
                ("Retrieval score", _score(card.retrieval_score)),
            ]
    for passage in reply.nearest if reply else ():
        if Opened.passage(passage) == opened:
            return [("Retrieval rank", str(passage.rank)), ("Retrieval score", _score(passage.score))]
    return []


def _score(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"
