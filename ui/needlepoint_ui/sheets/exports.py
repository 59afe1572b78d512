"""The buttons that export a sheet as a file."""

from functools import partial

import streamlit as st

from needlepoint_ui import markup
from needlepoint_ui.service.client import Client

_KINDS = (
    ("Excel", "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("CSV files (ZIP)", "zip", "application/zip"),
    ("Word", "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("Web page", "html", "text/html"),
    ("JSON", "json", "application/json"),
)


def offer(client: Client, name: str) -> None:
    """Draw the menu of formats; each file is made only when clicked."""
    with st.popover("Export", type="tertiary", key="export-sheet"):
        st.html(markup.aside("The cells, and every quote with its document, page, characters and score:"))
        for label, kind, mime in _KINDS:
            st.download_button(
                label,
                data=partial(client.sheets.export, name, kind),
                file_name=f"{file_stem(name)}.{kind}",
                mime=mime,
                key=f"export-sheet-{kind}",
                on_click="ignore",
                width="stretch",
            )


def file_stem(name: str) -> str:
    """Return a sheet's name as that of a file."""
    kept = "".join(character if character.isalnum() or character in " -_." else " " for character in name)
    return "-".join(kept.split()).strip(".") or "sheet"
