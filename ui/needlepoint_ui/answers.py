"""The answers as cards: equal answers share one, with all their places."""

from dataclasses import dataclass

import streamlit as st

from needlepoint_ui import markup, words
from needlepoint_ui.client import Finding, Place, ReadPassage
from needlepoint_ui.state import PageState


@dataclass(frozen=True, slots=True)
class Card:
    """Equal answers; the best first."""

    findings: tuple[Finding, ...]

    @property
    def best(self) -> Finding:
        """The one that the card shows."""
        return self.findings[0]


def cards(findings: list[Finding]) -> list[Card]:
    """Group findings whose answers are the same words, in the order of the best of each."""
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(" ".join(finding.answer.casefold().split()).strip(".,;:"), []).append(finding)
    return [Card(tuple(group)) for group in groups.values()]


def draw_cards(shown: list[Card], state: PageState, *, prefix: str = "card") -> None:
    """Draw the cards, each with a button for every place that it stands in."""
    for number, card in enumerate(shown, start=1):
        is_open = any(finding.place == state.opened for finding in card.findings)
        key = f"{prefix}-{number}-open" if is_open else f"{prefix}-{number}"
        with st.container(border=True, key=key, gap="small"):
            _draw_card(card)
            _buttons(card, state, key=f"{prefix}-{number}")


def draw_passages(passages: list[ReadPassage], state: PageState, *, prefix: str) -> None:
    """Draw passages that were read, each with a button that shows it in its document."""
    for number, passage in enumerate(passages, start=1):
        with st.container(key=f"{prefix}-{number}", gap="small"):
            st.html(markup.passage(passage.text, place_words(passage.place)))
            _show_button("Show in document", passage.place, state, key=f"show-{prefix}-{number}")


def place_words(place: Place) -> list[str]:
    """Return a place for a person: file, page, date."""
    return [place.name, f"page {place.page}", words.day(place.date)]


def _draw_card(card: Card) -> None:
    finding = card.best
    word = words.confidence(finding.score)
    html = markup.answer_card(
        finding.answer,
        finding.before,
        finding.after,
        place=place_words(finding.place),
        confidence=(word, words.percent(finding.score), words.CONFIDENCE_HELP),
        level=word.replace(" ", "-"),
    )
    st.html(html)


def _buttons(card: Card, state: PageState, *, key: str) -> None:
    with st.container(horizontal=True, gap="small"):
        _show_button("Show in document", card.best.place, state, key=f"show-{key}")
        for number, other in enumerate(card.findings[1:], start=2):
            label = f"also in {markup.plain_label(other.place.name)}, page {other.place.page}"
            _show_button(label, other.place, state, key=f"show-{key}-{number}")


def _show_button(label: str, place: Place, state: PageState, *, key: str) -> None:
    is_open = place == state.opened
    text = "Shown in the document" if is_open and label.startswith("Show") else label
    st.button(text, key=key, type="tertiary", disabled=is_open, on_click=state.open, args=(place,))
