"""The report over a workspace: what it holds, how it looks, and the files."""

from functools import partial

import streamlit as st

from needlepoint_ui import markup
from needlepoint_ui.service.client import Client
from needlepoint_ui.service.workspaces import Workspace
from needlepoint_ui.sheets.exports import file_stem

_PINNED, _ALL = "Pinned quotes", "All questions with their answers"
_OVER = {_PINNED: "pinned", _ALL: "all"}
_KINDS = (
    ("Word", "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("Markdown", "md", "text/markdown"),
    ("Web page", "html", "text/html"),
    ("JSON, everything", "json", "application/json"),
)
_HEIGHT = 720


def draw(client: Client, here: Workspace) -> None:
    """Draw the choice of contents, the buttons for the files, and the report as it will be."""
    over = st.segmented_control(
        "Report over", list(_OVER), key="what", default=_PINNED if here.pins else _ALL, required=True
    )
    chosen = _OVER[str(over)]
    with st.container(horizontal=True, gap="small", key="report-files"):
        for label, kind, mime in _KINDS:
            st.download_button(
                label,
                data=partial(client.workspaces.export, here.id, kind, chosen),
                file_name=f"{file_stem(here.name)}.{kind}",
                mime=mime,
                key=f"report-{kind}",
                icon=":material/download:",
                on_click="ignore",
            )
    if not (here.pins if chosen == "pinned" else here.questions):
        st.html(markup.aside("The report is empty: pin quotes or ask questions first."))
        return
    with st.container(key="report"):
        st.iframe(client.workspaces.export(here.id, "html", chosen).decode(), height=_HEIGHT)
