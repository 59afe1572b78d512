"""Adding files: the uploader, a line for each file while they are read, and what became of them."""

from collections.abc import Iterator, Sequence
from typing import Protocol

import streamlit as st

from needlepoint.errors import NeedlepointError
from needlepoint_ui import markup, uploads, words
from needlepoint_ui.client import Client, FileFate, Upload
from needlepoint_ui.state import Keys, PageState

KINDS = "PDF, Word, PowerPoint, Excel, CSV, web pages, e-mail, Markdown or plain text"
_REPLACE_HELP = (
    "Off: a changed file of the same name is added beside the earlier one, and both are searched. "
    "On: it takes the earlier upload's place. Files added with needlepoint index are never replaced from here."
)


class SentFile(Protocol):
    """What Streamlit hands over for an uploaded file."""

    name: str
    size: int

    def getvalue(self) -> bytes:
        """Return the file's bytes."""


def draw(client: Client, state: PageState) -> None:
    """Draw the uploader; add what is dropped on it, and tell each file's fate."""
    files = st.file_uploader(
        f"Drop files here: {KINDS}", accept_multiple_files=True, key=f"{Keys.UPLOAD}-{state.upload_round}"
    )
    replace = st.checkbox(
        "Replace earlier uploads of the same name", key=Keys.REPLACE, persist_state="session", help=_REPLACE_HELP
    )
    if files:
        state.fates = _add(client, files, replace=replace)
        state.upload_round += 1  # an uploader with another key is empty
        st.rerun()
    if state.fates:
        with st.container(key="fates", gap="small"):
            st.html(markup.fates([(fate.name, fate.state, said(fate)) for fate in state.fates]))
            st.button("Clear this list", key="clear-fates", type="tertiary", on_click=state.fates.clear)


def said(fate: FileFate) -> str:
    """Say what became of a file in plain words."""
    if fate.state == "skipped":
        return f"not added: {fate.reason}"
    if fate.state == "unchanged":
        return "already in the collection, unchanged"
    told = f"added: {words.count(fate.passages, 'passage')}"
    if fate.replaced:
        told += ", in place of the earlier upload of this name"
    if fate.namesakes:
        told += ", beside another document of the same name"
    return told


def _add(client: Client, files: Sequence[SentFile], *, replace: bool) -> list[FileFate]:
    refusal = uploads.refusal(file.size for file in files)
    if refusal:
        return [FileFate(words.count(len(files), "file"), "skipped", reason=refusal)]
    names = [uploads.shown_name(file.name) for file in files]
    done: list[FileFate] = []
    bar, lines = st.progress(0.0, text=f"0 of {words.count(len(files), 'file')}"), st.empty()
    lines.html(markup.fates(_lines(names, done)))
    try:
        for fate in client.index(_opened(files), replace=replace):
            done.append(fate)
            bar.progress(len(done) / len(files), text=f"{len(done)} of {words.count(len(files), 'file')}")
            lines.html(markup.fates(_lines(names, done)))
    except NeedlepointError as error:
        done += [FileFate(name, "skipped", reason=str(error)) for name in names[len(done) :]]
    return done


def _opened(files: Sequence[SentFile]) -> Iterator[Upload]:
    """Copy the bytes of one file at a time."""
    return (Upload(file.name, file.getvalue()) for file in files)


def _lines(names: list[str], done: list[FileFate]) -> list[tuple[str, str, str]]:
    rows = [(fate.name, fate.state, said(fate)) for fate in done]
    for place, name in enumerate(names[len(done) :]):
        rows.append((name, "waiting", "waiting") if place else (name, "reading", "reading …"))
    return rows
