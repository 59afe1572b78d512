"""The state of one session: the keys of its widgets, and one typed object for the rest."""

import re
from collections.abc import Hashable
from dataclasses import dataclass, field
from itertools import count
from typing import cast

import streamlit as st

from needlepoint_ui.collection.intake import Intake
from needlepoint_ui.service.collection_models import Job
from needlepoint_ui.service.labels import Label
from needlepoint_ui.service.models import Passage, Place, Reply

_STATE = "page_state"
_ADDRESS = re.compile(r"([0-9A-Za-z_-]{4,128})(?::(\d{1,12})-(\d{1,12})(p?))?")


class Keys:
    """Keys of widgets; those of the Ask view are also the names in the address."""

    QUESTION = "q"
    SINCE = "from"
    UNTIL = "to"
    TOP_K = "answers"
    PASSAGES = "passages"
    SHOW = "pane"
    UPLOAD = "upload"
    REPLACE = "replace"
    SEARCH = "search"
    SORT = "order"
    TABLE_PAGE = "list"


@dataclass(frozen=True, slots=True)
class Opened:
    """What the reading pane shows: a document, and the words marked in it.

    :param is_passage: a whole passage is marked rather than quoted words.
    """

    document_id: str
    start: int = 0
    end: int = 0
    is_passage: bool = False

    @classmethod
    def at(cls, place: Place) -> "Opened":
        """Open the words of an answer."""
        return cls(place.document.id, place.start, place.end)

    @classmethod
    def passage(cls, passage: Passage) -> "Opened":
        """Open a passage that was read."""
        return cls(passage.place.document.id, passage.place.start, passage.place.end, is_passage=True)

    @classmethod
    def from_address(cls, text: str) -> "Opened | None":
        """Read it from the address; None if the text is not of its form."""
        found = _ADDRESS.fullmatch(text)
        if not found:
            return None
        document_id, start, end, passage = found.groups()
        return cls(document_id, int(start or 0), max(int(end or 0), int(start or 0)), is_passage=bool(passage))

    @property
    def address(self) -> str:
        """The form that the address holds."""
        if not self.has_mark:
            return self.document_id
        return f"{self.document_id}:{self.start}-{self.end}{'p' if self.is_passage else ''}"

    @property
    def has_mark(self) -> bool:
        """Whether any words are marked."""
        return self.end > self.start


def judged_at(label: Label) -> str:
    """Return the address of the place that was judged; for a label that does not say it, that of its words."""
    if label.judged or label.start is None:
        return label.judged
    return Opened(label.passage.place.document.id, label.start, label.end or label.start).address


_commands = count(1)


@dataclass
class Pane:
    """A reading pane: the document that it shows, and the page.

    :param turned_to: the page turned to; None for the page of the mark.
    :param command: changes whenever something else than the pane's own reader decides what it shows.
    :param sent: what the reader was told last, so that it is not told again.
    """

    opened: Opened | None = None
    turned_to: int | None = None
    command: int = field(default_factory=lambda: next(_commands))
    sent: Hashable = None

    def open(self, opened: Opened | None) -> None:
        """Show a document at the page of its mark; None shows nothing."""
        self.opened = opened
        self.turn(None)

    def turn(self, page: int | None) -> None:
        """Turn to a page; None turns to the page of the mark."""
        self.turned_to, self.command = page, next(_commands)

    def follow(self, page: int | None) -> None:
        """Take note of the page that a person has gone to in the reader."""
        self.turned_to = page


@dataclass
class PageState:
    """The state of the session besides its widgets.

    :param asked: the request that ``reply`` answers.
    :param stopped: the request that the person stopped.
    :param source: the pane beside the answers on Ask; ``document`` is the one of Collection and Review.
    :param partial: what a question that is still being read has found so far, with its request.
    :param judgements: what people said about answers to the question on the page, in the order of its times.
    :param linked: what the address names to be open beside the answers that are yet to come.
    :param address: what the address of Ask held last; ``table_address`` is that of Collection.
    :param pointed: the document that the table of documents points at; ``table_round`` is part of the table's key, so that a
        new number lets it point at none.
    :param to_ask: whether to go on to Ask, which a callback cannot do itself.
    :param workspace: the id of the workspace in which questions are kept, unless ``keeps`` is false; ``entry`` is the id of its
        question that the Workspace view shows, and ``kept_source`` the pane beside it.
    :param kept_in: the workspace that has kept the answers on the page.
    :param pinned: the addresses of pinned places as they were read last, by workspace and question.
    :param pins_source: the pane beside the pinned quotes.
    :param upload_round: part of the uploader's key; a new number empties the uploader.
    :param jobs: ids of the service's jobs that a view follows, by their kind.
    :param intake: the files that are being added.
    :param outcome: the last job that added files; ``measured`` is the last that measured the reader.
    """

    asked: Hashable = None
    stopped: Hashable = None
    reply: Reply | None = None
    source: Pane = field(default_factory=Pane)
    document: Pane = field(default_factory=Pane)
    partial: tuple[Hashable, Reply] | None = None
    judgements: list[Label] = field(default_factory=list)
    linked: Opened | None = None
    address: dict[str, list[str]] = field(default_factory=dict)
    pointed: str = ""
    table_round: int = 0
    to_ask: bool = False
    workspace: str = ""
    keeps: bool = True
    entry: str = ""
    kept_in: str = ""
    pinned: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    kept_source: Pane = field(default_factory=Pane)
    pins_source: Pane = field(default_factory=Pane)
    table_address: dict[str, str] = field(default_factory=dict)
    upload_round: int = 0
    jobs: dict[str, str] = field(default_factory=dict)
    intake: Intake | None = None
    outcome: Job | None = None
    measured: Job | None = None

    @classmethod
    def current(cls) -> "PageState":
        """Return this session's state."""
        if _STATE not in st.session_state:
            st.session_state[_STATE] = cls()
        return cast(PageState, st.session_state[_STATE])

    @property
    def said(self) -> dict[str, Label]:
        """The last judgement of each place, by the place's address."""
        return {judged_at(label): label for label in self.judgements}

    def stop(self, asked: Hashable) -> None:
        """Remember that this request must not be sent again without a click."""
        self.stopped = asked
        if self.partial and self.partial[0] == asked:
            self.asked, self.reply = self.partial
            self.source.open(Opened.at(self.reply.cards[0].place))

    def ask_again(self) -> None:
        """Forget that a request was stopped, and what it had found."""
        self.stopped = self.asked = None

    def forget_answers(self) -> None:
        """Drop answers that may quote a document that is no longer there."""
        self.asked = self.reply = None
        self.source.open(None)

    def ask_from(self, named: dict[str, list[str]]) -> None:
        """Go on to Ask with the values of an address."""
        st.session_state.pop(Keys.QUESTION, None)
        self.address = named
        self.asked = None
        self.to_ask = True

    def close_document(self) -> None:
        """Close the document of the Collection view; its table then points at none."""
        self.document.open(None)
        self.pointed = ""
        self.table_round += 1

    def forget_outcome(self) -> None:
        """Clear the list of the files added last."""
        self.outcome = None
