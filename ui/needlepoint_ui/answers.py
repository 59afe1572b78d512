"""The answers as cards: equal answers share one, with all their places."""

from dataclasses import dataclass

import streamlit as st

from needlepoint_ui import markup, words
from needlepoint_ui.client import Answers, Finding, Place, ReadPassage
from needlepoint_ui.state import PageState

_NEAREST = 3


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


def split_unlikely(grouped: list[Card]) -> tuple[list[Card], list[Card]]:
    """Part the cards worth reading from those of which the reader is unsure; the best is always worth reading."""
    kept = [
        card for place, card in enumerate(grouped) if not place or words.confidence(card.best.score) != words.UNSURE
    ]
    return kept, [card for card in grouped if card not in kept]


def without_answer(found: Answers) -> list[ReadPassage]:
    """Return the passages in which no answer stands."""

    def holds_answer(passage: Place) -> bool:
        return any(
            finding.place.document_id == passage.document_id and passage.start <= finding.place.start < passage.end
            for finding in found.findings
        )

    return [passage for passage in found.passages if not holds_answer(passage.place)]


def draw_found(found: Answers, state: PageState) -> None:
    """Draw the answers, and below them what was read without one."""
    shown, unlikely = split_unlikely(cards(found.findings))
    documents = len({finding.place.document_id for card in shown for finding in card.findings})
    places = f"{words.count(len(shown), 'answer')} in {words.count(documents, 'document')}"
    read = f"{words.count(len(found.passages), 'passage')} read in {found.seconds:.1f} s"
    st.html(markup.summary(f"{places} · {read}"))
    draw_cards(shown, state, prefix="card")
    if unlikely:
        with st.expander(f"{words.count(len(unlikely), 'more answer')}, not likely"):
            draw_cards(unlikely, state, prefix="card-more")
    if rest := without_answer(found):
        with st.expander(f"{words.count(len(rest), 'passage')} read without an answer, nearest first"):
            draw_passages(rest, state, prefix="read")


def draw_nearest(found: Answers, state: PageState) -> None:
    """Draw what came nearest to a question that has no answer."""
    if found.doubtful:
        with st.expander("Words that came nearest, which the reader doubts"):
            draw_cards(cards(found.doubtful), state, prefix="card-doubt")
    draw_passages(found.passages[:_NEAREST], state, prefix="nearest")
    if rest := found.passages[_NEAREST:]:
        with st.expander(f"{words.count(len(rest), 'more passage')} read without an answer"):
            draw_passages(rest, state, prefix="read")


def draw_cards(shown: list[Card], state: PageState, *, prefix: str) -> None:
    """Draw the cards, each with a button for every place that it stands in."""
    for number, card in enumerate(shown, start=1):
        is_open = any(finding.place == state.opened for finding in card.findings)
        with st.container(border=True, key=f"{prefix}-{number}{'-open' if is_open else ''}", gap="small"):
            _draw_card(card)
            _buttons(card, state, key=f"{prefix}-{number}")


def draw_passages(passages: list[ReadPassage], state: PageState, *, prefix: str) -> None:
    """Draw passages that were read, each with a button that shows it in its document."""
    for number, passage in enumerate(passages, start=1):
        is_open = passage.place == state.opened
        with st.container(key=f"{prefix}-{number}{'-open' if is_open else ''}", gap="small"):
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
