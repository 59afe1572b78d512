"""The pane with a document's source: a page as a picture or as text, with the words marked and in view; and its details."""

from collections.abc import Callable

import streamlit as st

from needlepoint_ui import frame, markup, words
from needlepoint_ui.service import cached
from needlepoint_ui.service.client import Client
from needlepoint_ui.service.models import PageEntry, Record, Reply
from needlepoint_ui.state import Keys, Opened, Pane

_AROUND = 10_000  # characters on each side of the mark; a page of a text file may be a whole book
_WIDTH, _WIDE = 1_000, 1_700  # of a page's picture, in pixels
_SAID = {"title", "name", "type", "date", "pages", "passages", "size", "added", "path", "folder", "document_id", "id"}
_TEXT, _PAGE, _DETAILS = "Text", "Page", "Details"


def draw(
    client: Client, pane: Pane, *, reply: Reply | None = None, on_only: Callable[[str, str], None] | None = None
) -> None:
    """Draw the document that a pane shows, if any, with buttons to turn pages.

    :param reply: the answers beside it, whose ranks and scores the details show.
    :param on_only: called with the document's id and name if the person wants to ask this document alone.
    """
    opened = pane.opened
    if opened is None:
        return
    with frame.show_failures("This document cannot be shown", key="source"):
        record = client.document(opened.document_id)
        page = record.page(pane.turned_to or record.page_at(opened.start))
        _heading(record, page, opened, pane)
        shown = _choose_show(record, on_only)
        if shown == _DETAILS:
            _draw_details(client, record, opened, reply)
        elif shown == _TEXT or not _draw_picture(pane, record, page, opened):
            _draw_text(client, pane, record, page, opened)


def on_page(opened: Opened, page: PageEntry) -> tuple[int, int] | None:
    """Return the part of the mark that is on a page, in the document's characters, or None."""
    start, end = max(opened.start, page.start), min(opened.end, page.end)
    return (start, end) if start < end else None


def window(page: PageEntry, mark: tuple[int, int] | None, shifted: int = 0) -> tuple[int, int]:
    """Return which characters of a page to fetch: the whole page or, if it is very long, the text around the mark.

    :param shifted: how many windows further on, or back if negative.
    """
    start = (mark[0] if mark else page.start) + shifted * 2 * _AROUND
    first = max(page.start, min(start - _AROUND, page.end - 2 * _AROUND))
    return first, min(page.end, first + 2 * _AROUND)


def _heading(record: Record, page: PageEntry, opened: Opened, pane: Pane, *, prefix: str = "") -> None:
    document, count = record.document, len(record.page_list)
    titles = {document.title: None, page.title: None}  # of the document, then of the section; often the same
    details = [
        f"page {page.number} of {count:,}",
        words.recognised(page.confidence),
        words.kind(document.type),
        words.inside(str(record.meta.get("parent") or "")),
        words.day(document.date),
        *(title for title in titles if title != document.name),
    ]
    with st.container(horizontal=True, vertical_alignment="center", wrap=False, key=f"{prefix}source-heading"):
        st.html(markup.source_heading(document.name, details))
        if count > 1:
            marked = record.page_at(opened.start)
            if opened.has_mark and page.number != marked:
                label = f"Back to the marked words on page {marked}"
                _turn("undo", label, None, pane, key=f"{prefix}turn-back")
            _turn(
                "chevron_left",
                "Previous page",
                page.number - 1,
                pane,
                key=f"{prefix}turn-left",
                disabled=page.number <= 1,
            )
            _go_to(page.number, count, pane, key=f"{prefix}turn-to")
            is_last = page.number >= count
            _turn("chevron_right", "Next page", page.number + 1, pane, key=f"{prefix}turn-right", disabled=is_last)


def _turn(icon: str, label: str, page: int | None, pane: Pane, *, key: str, disabled: bool = False) -> None:
    st.button(
        label,
        key=key,
        icon=f":material/{icon}:",
        help=label,
        disabled=disabled,
        on_click=pane.turn,
        args=(page,),
    )


def _go_to(page: int, count: int, pane: Pane, *, key: str) -> None:
    st.session_state[key] = page

    def turn() -> None:
        pane.turn(st.session_state[key])

    st.number_input("Page", 1, count, key=key, on_change=turn, label_visibility="collapsed", width=64)


def _choose_show(record: Record, on_only: Callable[[str, str], None] | None) -> str:
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
    return str(chosen)


def _draw_text(client: Client, pane: Pane, record: Record, page: PageEntry, opened: Opened) -> None:
    mark = on_page(opened, page)
    first, last = window(page, mark, pane.shifted)
    text = client.text(record.document.id, first, last)
    start, end = (min(max(place - first, 0), len(text)) for place in mark or (first, first))
    key = f"{opened.address}-{page.number}-{first}"
    label = f"Text of {record.document.name}, page {page.number}"
    _shift(pane, "Earlier text", -1, is_there=first > page.start)
    st.html(markup.source(text[:start], text[start:end], text[end:], label=label, key=key, softly=opened.is_passage))
    st.html(markup.scroll_to_mark(key), unsafe_allow_javascript=True)
    _shift(pane, "Later text", 1, is_there=last < page.end)


def _shift(pane: Pane, label: str, by: int, *, is_there: bool) -> None:
    if is_there:
        icon = f":material/{'expand_less' if by < 0 else 'expand_more'}:"
        st.button(label, key=f"shift{by}", icon=icon, type="tertiary", on_click=pane.shift, args=(by,))


def _draw_picture(pane: Pane, record: Record, page: PageEntry, opened: Opened) -> bool:
    """Draw the page's picture with the button that enlarges it; return whether there is one."""
    is_there = _picture(record, page, opened, width=_WIDTH, label="page")
    if is_there and st.button("Enlarge", key="enlarge", icon=":material/zoom_in:", type="tertiary"):
        _enlarge(pane, record, opened)
    return is_there


def _picture(record: Record, page: PageEntry, opened: Opened, *, width: int, label: str) -> bool:
    mark = on_page(opened, page)
    with st.spinner("Drawing the page …"):
        picture = cached.picture(record.document.id, page.number, mark, width)
    if picture is None:
        st.html(markup.aside("There is no picture of this page; its text is below."))
        return False
    marked = ", with the quoted words in a box" if mark else ""
    alt = f"Page {page.number} of {record.document.name} as a picture{marked}; its text is under Text"
    key = f"{opened.address}-{page.number}-{label}"
    st.html(markup.picture(picture.png, picture.boxes, alt=alt, key=key))
    st.html(markup.scroll_to_mark(key), unsafe_allow_javascript=True)
    return True


def _enlarge(pane: Pane, record: Record, opened: Opened) -> None:
    @st.dialog("The page, enlarged", width="large", on_dismiss="rerun")
    def show() -> None:
        with frame.show_failures("This page cannot be shown", key="enlarged"):
            page = record.page(pane.turned_to or record.page_at(opened.start))
            _heading(record, page, opened, pane, prefix="large-")
            _picture(record, page, opened, width=_WIDE, label="enlarged")

    show()


def _draw_details(client: Client, record: Record, opened: Opened, reply: Reply | None) -> None:
    document, meta = record.document, dict(record.meta)
    rows = [
        ("Title", document.title),
        ("Type", words.kind(document.type)),
        ("Date", words.day(document.date)),
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
