"""What every view stands in: page settings, style sheet, name, status line; and how failures are said."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import streamlit as st

from needlepoint.errors import NeedlepointError
from needlepoint_ui import cached, markup, words
from needlepoint_ui.client import Client, Info

_HERE = Path(__file__).parent


def set_up() -> None:
    """Set up the page before anything is drawn."""
    st.set_page_config(page_title="Needlepoint", page_icon=_HERE / "icon.svg", layout="wide")
    st.logo(_HERE / "logo.svg", size="large")
    st.html(_HERE / "page.css")


def opened_client() -> Client:
    """Return the client; where the collection cannot be opened, say why and stop."""
    try:
        return cached.client()
    except NeedlepointError as error:
        st.html(markup.note("The collection cannot be opened", str(error), tone="problem"))
        st.stop()


def status_line(info: Info) -> None:
    """Say what is being searched, and which reader reads, in which precision."""
    reader, _, reason = info.reader.partition(": ")
    named = reader if "reader" in reader else f"reader {reader}"
    parts = [words.count(info.documents, "document"), words.count(info.passages, "passage"), named]
    st.html(markup.status(parts, reason and f"{reader}: {reason}"))


@contextmanager
def failures_said(heading: str) -> Iterator[None]:
    """Turn a failure inside the block into words on the page; then the block is left, and the script goes on."""
    try:
        yield
    except NeedlepointError as error:
        st.html(markup.note(heading, str(error), tone="problem"))
