"""Adding files: the uploader, a line for each file while it is read, and the outcome."""

from collections.abc import Sequence
from typing import BinaryIO, Protocol, cast

import streamlit as st

from needlepoint.files.names import shown_name
from needlepoint_ui import following, frame, markup, words
from needlepoint_ui.service import cached
from needlepoint_ui.service.client import Client
from needlepoint_ui.service.models import Collection, Job
from needlepoint_ui.state import Keys, PageState

KINDS = "PDF, Word, PowerPoint, Excel, OpenDocument, RTF, e-books, CSV, JSON, XML, web pages, e-mail, Markdown or plain text"
JOB = "adding"
_REPLACE_HELP = (
    "Off: a changed file of the same name is added beside the earlier one, and both are searched. "
    "On: it replaces the earlier upload. Files added with needlepoint index are never replaced here."
)
_FILES, _FOLDER = "Files", "A folder"


class SentFile(Protocol):
    """What Streamlit hands over for an uploaded file."""

    name: str
    size: int


def draw(client: Client, state: PageState, collection: Collection) -> None:
    """Draw the uploader; send the files that are dropped on it, and show the outcome of each."""
    with st.container(horizontal=True, vertical_alignment="center", key="adding-what"):
        st.html(markup.heading("Add documents"))
        what = st.segmented_control(
            "What to add", [_FILES, _FOLDER], key="what", default=_FILES, required=True, label_visibility="collapsed"
        )
    files = st.file_uploader(
        f"Drop files here: {KINDS}" if what == _FILES else f"Drop a folder here: all {KINDS} in it",
        accept_multiple_files=True if what == _FILES else "directory",
        key=f"{Keys.UPLOAD}-{what}-{state.upload_round}",
        disabled=JOB in state.jobs,
    )
    replace = st.checkbox(
        "Replace earlier uploads of the same name", key=Keys.REPLACE, persist_state="session", help=_REPLACE_HELP
    )
    if files:
        _send(client, state, collection, cast(Sequence[SentFile], files), replace=replace)
    following.draw(JOB, state, doing="Reading files", on_over=lambda job: _keep(state, job))
    _draw_outcome(state)


def refusal(sizes: Sequence[int], collection: Collection) -> str | None:
    """Return why files of these sizes are too many or too large for one upload, or None.

    :param sizes: in bytes.
    """
    most, megabytes = collection.most_files, sum(sizes) / 1e6
    if len(sizes) > most:
        return f"{len(sizes):,} files at once are too many: add at most {most:,} at a time, or use needlepoint index"
    if megabytes > collection.most_megabytes:
        return (
            f"these files total {megabytes:,.0f} MB: add at most {collection.most_megabytes:,} MB at a time, "
            "or use needlepoint index"
        )
    return None


def _send(
    client: Client, state: PageState, collection: Collection, files: Sequence[SentFile], *, replace: bool
) -> None:
    state.outcome = None
    if refused := refusal([file.size for file in files], collection):
        st.html(markup.note("Nothing was added", refused, tone="problem"))
        return
    with frame.show_failures("Nothing was added", key="adding"):
        sent = [(shown_name(file.name), cast(BinaryIO, file)) for file in files]
        with st.spinner(f"Sending {words.count(len(files), 'file')} …", show_time=True):
            state.jobs[JOB] = client.add(sent, replace=replace).id
        state.upload_round += 1  # an uploader with another key is empty
        st.rerun()


def _keep(state: PageState, job: Job) -> None:
    state.outcome = job
    cached.picture.clear()


def _draw_outcome(state: PageState) -> None:
    job = state.outcome
    if job is None:
        return
    with st.container(key="fates", gap="small"):
        st.html(markup.summary(following.outcome(job)))
        st.html(markup.file_states(following.lines(job.files)))
        st.button("Clear this list", key="clear-fates", type="tertiary", on_click=state.forget_outcome)
