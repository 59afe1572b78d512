"""What a person's sessions share: the client, and what is drawn and placed of documents' pages.

A document's id depends on its content, so nothing of this becomes outdated. Nobody gets what was fetched for somebody else: who
asks is part of every key.
"""

import streamlit as st

from needlepoint_ui import session
from needlepoint_ui.service.client import Client
from needlepoint_ui.service.failures import NotThereError
from needlepoint_ui.service.reading_models import Found, Picture, PlacedWord, SheetRow

_MOST_PICTURES, _MOST_THUMBNAILS, _MOST_PAGES, _MOST_SHEETS, _MOST_DOCUMENTS = 96, 1_000, 300, 16, 100
_MOST_ROWS = 5_000
_MOST_CLIENTS = 500
_THUMBNAIL = 140  # pixels


@st.cache_resource(show_spinner=False, max_entries=_MOST_CLIENTS)
def client(sent: session.Headers = ()) -> Client:
    """Return the client of the service that ``NEEDLEPOINT_SERVICE`` names, for whoever these headers name."""
    return Client.from_environment(dict(sent))


def own_client() -> Client:
    """Return the client of the person before the page."""
    return client(session.headers())


def picture(document_id: str, page: int, highlight: tuple[int, int] | None, width: int) -> Picture | None:
    """Return a page's picture, or None if it has none."""
    return _picture(session.headers(), document_id, page, highlight, width)


@st.cache_data(show_spinner=False, max_entries=_MOST_PICTURES)
def _picture(
    sent: session.Headers, document_id: str, page: int, highlight: tuple[int, int] | None, width: int
) -> Picture | None:
    return client(sent).picture(document_id, page, highlight=highlight, width=width)


def thumbnail(document_id: str, page: int) -> Picture | None:
    """Return a small picture of a page."""
    return _thumbnail(session.headers(), document_id, page)


@st.cache_data(show_spinner=False, max_entries=_MOST_THUMBNAILS)
def _thumbnail(sent: session.Headers, document_id: str, page: int) -> Picture | None:
    return client(sent).picture(document_id, page, highlight=None, width=_THUMBNAIL)


def words(document_id: str, page: int) -> list[PlacedWord]:
    """Return the words of a PDF page with their places."""
    return _words(session.headers(), document_id, page)


@st.cache_data(show_spinner=False, max_entries=_MOST_PAGES)
def _words(sent: session.Headers, document_id: str, page: int) -> list[PlacedWord]:
    return client(sent).words(document_id, page)


def rows(document_id: str, page: int) -> list[SheetRow]:
    """Return the rows of a sheet with the places of their cells; none if they cannot be placed, or are very many."""
    return _rows(session.headers(), document_id, page)


@st.cache_data(show_spinner=False, max_entries=_MOST_SHEETS)
def _rows(sent: session.Headers, document_id: str, page: int) -> list[SheetRow]:
    try:
        return client(sent).rows(document_id, page, most=_MOST_ROWS)
    except NotThereError:
        return []


def sizes(document_id: str) -> list[tuple[float, float]]:
    """Return width and height of each page of a PDF, in points; none if they cannot be told."""
    return _sizes(session.headers(), document_id)


@st.cache_data(show_spinner=False, max_entries=_MOST_DOCUMENTS)
def _sizes(sent: session.Headers, document_id: str) -> list[tuple[float, float]]:
    try:
        return client(sent).sizes(document_id)
    except NotThereError:
        return []


def found(document_id: str, wanted: str) -> Found:
    """Return where words stand in a document."""
    return _found(session.headers(), document_id, wanted)


@st.cache_data(show_spinner=False, max_entries=_MOST_PAGES)
def _found(sent: session.Headers, document_id: str, wanted: str) -> Found:
    return client(sent).find(document_id, wanted)


def forget() -> None:
    """Forget what could not be shown of files that are there by now."""
    for each in (_picture, _thumbnail, _words, _rows, _sizes):
        each.clear()
