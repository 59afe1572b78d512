"""The places that a kept reply quotes, and what became of them since."""

from collections.abc import Iterator, Mapping
from typing import Any

from needlepoint.sheets.quotes import GivenQuote, VerifiedQuote

Place = Mapping[str, Any]
"""Words with their sentence and place, as a card of ``/ask`` has them."""


def cards_of(reply: Mapping[str, Any]) -> list[Place]:
    """Return the cards of a reply: confirmed words first, then answers, then the candidates of a reply without one."""
    return [card for part in ("verified", "answers", "doubtful") for card in reply.get(part) or ()]


def places_of(reply: Mapping[str, Any]) -> Iterator[Place]:
    """Yield every place of every card."""
    for card in cards_of(reply):
        yield card
        yield from card.get("places") or ()


def address_of(place: Place) -> str:
    """Return a place as the page's address has it: ``DOCUMENT:START-END``."""
    return f"{place['document']['id']}:{place['start']}-{place['end']}"


def as_given(place: Place) -> GivenQuote:
    """Return a place as a quote that can be verified."""
    quote, document = place.get("quote") or {}, place["document"]
    return GivenQuote(
        str(place["answer"]),
        document=str(document.get("name") or ""),
        document_id=str(document["id"]),
        page=int(place.get("page") or 0) or None,
        start=int(place["start"]),
        end=int(place["end"]),
        before=str(quote.get("before") or ""),
        after=str(quote.get("after") or ""),
    )


def became(place: Place, found: VerifiedQuote) -> dict[str, Any]:
    """Return what became of a place as plain data; ``is_same_file`` tells whether the document's file is the one of then."""
    told = found.to_dict()
    return {
        "address": address_of(place),
        "outcome": told["outcome"],
        "reason": told["reason"],
        "now": told["now"],
        "is_same_file": found.document_id == place["document"]["id"],
    }
