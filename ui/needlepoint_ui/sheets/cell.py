"""The open cell: its words in their sentence, what to say about it, the other candidates, and the source beside."""

import streamlit as st
from streamlit.errors import StreamlitAPIException

from needlepoint_ui import frame, markup, source_pane, words
from needlepoint_ui.marking import labels
from needlepoint_ui.marking.dialog import mark_words
from needlepoint_ui.reader.component import on_page
from needlepoint_ui.service.client import Client
from needlepoint_ui.service.models import Document, Passage, Place
from needlepoint_ui.service.sheet_models import CellPlace, CellQuote, SheetCell
from needlepoint_ui.sheets import verdicts
from needlepoint_ui.sheets.state import SheetState
from needlepoint_ui.state import Opened

_MOST_CANDIDATES = 5


def draw(client: Client, state: SheetState) -> None:
    """Draw the open cell, if any."""
    if not (state.cell and state.table):
        return
    place = state.cell
    row = next(row for row in state.table.rows if row.id == place[0])
    cell = state.table.cell(place)
    with st.container(key="sheet-cell", gap="small"):
        _heading(state, place)
        with frame.show_failures("This cell cannot be shown", key="cell"):
            quotes = _quotes(client, state, place, cell)
            st.html(_words(row, cell, quotes))
            _judge(client, state, place, cell)
            _candidates(client, state, cell, quotes)
            with st.container(key="source"):
                source_pane.draw(client, state.pane)
            if state.correcting:
                state.correcting = False
                _correct(client, state, row)


def _heading(state: SheetState, place: CellPlace) -> None:
    with st.container(horizontal=True, wrap=False, vertical_alignment="center", key="sheet-cell-heading"):
        st.html(markup.heading(place[1]))
        st.button(
            "Close", key="close-cell", icon=":material/close:", type="tertiary", on_click=state.open, args=(None,)
        )


def _quotes(client: Client, state: SheetState, place: CellPlace, cell: SheetCell) -> list[CellQuote]:
    if state.quotes and state.quotes[:2] == (place, cell):
        return state.quotes[2]
    quotes = client.sheets.quotes(state.name, place) if cell.is_found or cell.state == "not found" else []
    state.quotes = (place, cell, quotes)
    return quotes


def _words(row: Document, cell: SheetCell, quotes: list[CellQuote]) -> str:
    if not (cell.is_found and quotes):
        where = [row.name, words.kind(row.type), words.day(row.date)]
        return markup.cell_note(cell.shown, where, is_unread=cell.state == "unread")
    best = quotes[0].place
    word = words.likelihood(best.score)
    return markup.answer_card(
        best.answer,
        best.before,
        best.after,
        place=[row.name, best.pages, words.day(row.date)],
        score=(word, words.percent(best.score), words.LIKELIHOOD_HELP),
        level=word.replace(" ", "-"),
    )


def _judge(client: Client, state: SheetState, place: CellPlace, cell: SheetCell) -> None:
    assert state.table
    verdict = state.table.verdicts.get(place)
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="judge-cell"):
        for judgement, label, icon in ((labels.RIGHT, "Right", "thumb_up"), (labels.WRONG, "Wrong", "thumb_down")):
            is_said = bool(verdict and verdict.judgement == judgement)
            if st.button(
                label,
                key=f"cell-{judgement}",
                type="secondary" if is_said else "tertiary",
                icon=f":material/{icon}:",
                disabled=cell.state in ("waiting", "unread"),
            ):
                with frame.show_failures("This could not be saved", key="judge"):
                    verdicts.judge(client, state, place, judgement)
                    _draw_again()
        st.button(
            "Correct …", key="cell-correct", type="tertiary", icon=":material/edit:", on_click=_ask, args=(state,)
        )
        if verdict:
            said = f"“{verdict.words}”" if verdict.judgement == labels.CORRECTED else ""
            st.html(markup.aside(f"Judged {verdicts.SAID[verdict.judgement]} {said}".strip()), width="content")
            if st.button("Undo", key="cell-undo", type="tertiary"):
                with frame.show_failures("This could not be undone", key="judge"):
                    verdicts.judge(client, state, place, None)
                    _draw_again()


def _draw_again() -> None:
    """Draw table and cell again; the whole view, if this run is one of the whole view."""
    try:
        st.rerun(scope="fragment")
    except StreamlitAPIException:
        st.rerun()


def _ask(state: SheetState) -> None:
    state.correcting = True


def _candidates(client: Client, state: SheetState, cell: SheetCell, quotes: list[CellQuote]) -> None:
    others = [quote for quote in quotes if not cell.is_found or quote is not quotes[0]][:_MOST_CANDIDATES]
    if not others:
        return
    label = words.count(len(others), "other candidate") if cell.is_found else words.count(len(others), "near candidate")
    with st.expander(label, key="candidates"):
        for number, quote in enumerate(others, start=1):
            _candidate(client, state, quote.place, number)
        if cell.is_found:
            _show_button(quotes[0].place, state, key="show-cell", label="Back to the cell's own quote")


def _candidate(client: Client, state: SheetState, place: Place, number: int) -> None:
    st.html(markup.marked_words(place.before, place.answer, place.after))
    st.html(markup.where([place.pages, f"{words.likelihood(place.score)}, {words.percent(place.score)}"]))
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key=f"candidate-{number}"):
        _show_button(place, state, key=f"show-candidate-{number}", label="Show in document")
        if st.button("This is right", key=f"right-candidate-{number}", type="tertiary", icon=":material/check:"):
            assert state.cell
            with frame.show_failures("This could not be saved", key="candidate"):
                verdicts.correct(client, state, state.cell, place.answer, span=(place.start, place.end))
                _draw_again()


def _show_button(place: Place, state: SheetState, *, key: str, label: str) -> None:
    opened = Opened.at(place)
    is_open = opened == state.pane.opened
    text = "Shown in the document" if is_open else label
    st.button(text, key=key, type="tertiary", disabled=is_open, on_click=state.pane.open, args=(opened,))


def _correct(client: Client, state: SheetState, row: Document) -> None:
    """Let the person mark the right words on the page that is open."""
    place, opened = state.cell, state.pane.opened
    if not (place and opened and state.table):
        return
    record = client.document(row.id)
    page = record.page(state.pane.turned_to or record.page_at(opened.start))
    mark = on_page(opened, page)
    first, last = source_pane.window(page, mark)
    text = client.text(row.id, first, last)
    passage = Passage("", text, Place(row, page.number, first, last))
    marked = (mark[0] - first, mark[1] - first) if mark and first <= mark[0] and mark[1] <= last else None

    def save(span: tuple[int, int]) -> None:
        _save(client, state, place, text[slice(*span)], (first + span[0], first + span[1]))

    def save_typed(typed: str) -> None:
        _save(client, state, place, typed, None)

    def absent() -> None:
        with frame.show_failures("This could not be saved", key="marking"):
            is_found = state.table is not None and state.table.cell(place).is_found
            verdicts.judge(client, state, place, labels.WRONG if is_found else labels.RIGHT)
            st.rerun()

    mark_words(place[1], passage, marked, save, on_absent=absent, on_typed=save_typed)


def _save(client: Client, state: SheetState, place: CellPlace, text: str, span: tuple[int, int] | None) -> None:
    with frame.show_failures("This could not be saved", key="marking"):
        verdicts.correct(client, state, place, text, span=span)
        st.rerun()
