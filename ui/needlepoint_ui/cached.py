"""What all sessions share: one client on one collection, made at the first visit."""

import os

import streamlit as st

from needlepoint_ui.client import Client


@st.cache_resource(show_spinner="Opening the collection and loading the reader …")
def client() -> Client:
    """Return the client on the collection that ``NEEDLEPOINT_STORE`` and ``NEEDLEPOINT_PIPELINE`` name.

    :raises NeedlepointError: the pipeline file or the collection cannot be used; then the next visit tries again.
    """
    from needlepoint.service import Service

    made = Client(Service(os.environ.get("NEEDLEPOINT_PIPELINE") or None))
    made.info()  # loads store and reader now, while the page says that it works
    return made
