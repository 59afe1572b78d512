"""What all sessions share: the client, and pictures of pages."""

import streamlit as st

from needlepoint_ui.service.client import Client
from needlepoint_ui.service.models import Picture

_MOST_PICTURES = 64


@st.cache_resource(show_spinner=False)
def client() -> Client:
    """Return the client of the service that ``NEEDLEPOINT_SERVICE`` names."""
    return Client.from_environment()


@st.cache_data(show_spinner=False, max_entries=_MOST_PICTURES)
def picture(document_id: str, page: int, highlight: tuple[int, int] | None, width: int) -> Picture | None:
    """Return a page's picture; a document's id depends on its content, so a picture never becomes outdated."""
    return client().picture(document_id, page, highlight=highlight, width=width)
