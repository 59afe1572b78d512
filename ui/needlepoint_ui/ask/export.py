"""The buttons that export the answers as a file and copy the link to them."""

from functools import partial

import streamlit as st

from needlepoint_ui import markup
from needlepoint_ui.ask import citations
from needlepoint_ui.service.models import Reply


def offer(reply: Reply, said: citations.Said) -> None:
    """Draw the menu of formats, and the button that copies the link; each file is made only when clicked."""
    with st.popover("Export", type="tertiary", key="export"):
        st.html(markup.aside("Question, quotes, documents, pages, dates, scores, reader and judgements:"))
        for label, suffix, mime, made in citations.FORMATS:
            st.download_button(
                label,
                data=partial(made, reply, said),
                file_name=citations.file_name(reply.question, suffix),
                mime=mime,
                key=f"export-{suffix}",
                on_click="ignore",
                width="stretch",
            )
    st.html(markup.copy_link(), width="content", unsafe_allow_javascript=True)
    st.html(markup.show_keys(), width="content")
