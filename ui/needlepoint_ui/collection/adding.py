"""Adding files: the uploader, a line for each file while it is read, and the outcome."""

from collections.abc import Sequence
from typing import cast

import streamlit as st

from needlepoint.files.names import shown_name
from needlepoint_ui import following, frame, login, markup, words
from needlepoint_ui.collection import bundles
from needlepoint_ui.collection.bundles import SentFile, UploadedFile, unbundled
from needlepoint_ui.collection.intake import Intake, folder_of, split_refused
from needlepoint_ui.service import cached
from needlepoint_ui.service.client import Client
from needlepoint_ui.service.collection_models import Collection, FileState, Job
from needlepoint_ui.state import Keys, PageState

KINDS = (
    "PDF, Word, PowerPoint, Excel, OpenDocument, RTF, e-books, CSV, JSON, XML, web pages, e-mail and archives with the files"
    " in them, Markdown, reStructuredText, Org, LaTeX or plain text"
)
JOB = "adding"
_REPLACE_HELP = (
    "Off: a changed file of the same name is added beside the earlier one, and both are searched. "
    "On: it replaces the earlier upload. Files added with needlepoint index are never replaced here."
)
_FOLDER_HELP = "Of the folders that you may see: what is added there is seen by everybody who may see it."
_FILES, _FOLDER = "Files", "A folder"
_DROP = {_FILES: "Drop files here", _FOLDER: "Drop a folder here, to add what is in it"}
_FEW = 20


def draw(client: Client, state: PageState, collection: Collection) -> None:
    """Draw the uploader; send the files that are dropped on it, and show the outcome of each."""
    with st.container(horizontal=True, vertical_alignment="center", key="adding-what"):
        st.html(markup.heading("Add documents"))
        what = st.segmented_control(
            "What to add", [_FILES, _FOLDER], key="what", default=_FILES, required=True, label_visibility="collapsed"
        )
    with st.container(key="adding-files"):
        files = st.file_uploader(
            f"{_DROP[what]}: {KINDS}; at most {collection.most_file_megabytes:,} MB each",
            accept_multiple_files=True if what == _FILES else "directory",
            key=f"{Keys.UPLOAD}-{what}-{state.upload_round}",
            disabled=JOB in state.jobs or state.intake is not None,
        )
        bundles.draw()
    replace = login.who().may_manage and st.checkbox(
        "Replace earlier uploads of the same name", key=Keys.REPLACE, persist_state="session", help=_REPLACE_HELP
    )
    under = _folder_to_add_to(client)
    if files:
        sent = unbundled(cast(Sequence[UploadedFile], files))
        _start(state, collection, sent, replace=replace, under=under)
    intake = state.intake
    if intake and intake.waiting and JOB not in state.jobs:
        _send_next(client, state, collection, intake)
    before = (len(intake.over), intake.total) if intake else (0, 0)
    following.draw(
        JOB,
        state,
        doing="Reading files",
        on_over=lambda job: _keep(state, job),
        before=before,
        on_stop=intake.stop if intake else None,
    )
    _draw_outcome(state)


def _folder_to_add_to(client: Client) -> str:
    """Let a person who sees parts of the collection choose one of the folders in them; others add to none in particular."""
    if login.who().parts is None:
        return ""
    folders = [str(each["value"]) for each in client.facets().get("folder", [])]
    return st.selectbox("Add them to the folder", folders, key="add-to", help=_FOLDER_HELP) or ""


def _start(
    state: PageState, collection: Collection, files: Sequence[SentFile], *, replace: bool, under: str = ""
) -> None:
    fit, refused = split_refused(files, most_bytes=collection.most_file_megabytes * 1e6)
    state.outcome, state.intake = None, Intake(fit, len(files), replace, over=refused, under=under)
    state.upload_round += 1  # an uploader with another key is empty
    if not fit:
        _keep(state, Job("", "done"))
    st.rerun()


def _send_next(client: Client, state: PageState, collection: Collection, intake: Intake) -> None:
    """Send the next portion of the files that wait; if that fails, they wait until the service answers."""
    waiting = list(intake.waiting)
    portion = intake.next_portion(most=collection.most_files, most_bytes=collection.most_megabytes * 0.9e6)
    try:
        with (
            frame.show_failures("These files wait", key="adding"),
            st.spinner(f"Sending {words.count(len(portion), 'file')} …", show_time=True),
        ):
            placed = [(*folder_of(shown_name(file.name)), file.opened()) for file in portion]
            sent = [("/".join(filter(None, (intake.under, folder))), name, file) for folder, name, file in placed]
            state.jobs[JOB] = client.add(sent, replace=intake.replace).id
    finally:
        if JOB not in state.jobs:
            intake.waiting = waiting
    if JOB not in state.jobs:
        st.html(markup.aside(f"{words.count(len(waiting), 'file')} not sent yet; they are sent as soon as possible."))
        st.button("Leave them out", key="leave-out", on_click=_leave_out, args=(state,))


def _leave_out(state: PageState) -> None:
    _keep(state, Job("", "stopped"))


def _keep(state: PageState, job: Job) -> None:
    cached.forget()
    state.forget_answers()
    if state.intake is None:  # the examples, which the service adds by itself
        state.outcome = job
        return
    state.intake.keep(job)
    if not state.intake.waiting:
        state.outcome, state.intake = state.intake.outcome(job), None


def _draw_outcome(state: PageState) -> None:
    job = state.outcome
    if job is None:
        return
    failed = [file for file in job.files if file.state == "skipped"]
    others = [file for file in job.files if file.state != "skipped"]
    with st.container(key="fates", gap="small"):
        st.html(markup.summary(following.outcome(job)))
        _draw_files(failed, "not added, with the reasons", is_open=True)
        _draw_files(others, "added or already there", is_open=not failed)
        with st.container(horizontal=True, gap="small"):
            if others and st.button("Ask these documents", type="primary", key="ask-added"):
                st.switch_page("views/ask.py")
            st.button("Clear this list", key="clear-fates", type="tertiary", on_click=state.forget_outcome)


def _draw_files(files: Sequence[FileState], what: str, *, is_open: bool) -> None:
    if files and len(files) <= _FEW and is_open:
        st.html(markup.file_states(following.lines(files)))
    elif files:
        with st.expander(f"{words.count(len(files), 'file')} {what}"):
            st.html(markup.file_states(following.lines(files)))
