"""The route that verifies quotes."""

from fastapi import APIRouter
from pydantic import Field, conlist

from needlepoint.api.examples import VERIFIED, errors
from needlepoint.api.responses import JsonReply
from needlepoint.api.state import Body, StateDep
from needlepoint.sheets.quotes import GivenQuote

router = APIRouter(tags=["sheets"])
MOST_QUOTES = 1_000
_LONGEST = 20_000
_FARTHEST = 10**9


class QuoteBody(Body):
    """A quote; without a place its words are looked for anywhere in the document."""

    quote: str = Field(..., min_length=1, max_length=_LONGEST, example="31 March 2031")
    document: str = Field("", max_length=4_000, description="The document's id, path or name.", example="lease.docx")
    document_id: str = Field("", max_length=64)
    path: str = Field("", max_length=4_000)
    page: int | None = Field(None, ge=1, le=_FARTHEST)
    start: int | None = Field(None, ge=0, le=_FARTHEST, description="The first character in the document's text.")
    end: int | None = Field(None, ge=0, le=_FARTHEST, description="One past the last.")
    before: str = Field("", max_length=_LONGEST, description="The text just before the words.")
    after: str = Field("", max_length=_LONGEST, description="The text just after them.")


class VerifyBody(Body):
    """The body of ``/verify``."""

    quotes: conlist(QuoteBody, min_items=1, max_items=MOST_QUOTES)  # type: ignore[valid-type]


@router.post("/verify", responses={200: VERIFIED, **errors(503)})
def verify(state: StateDep, body: VerifyBody) -> JsonReply:
    """Look up quotes in their documents as these are now: each holds, has moved or changed, or is gone."""
    quotes = [_given(each, number) for number, each in enumerate(body.quotes, start=1)]
    return JsonReply(state.service.sheets.verify(quotes).to_dict())


def _given(body: QuoteBody, number: int) -> GivenQuote:
    values = body.dict(exclude={"quote"})
    problem = "" if body.document or body.document_id or body.path else "it names no document"
    if body.start is not None and body.end is not None and body.end <= body.start:
        values |= {"start": None, "end": None, "note": f"its end {body.end:,} is not after its start {body.start:,}"}
    return GivenQuote(body.quote, **values, place=f"quote {number:,}", problem=problem)
