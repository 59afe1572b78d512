"""What all sessions share: the client, and what is drawn and placed of documents' pages.

A document's id depends on its content, so nothing of this becomes outdated.
"""

import streamlit as st

from needlepoint_ui.service.client import Client
from needlepoint_ui.service.failures import NotThereError
from needlepoint_ui.service.reading_models import Found, Picture, PlacedWord, SheetRow

_MOST_PICTURES, _MOST_THUMBNAILS, _MOST_PAGES, _MOST_SHEETS, _MOST_DOCUMENTS = 96, 1_000, 300, 16, 100
_MOST_ROWS = 5_000
_THUMBNAIL = 140  # pixels


@st.cache_resource(show_spinner=False)
def client() -> Client:
    """Return the client of the service that ``NEEDLEPOINT_SERVICE`` names."""
    return Client.from_environment()


@st.cache_data(show_spinner=False, max_entries=_MOST_PICTURES)
def picture(document_id: str, page: int, highlight: tuple[int, int] | None, width: int) -> Picture | None:
    """Return a page's picture, or None if it has none."""
    return client().picture(document_id, page, highlight=highlight, width=width)


@st.cache_data(show_spinner=False, max_entries=_MOST_THUMBNAILS)
def thumbnail(document_id: str, page: int) -> Picture | None:
    """Return a small picture of a page."""
    return client().picture(document_id, page, highlight=None, width=_THUMBNAIL)


@st.cache_data(show_spinner=False, max_entries=_MOST_PAGES)
def words(document_id: str, page: int) -> list[PlacedWord]:
    """Return the words of a PDF page with their places."""
    return client().words(document_id, page)


@st.cache_data(show_spinner=False, max_entries=_MOST_SHEETS)
def rows(document_id: str, page: int) -> list[SheetRow]:
    """Return the rows of a sheet with the places of their cells; none if they cannot be placed, or are very many."""
    try:
        return client().rows(document_id, page, most=_MOST_ROWS)
    except NotThereError:
        return []


@st.cache_data(show_spinner=False, max_entries=_MOST_DOCUMENTS)
def sizes(document_id: str) -> list[tuple[float, float]]:
    """Return width and height of each page of a PDF, in points; none if they cannot be told."""
    try:
        return client().sizes(document_id)
    except NotThereError:
        return []


@st.cache_data(show_spinner=False, max_entries=_MOST_PAGES)
def found(document_id: str, wanted: str) -> Found:
    """Return where words stand in a document."""
    return client().find(document_id, wanted)


def forget() -> None:
    """Forget what could not be shown of files that are there by now."""
    for each in (picture, thumbnail, words, rows, sizes):
        each.clear()
