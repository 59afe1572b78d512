"""The table of documents: search, order, pages of rows, selection."""

import hashlib
from typing import Any

import streamlit as st

from needlepoint_ui import markup, words
from needlepoint_ui.service.client import Client
from needlepoint_ui.service.collection_models import Record
from needlepoint_ui.state import Keys

ROWS = 100
_DATE_HELP = "The date that the document itself states, else that of its file; empty if neither does"
SORTS = {
    "name": "Name",
    "title": "Title",
    "-date": "Newest date",
    "date": "Oldest date",
    "-added": "Added last",
    "-pages": "Most pages",
    "-size": "Largest",
    "type": "Type",
}
_COLUMNS: dict[str, Any] = {
    "Name": st.column_config.TextColumn(width=315, help="Click a name to read the document"),
    "Title": st.column_config.TextColumn(width=285),
    "Type": st.column_config.TextColumn(width=85),
    "Pages": st.column_config.NumberColumn(width=65),
    "Passages": st.column_config.NumberColumn(width=80),
    "Date": st.column_config.TextColumn(width=125, help=_DATE_HELP),
    "Added": st.column_config.TextColumn(width=95),
    "Size": st.column_config.NumberColumn(format="bytes", width=80),
    "Folder": st.column_config.TextColumn(width=120),
}


def draw(client: Client, table_round: int, *, is_narrow: bool = False) -> tuple[list[Record], Record | None]:
    """Draw the table; return the documents whose rows are selected, and the one whose cell was clicked last.

    :param table_round: a new number clears the selection.
    :param is_narrow: leave out what has no room beside an open document.
    """
    search, sort = _controls()
    page = int(st.session_state.get(Keys.TABLE_PAGE, 1))
    total, records = client.documents(search=search, sort=sort, offset=(page - 1) * ROWS, limit=ROWS)
    if not records and total:  # fewer documents than before: that page is gone
        total, records = client.documents(search=search, sort=sort, limit=ROWS)
    if not records:
        st.html(markup.note("No document matches", f"None has “{search}” in its name, title, folder or metadata."))
        return [], None
    chosen, clicked = _rows(records, table_round, is_narrow=is_narrow)
    if total > ROWS:
        with st.container(horizontal=True, vertical_alignment="center", key="table-pages"):
            st.html(markup.aside(f"{total:,} documents, {ROWS} at a time"), width="content")
            st.pagination(-(-total // ROWS), key=Keys.TABLE_PAGE)
    return chosen, clicked


def _controls() -> tuple[str, str]:
    def first_page() -> None:
        st.session_state[Keys.TABLE_PAGE] = 1

    with st.container(horizontal=True, gap="small", key="table-controls"):
        search = st.text_input(
            "Search names and titles",
            key=Keys.SEARCH,
            type="search",
            live=True,
            placeholder="Search names and titles",
            label_visibility="collapsed",
            autocomplete="off",
            on_change=first_page,
        )
        sort = st.selectbox(
            "Order",
            list(SORTS),
            key=Keys.SORT,
            format_func=SORTS.__getitem__,
            label_visibility="collapsed",
            width=180,
            on_change=first_page,
        )
    return (search or "").strip(), str(sort or "name")


def _rows(records: list[Record], table_round: int, *, is_narrow: bool) -> tuple[list[Record], Record | None]:
    # a selection is a list of row numbers: with other rows it needs another key, or it would select other documents
    rows_key = hashlib.sha256("".join(each.document.id for each in records).encode()).hexdigest()[:16]
    event = st.dataframe(
        [_row(record) for record in records],
        column_config=_COLUMNS,
        column_order=_shown_columns(records, is_narrow=is_narrow),
        hide_index=True,
        on_select="rerun",
        selection_mode=["multi-row", "single-cell"],
        key=f"documents-{rows_key}-{table_round}",
        alt="The documents of the collection",
    )
    chosen = [records[row] for row in event["selection"]["rows"] if row < len(records)]
    cells = [records[row] for row, _ in event["selection"].get("cells") or () if row < len(records)]
    return chosen, cells[0] if cells else None


def _shown_columns(records: list[Record], *, is_narrow: bool) -> list[str]:
    """Return the columns that say something: no titles where no document has one of its own, and few beside a document."""
    has_title = any(record.document.title not in ("", record.document.name) for record in records)
    columns = [name for name in _COLUMNS if name != "Title" or has_title]
    return [name for name in columns if name in ("Name", "Title", "Type", "Date")] if is_narrow else columns


def _row(record: Record) -> dict[str, Any]:
    document = record.document
    return {
        "Name": markup.visible(document.name),
        "Title": markup.visible(document.title),
        "Type": words.kind(document.type),
        "Pages": document.pages,
        "Passages": record.passages,
        "Date": f"{document.date[:10]} (file)" if document.is_dated_by_file else document.date[:10],
        "Added": record.added[:10],
        "Size": record.size,
        "Folder": markup.visible(record.folder),
    }
