"""The frame of every view: page settings, style sheet, logo, status line; and how failures are shown."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import streamlit as st

from needlepoint_ui import markup, person, session, words
from needlepoint_ui.service import cached
from needlepoint_ui.service.client import Client
from needlepoint_ui.service.collection_models import Collection
from needlepoint_ui.service.failures import ServiceBusyError, ServiceDownError, ServiceError

_RETRY_S = 2.0
_STAYS = "What is on this page stays, and the page tries again by itself."
_TOLD_DOWN = "told-down"  # whether this run of the page has said that the service does not answer
_PATIENCE = 10  # times that a busy service is asked again
_HERE = Path(__file__).parent


def set_up() -> None:
    """Set up the page before anything is drawn."""
    st.set_page_config(page_title="Needlepoint", page_icon=_HERE / "icon.svg", layout="wide")
    st.logo(_HERE / "logo.svg", size="large")
    st.html(_HERE / "page.css")
    st.html(markup.script((_HERE / "desk.js").read_text("utf-8")), unsafe_allow_javascript=True)
    person.remember()
    session.remember()


def title(text: str) -> None:
    """Draw the view's title, which only screen readers need: the navigation shows it already."""
    st.html(markup.title(text))


def client() -> Client:
    """Return the client of the service."""
    return cached.own_client()


def opened_collection(client: Client) -> Collection:
    """Return the collection; wait for a service that is still loading its reader.

    If the service does not answer, this is the collection as it was last, and the page says so.

    :raises ServiceError: the service has never answered, or is not ready in time.
    """
    st.session_state[_TOLD_DOWN] = False
    with st.spinner("Waiting for the service to open the collection and load the reader …", show_time=True):
        collection = _patiently(client)
    if client.failure:
        _say_down(client.failure, "collection")
    return collection


def _patiently(client: Client) -> Collection:
    for _ in range(_PATIENCE):
        try:
            return client.collection()
        except ServiceBusyError as error:
            time.sleep(error.retry_after_s)
    return client.collection()


def status_line(collection: Collection) -> None:
    """Draw the line that says what is searched, and which reader reads, in which precision."""
    parts = [words.count(collection.documents, "document"), words.count(collection.passages, "passage")]
    explained = f"Store: {words.store(collection.store)}. Last change: {words.moment(collection.changed) or 'none'}"
    st.html(markup.status([*parts, collection.reader or "no reader"], explained))


@contextmanager
def show_failures(heading: str, *, key: str = "view") -> Iterator[None]:
    """Show a failure inside the block as a message on the page, leave the block, and let the script go on.

    :param heading: what the failure means for the person.
    :param key: distinguishes such blocks of one view.
    """
    try:
        yield
    except ServiceDownError as error:
        if st.session_state.get(_TOLD_DOWN):
            st.html(markup.note(heading, "The service does not answer.", tone="problem"))
        else:
            _say_down(error, key)
    except ServiceBusyError as error:
        _say("The service is busy", f"{error}. Nothing is lost: wait a moment, then try again.", key)
    except ServiceError as error:
        _say(heading, str(error), key)


def _say(heading: str, text: str, key: str) -> None:
    st.html(markup.note(heading, text, tone="problem"))
    st.button("Try again", key=f"try-again-{key}")  # a click runs the view anew


def _say_down(error: ServiceDownError, key: str) -> None:
    """Say that the service does not answer, and draw the view anew as soon as it does."""
    st.session_state[_TOLD_DOWN] = True
    runs = 0

    @st.fragment(run_every=_RETRY_S)
    def try_again() -> None:
        nonlocal runs
        runs += 1
        if runs > 1 and cached.own_client().answers():
            st.rerun()
        st.button("Try again now", key=f"try-again-{key}")

    st.html(markup.note("The service does not answer", f"{error}. {_STAYS}", tone="problem"))
    try_again()
