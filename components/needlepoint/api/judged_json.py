"""What people said about answers, as ``/ask`` sends it: confirmed words as cards, judgements on the reader's own cards."""

from collections.abc import Iterable, Sequence
from typing import Any

from needlepoint.answers.evidence import emphasise
from needlepoint.answers.place_data import document_data, place_data
from needlepoint.service.confirmed import Confirmed, Judged, Judgements

_CARD = dict[str, Any]


def with_judgement(card: _CARD, said: Judgements) -> _CARD:
    """Return a card with what somebody said about its place, if anything."""
    judged = said.by_place.get(_address(card))
    return {**card, "judged": judged_json(judged)} if judged else card


def wrong_last(cards: Iterable[_CARD]) -> list[_CARD]:
    """Return cards in their order, but those that somebody called wrong behind the others."""
    return sorted(cards, key=lambda card: (card.get("judged") or {}).get("verdict") in ("wrong", "absent"))


def judged_json(judged: Judged) -> dict[str, Any]:
    """Return who said what, and when."""
    return {
        "verdict": judged.verdict,
        "by": judged.by,
        "person": judged.person,
        "made": judged.made,
        "label": judged.label.id,
        "place": judged.place,
        "replaced": judged.replaced,
    }


def confirmed_json(confirmed: Confirmed, cards: Sequence[_CARD]) -> dict[str, Any]:
    """Return confirmed words as a card.

    :param cards: the reader's; if one has this very place, its score is told.
    """
    found, label = confirmed.found, confirmed.judged.label
    before, after = _sentence(confirmed)
    place = place_data(
        found.words,
        document=_document(confirmed),
        page=found.page,
        last_page=found.last_page,
        section=label.meta.get("section"),
        start=found.start,
        end=found.end,
        before=before,
        after=after,
        score=None,
    )
    score = next((card["score"] for card in cards if _address(card) == _address(place)), None)
    text = label.text or ""
    first = found.start - (label.start or 0)
    passage = {"id": label.passage_id, "text": text, "start": first, "end": first + len(text), "page": found.page}
    remark = "" if found.holds and found.document_id == label.meta.get("document_id") else found.reason
    told = {**judged_json(confirmed.judged), "remark": remark}
    return {**place, "score": score, "places": [], "passage": {**passage, "section": None}, "confirmed": told}


def lapsed_json(lapsed: Confirmed) -> dict[str, Any]:
    """Return confirmed words that their document no longer has."""
    found = lapsed.found
    now = {"words": found.words, "page": found.page, "start": found.start, "end": found.end} if found.end else None
    return {
        "answer": lapsed.judged.label.answer,
        "document": _document(lapsed),
        "confirmed": judged_json(lapsed.judged),
        "reason": found.reason,
        "now": now,
    }


def _document(confirmed: Confirmed) -> dict[str, Any]:
    return document_data(confirmed.record.id, confirmed.record.meta)


def _sentence(confirmed: Confirmed) -> tuple[str, str]:
    """Return the parts of the sentence before and after the words, as far as the judged passage has it."""
    label, words = confirmed.judged.label, confirmed.found.words
    text, start = label.text or "", label.start
    if start is None or text[start : start + len(words)] != words:
        return "", ""
    sentence = emphasise(text, start, start + len(words))
    return sentence.before, sentence.after


def _address(place: _CARD) -> str:
    return f"{place['document']['id']}:{place['start']}-{place['end']}"
