"""What one visitor's session remembers: the widgets' keys, and one typed object for the rest."""

from dataclasses import dataclass, field
from typing import cast

import streamlit as st

from needlepoint_ui.client import Answers, FileFate, Place

_STATE = "page_state"
_RECENT = 4


class Keys:
    """Keys of widgets; those of the Ask view are also the names in the address."""

    QUESTION = "q"
    TYPES = "type"
    FOLDERS = "folder"
    SINCE = "from"
    UNTIL = "to"
    TOP_K = "answers"
    UPLOAD = "upload"
    REPLACE = "replace"
    SEARCH = "search"


@dataclass
class PageState:
    """The session beyond its widgets.

    :param asked: the question, filters and number that ``answers`` answers, and the state of the collection then.
    :param opened: the place shown in the source pane, and the page turned to, if another than the place's own.
    :param recent: the last questions, newest first.
    :param upload_round: changes when the uploader is to be empty again.
    :param fates: what became of the files added last.
    """

    asked: object = None
    answers: Answers | None = None
    opened: Place | None = None
    turned_to: int | None = None
    recent: list[str] = field(default_factory=list)
    upload_round: int = 0
    fates: list[FileFate] = field(default_factory=list)

    @classmethod
    def current(cls) -> "PageState":
        """Return this session's state."""
        if _STATE not in st.session_state:
            st.session_state[_STATE] = cls()
        return cast(PageState, st.session_state[_STATE])

    def open(self, place: Place | None) -> None:
        """Show a place in the source pane."""
        self.opened, self.turned_to = place, None

    def remember_question(self, question: str) -> None:
        """Put a question first among the recent ones."""
        self.recent = [question, *(other for other in self.recent if other != question)][:_RECENT]

    def forget_answers(self) -> None:
        """Drop answers that may quote a document that is no longer there."""
        self.asked = self.answers = self.opened = self.turned_to = None
