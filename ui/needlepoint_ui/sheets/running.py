"""The reading of a sheet: what is left, how it goes on, pause and resume; the cells come to the table as they are read."""

import streamlit as st

from needlepoint_ui import frame, markup, words
from needlepoint_ui.service.client import Client
from needlepoint_ui.service.collection_models import Job
from needlepoint_ui.service.failures import NotThereError
from needlepoint_ui.service.sheet_models import FOUND, NOT_FOUND, UNREAD, WAITING, SheetTable, SheetWork
from needlepoint_ui.sheets import table
from needlepoint_ui.sheets.pace import in_words
from needlepoint_ui.sheets.state import SheetState

_EVERY_S = 1.0
FEW = 5
"""Documents of a trial."""
_FRESH_SHARE, _FEWEST_FRESH = 20, 10
_PARTS = {FOUND: "found", NOT_FOUND: "not found", UNREAD: "unread", WAITING: "waiting"}


def draw(client: Client, state: SheetState) -> None:
    """Draw the progress of a reading that goes on; otherwise what is left to read, and the buttons that begin."""
    assert state.table
    with st.container(key="sheet-reading", gap="small"):
        if state.job and not state.job.is_over:
            _follow(client, state)
        else:
            _offer(client, state, state.table)


def start(client: Client, state: SheetState, *, first: int | None = None) -> None:
    """Begin to read, or go on."""
    with frame.show_failures("The sheet cannot be read", key="run"):
        client.sheets.run(state.name, first=first)
        state.forget()
        st.rerun()


def _follow(client: Client, state: SheetState) -> None:
    base = state.base

    @st.fragment(run_every=_EVERY_S)
    def follow() -> None:
        with frame.show_failures("The reading cannot be followed", key="follow"):
            if state.table is None or state.base != base:
                return  # another sheet is shown by now
            try:
                state.add(client.sheets.news(state.name, state.next))
            except NotThereError:
                state.job = None
            if state.job is None or state.job.is_over:
                _end(state)
                st.rerun()
            if len(state.fresh) > max(_FEWEST_FRESH, state.table.size // _FRESH_SHARE):
                state.take(
                    client.sheets.get(state.name)
                )  # so that values are counted anew, and what is sent stays small
                st.rerun()
            _draw_running(client, state, state.job)
            table.draw_news(state, "live", live=True)

    follow()


def _end(state: SheetState) -> None:
    """Fetch the sheet anew: what has changed is known only now."""
    job = state.job
    state.forget()
    state.job = job


def _draw_running(client: Client, state: SheetState, job: Job) -> None:
    assert state.table
    left = state.pace.seconds_for(job.total - job.done)
    parts = [f"Reading: {job.done:,} of {words.count(job.total, 'cell')}"] if job.total else ["Reading …"]
    if job.state == "waiting":
        parts = ["Waiting for another sheet to be read"]
    elif left is not None and job.done < job.total:
        parts.append(f"{in_words(left)} left")
    with st.container(horizontal=True, wrap=False, vertical_alignment="center", gap="medium", key="progress"):
        st.html(markup.working(" · ".join(parts), job.done / job.total if job.total else 0.0))
        if st.button("Pause", key="stop-sheet", icon=":material/pause_circle:", help="What was read is kept"):
            client.stop(job.id)


def _offer(client: Client, state: SheetState, sheet: SheetTable) -> None:
    counts = counts_of(sheet)
    st.html(markup.summary(summary(sheet, counts)))
    job, left = state.job, counts[WAITING] + counts[UNREAD]
    if job and job.state == "failed":
        st.html(markup.note("The reading failed", f"{job.reason}. What was read is kept.", tone="problem"))
    if not left:
        return
    state.work = state.work or client.sheets.work(state.name)
    is_paused = bool(job and job.state == "stopped")
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="sheet-begin"):
        if st.button(begin_label(sheet, counts, is_paused=is_paused), type="primary", key="read-sheet"):
            start(client, state)
        is_new = counts[WAITING] == sheet.size and len(sheet.rows) > FEW
        if is_new and st.button("Try on five documents first", key="try-sheet"):
            start(client, state, first=FEW)
        st.html(markup.aside(("Paused. " if is_paused else "") + estimate(state.work)), width="content")


def counts_of(sheet: SheetTable) -> dict[str, int]:
    """Return how many cells there are in each state."""
    counts = dict.fromkeys(_PARTS, 0)
    for place in sheet.places:
        counts[sheet.cell(place).state] += 1
    return counts


def summary(sheet: SheetTable, counts: dict[str, int]) -> str:
    """Return one line with the numbers of cells in each state, and how much was read."""
    parts = [f"{counts[state]:,} {name}" for state, name in _PARTS.items() if counts[state]]
    return f"{words.count(sheet.size, 'cell')}: {', '.join(parts)} · {sheet.coverage}"


def begin_label(sheet: SheetTable, counts: dict[str, int], *, is_paused: bool) -> str:
    """Return what the button that reads says."""
    if is_paused:
        return "Resume"
    if not counts[WAITING]:
        return f"Try {words.count(counts[UNREAD], 'unread cell')} again"
    return "Read all" if counts[WAITING] == sheet.size else "Read the rest"


def estimate(work: SheetWork) -> str:
    """Say how much is left to read and how long it takes, if that is known."""
    left = f"{words.count(work.units - work.known, 'cell')}, {words.count(work.passages, 'passage')} to read"
    return f"{left}: {in_words(work.seconds)}" if work.seconds is not None else left
