"""Asks the service while the page shows progress, the best answer so far and a stop button; retries if it is busy."""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import streamlit as st

from needlepoint_ui import frame, markup
from needlepoint_ui.ask import address, answers, feedback, filters
from needlepoint_ui.ask.filters import Search
from needlepoint_ui.service.client import Client
from needlepoint_ui.service.failures import ServiceBusyError, ServiceError
from needlepoint_ui.service.labels import Label
from needlepoint_ui.service.models import Reply
from needlepoint_ui.service.streaming import Event
from needlepoint_ui.state import Opened, PageState
from needlepoint_ui.workspace import current

_TRIES = 5
_BEAT_S = 0.2


@dataclass(frozen=True, slots=True)
class Request:
    """A question and everything that decides its answers.

    :param changed: when the collection last changed, and its size: a changed collection may give other answers.
    """

    question: str
    search: Search
    changed: str


def ask(client: Client, state: PageState, request: Request) -> None:
    """Ask, unless this was the last request: opening another card must not read again."""
    wanted, state.linked = state.linked, None
    place = st.empty()
    if request in (state.asked, state.stopped):
        return
    with frame.show_failures("This question cannot be answered", key="ask"):
        try:
            with place.container(key="working", gap="small"):
                reply = _reply(client, state, request)
        except ServiceError:
            place.empty()
            if state.reply:
                st.html(markup.aside(f"The answers below are to the previous question: {state.reply.question}"))
            raise
        place.empty()
        if reply:
            _show(state, request, reply, wanted)


def _show(state: PageState, request: Request, reply: Reply, wanted: Opened | None) -> None:
    state.reply, state.asked, state.stopped, state.partial = replace(reply, asked=_now()), request, None, None
    state.pinned.clear()
    state.kept_in = state.workspace if reply.kept else ""
    state.judgements = list(map(Label.of, reply.judgements))
    if not wanted:
        places = [
            answers.place_shown(card, feedback.said_of_card(card, state.said))
            for card in (*reply.verified, *reply.cards, *reply.doubtful)[:1]
        ]
        places += [Opened.passage(passage) for passage in reply.nearest[:1]]
        state.source.open(places[0] if places else None)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _reply(client: Client, state: PageState, request: Request) -> Reply | None:
    with st.container(horizontal=True, wrap=False, vertical_alignment="center", gap="medium", key="progress"):
        line = st.empty()
        st.button("Stop", key="stop", icon=":material/stop_circle:", on_click=state.stop, args=(request,))
    early = st.empty()
    started, passages, read, turn = time.monotonic(), 0, 0, 0.0
    line.html(_progress(read, passages, 0.0))
    for event in _patiently(client, request, line):
        if event and event.kind == "reply":
            return event.reply
        if event:
            turn = time.monotonic() + event.expected_s if event.kind == "waiting" else 0.0
        if turn:
            line.html(_waiting(turn - time.monotonic()))
            continue
        if event:
            passages = event.passages or passages
        if event and event.reply:
            read = event.reply.passages
            if event.reply.cards:
                state.partial = (request, replace(event.reply, asked=_now()))
                early.html(answers.early_html(event.reply.cards[0]))
        line.html(_progress(read, passages, time.monotonic() - started))
    return None


def _waiting(left_s: float) -> str:
    """Return the line of a question that others are before."""
    about = f"about {left_s:.0f} s" if left_s >= 1 else "a moment"
    return markup.working(f"Waiting for other people's questions … {about}", 0.0)


def _progress(read: int, passages: int, seconds: float) -> str:
    if not passages:
        return markup.working(f"Looking for passages … {seconds:.1f} s", 0.0)
    return markup.working(f"Reading: {read} of {passages} passages · {seconds:.1f} s", read / passages)


def _patiently(client: Client, request: Request, line: "st.delta_generator.DeltaGenerator") -> Iterator[Event | None]:
    """Ask; if the service is busy, wait as long as it says and ask again, a few times."""
    for attempt in range(1, _TRIES + 1):
        try:
            with _asked(client, request) as events:
                yield from events
                return
        except ServiceBusyError as error:
            if attempt == _TRIES:
                raise
            for _ in range(round(error.retry_after_s / _BEAT_S)):
                line.html(
                    markup.working(f"The service is busy: trying again automatically (attempt {attempt + 1})", 0.0)
                )
                time.sleep(_BEAT_S)


@contextmanager
def _asked(client: Client, request: Request) -> Iterator[Iterator[Event | None]]:
    search, state = request.search, PageState.current()
    keep = current.keep_in(
        client, state, scope=filters.in_words(client, search.filters), address=address.asked_again(state)
    )
    events = client.ask(
        request.question,
        answers=search.answers,
        passages=search.passages,
        filters=search.filters.as_haystack(),
        keep=keep,
    )
    with closing(events):  # type: ignore[type-var]
        yield events
