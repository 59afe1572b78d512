"""The answers as cards, one for equal answers with all their places; and the passages that were read."""

from collections.abc import Sequence

import streamlit as st

from needlepoint_ui import markup, person, words
from needlepoint_ui.ask import feedback
from needlepoint_ui.marking import labels
from needlepoint_ui.service.labels import Label
from needlepoint_ui.service.models import Card, Confirmed, Passage, Place, Reply
from needlepoint_ui.state import Opened, PageState

_NEAREST = 3
_MOST_PLACES = 4
_MOST_PASSAGES = 50


def split_unlikely(cards: Sequence[Card]) -> tuple[list[Card], list[Card]]:
    """Separate the cards to show from those that the reader is unsure of; the best one is always shown."""
    kept = [card for rank, card in enumerate(cards) if not rank or words.likelihood(card.score) != words.UNSURE]
    return kept, [card for card in cards if card not in kept]


def without_answer(reply: Reply) -> list[Passage]:
    """Return the passages that contain no answer."""
    places = [place for card in reply.cards for place in card.places]

    def holds_answer(passage: Place) -> bool:
        return any(
            place.document.id == passage.document.id and passage.start <= place.start < passage.end for place in places
        )

    return [passage for passage in reply.nearest if not holds_answer(passage.place)]


def disagreeing(cards: Sequence[Card]) -> list[Card]:
    """Return very likely answers that differ between documents, newest first, undated ones last; none if they agree.

    An answer agrees with another if one contains the other, or if both are in the same document.
    """
    likely = [card for card in cards if words.likelihood(card.score) == words.VERY_LIKELY]
    best = likely[:1]
    for card in likely[1:]:
        own, documents = _folded(card.answer), {place.document.id for place in card.places}
        differs = all(
            own not in _folded(other.answer)
            and _folded(other.answer) not in own
            and not documents & {place.document.id for place in other.places}
            for other in best
        )
        if differs:
            best.append(card)
    return sorted(best, key=lambda card: card.place.document.date, reverse=True) if len(best) > 1 else []


def summary_of(reply: Reply) -> str:
    """Return one line with the numbers of answers and passages, and the time."""
    shown = [*reply.verified, *split_unlikely(reply.cards)[0]]
    shown = one_a_place(shown)
    documents = len({place.document.id for card in shown for place in card.places})
    found = f"{words.count(len(shown), 'answer')} in {words.count(documents, 'document')}"
    return f"{found} · {words.count(reply.passages, 'passage')} read in {reply.seconds:.1f} s" + (
        f" · {foreign}" if (foreign := foreign_words(reply)) else ""
    )


def foreign_words(reply: Reply) -> str:
    """Return which documents are in languages that the reader does not know, such as ``2 documents in German, ...``."""
    parts = [f"{words.count(count, 'document')} in {name}" for name, count in reply.foreign]
    return f"{' and '.join(parts)}, which this reader does not know" if parts else ""


def draw_confirmed(reply: Reply, state: PageState) -> None:
    """Draw the words that people confirmed, apart from the reader's answers, and say which no longer stand."""
    for lapsed in reply.lapsed:
        by = person.who(lapsed.confirmed.by, lapsed.confirmed.person)
        st.html(markup.lapsed(lapsed.answer, lapsed.document.name, by, words.day(lapsed.confirmed.made), lapsed.reason))
    if confirmed := confirmed_cards(reply, state):
        draw_cards(confirmed, state, reply, prefix="card-sure")
        if reply.cards or reply.doubtful:
            st.html(markup.aside("What the reader finds:"))


def confirmed_cards(reply: Reply, state: PageState) -> list[Card]:
    """Return the cards of confirmed words whose judgement stands, or was overruled by the person who looks at them."""
    return [
        card
        for card in reply.verified
        if card.confirmed
        and (said := state.said.get(card.confirmed.place))
        and (said.is_right if said.id == card.confirmed.label else person.is_own(said))
    ]


def by_reader(reply: Reply, state: PageState) -> list[Card]:
    """Return the reader's cards without those whose place is shown as confirmed or corrected."""
    confirmed = confirmed_cards(reply, state)
    apart = {address for card in confirmed if card.confirmed for address in (card.confirmed.place, _at(card))}
    return [card for card in reply.cards if _at(card) not in apart]


def one_a_place(cards: Sequence[Card]) -> list[Card]:
    """Return the first card of each place: words that are confirmed and found by the reader, too, are shown once."""
    found: dict[str, Card] = {}
    for card in cards:
        found.setdefault(_at(card), card)
    return list(found.values())


def _at(card: Card) -> str:
    return Opened.at(card.place).address


def draw_found(reply: Reply, state: PageState) -> None:
    """Draw the answers, and below them the passages that contain none."""
    shown, unlikely = split_unlikely(by_reader(reply, state))
    if differing := disagreeing(shown):
        rows = [(card.answer, card.place.document.name, card.place.document.day) for card in differing]
        st.html(markup.disagreement(rows))
    draw_cards(shown, state, reply, prefix="card")
    if unlikely:
        with st.expander(f"{words.count(len(unlikely), 'more answer')}, unlikely"):
            draw_cards(unlikely, state, reply, prefix="card-more")
    if rest := without_answer(reply):
        with st.expander(f"{words.count(len(rest), 'passage')} read without an answer, nearest first"):
            draw_passages(rest[:_MOST_PASSAGES], state, reply, prefix="read")


def draw_nearest(reply: Reply, state: PageState) -> None:
    """Draw the closest finds for a question without an answer: the words that the reader doubts, then passages."""
    first, others = reply.doubtful[:1], reply.doubtful[1:]
    draw_cards(first, state, reply, prefix="card-doubt")
    if others:
        with st.expander(f"{words.count(len(others), 'more answer')}, even less likely"):
            draw_cards(others, state, reply, prefix="card-more")
    st.html(markup.aside("The nearest passages:"))
    draw_passages(reply.nearest[:_NEAREST], state, reply, prefix="nearest")
    if rest := reply.nearest[_NEAREST:_MOST_PASSAGES]:
        with st.expander(f"{words.count(len(rest), 'more passage')} read without an answer"):
            draw_passages(rest, state, reply, prefix="read")


def early_html(card: Card) -> str:
    """Return an answer that is known before all passages are read: a card without buttons."""
    return markup.early(card_html(card))


def draw_cards(shown: Sequence[Card], state: PageState, reply: Reply, *, prefix: str) -> None:
    """Draw the cards, each with a button for every place where its answer occurs."""
    for number, card in enumerate(shown, start=1):
        key, said = f"{prefix}-{number}", feedback.said_of_card(card, state.said)
        is_open = state.source.opened in (place_shown(card, said), *map(Opened.at, card.places))
        with st.container(border=True, key=key, gap="small"):  # a key that changed would cost the focus
            st.html(card_html(card, is_open=is_open, said=said))
            _places(card, said, state, key=key)
            feedback.draw(reply.question, card, state, key=key)


def draw_passages(passages: Sequence[Passage], state: PageState, reply: Reply, *, prefix: str) -> None:
    """Draw passages that were read, each with a button that shows it in its document."""
    for number, passage in enumerate(passages, start=1):
        key, opened = f"{prefix}-{number}", Opened.passage(passage)
        with st.container(key=key, gap="small"):
            is_open = opened == state.source.opened
            st.html(markup.passage(passage.text, place_words(passage.place), is_open=is_open))
            with st.container(horizontal=True, gap="small"):
                _show_button("Show in document", opened, state, key=f"show-{key}")
                feedback.offer_marking(reply.question, passage, key=key)


def place_words(place: Place) -> list[str]:
    """Return a place in words: file, page, date."""
    return [place.document.name, place.pages, place.document.day]


def _folded(answer: str) -> str:
    return " ".join(answer.casefold().split()).strip(".,;:")


def card_html(card: Card, *, is_open: bool = False, said: Label | None = None) -> str:
    """Return a card: that of confirmed words, of words that a person marked instead of the reader's, or the reader's own."""
    if card.confirmed and (said is None or (said.is_right and said.answer == card.answer)):
        return _confirmed_html(card, card.confirmed, is_open=is_open)
    if said and said.verdict == labels.CORRECTED and said.start is not None:
        return _corrected_html(card, said, is_open=is_open)
    word = words.likelihood(card.score)
    explained = words.score_help(card.retrieval_rank) if card.is_calibrated else words.NOT_CALIBRATED
    score = (word, words.percent(card.score), explained) if card.has_score else None
    return markup.answer_card(
        card.answer,
        card.place.before,
        card.place.after,
        place=place_words(card.place),
        score=score,
        level=word.replace(" ", "-"),
        is_open=is_open,
        is_wrong=said is not None and not said.is_right,
    )


def _confirmed_html(card: Card, confirmed: Confirmed, *, is_open: bool) -> str:
    """Return the card of words that a person confirmed, with who did, and when."""
    by = person.who(confirmed.by, confirmed.person)
    did = "Corrected" if confirmed.verdict == labels.CORRECTED else "Confirmed"
    sure = f" · the reader: {words.percent(card.score)}" if card.has_score else ""
    since = f" · {confirmed.remark}" if confirmed.remark else ""
    return markup.answer_card(
        card.answer,
        card.place.before,
        card.place.after,
        place=place_words(card.place),
        is_open=is_open,
        replaced=confirmed.replaced,
        confirmed=f"{did} by {by} on {words.day(confirmed.made)}{sure}{since}",
    )


def _corrected_html(card: Card, said: Label, *, is_open: bool) -> str:
    """Return the card of an answer that a person has corrected: their words, with the reader's below."""
    before, after = said.around
    word = words.likelihood(card.score)
    return markup.answer_card(
        said.answer,
        before,
        after,
        place=[said.passage.place.document.name, f"page {said.page}", card.place.document.day],
        score=("corrected", "by a person", f"The reader's words were {word}, {words.percent(card.score)}"),
        level=words.VERY_LIKELY.replace(" ", "-"),
        is_open=is_open,
        replaced=said.replaced,
    )


def place_shown(card: Card, said: Label | None) -> Opened:
    """Return the place that a card shows: that of the words, or of those that a person marked instead."""
    if not card.confirmed and said and said.verdict == labels.CORRECTED and said.start is not None:
        return Opened(said.passage.place.document.id, said.start, said.end or said.start)
    return Opened.at(card.place)


def _places(card: Card, said: Label | None, state: PageState, *, key: str) -> None:
    others = elsewhere(card)
    with st.container(horizontal=True, gap="small"):
        _show_button("Show in document", place_shown(card, said), state, key=f"show-{key}")
        for number, other in enumerate(others[:_MOST_PLACES], start=2):
            label = f"also in {markup.plain_label(other.document.name)}, {other.pages}"
            _show_button(label, Opened.at(other), state, key=f"show-{key}-{number}")
        if rest := others[_MOST_PLACES:]:
            with st.popover(f"and {words.count(len(rest), 'more place')}", type="tertiary"):
                for number, other in enumerate(rest, start=2 + _MOST_PLACES):
                    label = f"{markup.plain_label(other.document.name)}, {other.pages}"
                    _show_button(label, Opened.at(other), state, key=f"show-{key}-{number}")


def elsewhere(card: Card) -> list[Place]:
    """Return the other places of a card, one for each page: the same page of a document is named once."""
    pages = {(card.place.document.id, card.place.pages): card.place}
    for place in card.others:
        pages.setdefault((place.document.id, place.pages), place)
    return list(pages.values())[1:]


def _show_button(label: str, opened: Opened, state: PageState, *, key: str) -> None:
    text = "Shown in the document" if label.startswith("Show") and opened == state.source.opened else label
    st.button(text, key=key, type="tertiary", on_click=state.source.open, args=(opened,))
