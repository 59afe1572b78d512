"""The routes that verify quotes: those of a request, and those of an uploaded file."""

from pathlib import PurePosixPath
from typing import Annotated, Any, Final

from fastapi import APIRouter, File, UploadFile
from fastapi.routing import APIRoute
from pydantic import Field, conlist
from starlette.datastructures import Headers
from starlette.routing import Match
from starlette.types import Scope

from needlepoint.api.errors import RefusedError
from needlepoint.api.examples import VERIFIED, errors
from needlepoint.api.limits import LARGEST_QUOTE_FILE as LARGEST_FILE
from needlepoint.api.needs import needs
from needlepoint.api.responses import JsonReply
from needlepoint.api.state import Body, StateDep
from needlepoint.errors import SheetError
from needlepoint.people.person import Role
from needlepoint.sheets.quote_files import quotes_of_data
from needlepoint.sheets.quotes import GivenQuote

router = APIRouter(tags=["sheets"])
MOST_QUOTES = 1_000
MOST_IN_FILE = 20_000
_LONGEST_NAME = 100
_LONGEST = 20_000
_FARTHEST = 10**9
_FILE: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["file"],
    "properties": {"file": {"type": "string", "format": "binary"}},
}
_FORM: Final[dict[str, Any]] = {"requestBody": {"content": {"multipart/form-data": {"schema": _FILE}}}}


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


class UploadRoute(APIRoute):
    """A route for requests that carry files; a JSON body to the same path goes to the next route."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Return whether a request is one for this route."""
        kind = Headers(scope=scope).get("content-type", "") if scope["type"] == "http" else ""
        return super().matches(scope) if kind.lower().startswith("multipart/form-data") else (Match.NONE, {})


@needs(Role.READ, "opened")
def verify_file(
    state: StateDep, file: Annotated[UploadFile, File(description="A sheet's XLSX, ZIP, JSON, or any CSV of quotes.")]
) -> JsonReply:
    """Look up the quotes of a file: one that was exported from a sheet, or a table with a quote and its document a row."""
    name = _name(file.filename or "")
    data = file.file.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        raise RefusedError(413, f"{name}: larger than {LARGEST_FILE / 1e6:.0f} MB: verify it with needlepoint verify")
    given = quotes_of_data(name, data)
    if len(given.quotes) > MOST_IN_FILE:
        said = (
            f"{len(given.quotes):,} quotes, at most {MOST_IN_FILE:,} are looked up: verify it with needlepoint verify"
        )
        raise RefusedError(413, f"{name}: {said}")
    if not state.service.documents():
        raise SheetError("the collection is empty, so no quote can be looked up")
    told = {"file": name, "columns": given.columns, "without_words": given.without_words}
    return JsonReply({**told, **state.service.sheets.verify(given.quotes).to_dict()})


def _name(given: str) -> str:
    """Return an upload's name as it may be repeated: without folders, on one line, and short; only its ending counts."""
    base = "".join(each for each in PurePosixPath(given.replace("\\", "/")).name if each.isprintable())
    return base[-_LONGEST_NAME:] if base.strip(". ") else "the file"


router.add_api_route(
    "/verify",
    verify_file,
    methods=["POST"],
    responses={200: VERIFIED, **errors(413, 422, 503)},
    route_class_override=UploadRoute,
    include_in_schema=False,  # one path has one description: that of the next route names both
)


@router.post("/verify", responses={200: VERIFIED, **errors(413, 422, 503)}, openapi_extra=_FORM)
@needs(Role.READ, "opened")
def verify(state: StateDep, body: VerifyBody) -> JsonReply:
    """Look up quotes in their documents as these are now: each holds, has moved or changed, or is gone.

    The quotes are listed as JSON, or read from a `file` that is uploaded as a form: a sheet's XLSX, ZIP or JSON, or any CSV of
    quotes. The reply to a file also tells which of its columns were taken.
    """
    quotes = [_given(each, number) for number, each in enumerate(body.quotes, start=1)]
    return JsonReply(state.service.sheets.verify(quotes).to_dict())


def _given(body: QuoteBody, number: int) -> GivenQuote:
    values = body.dict(exclude={"quote"})
    problem = "" if body.document or body.document_id or body.path else "it names no document"
    if body.start is not None and body.end is not None and body.end <= body.start:
        values |= {"start": None, "end": None, "note": f"its end {body.end:,} is not after its start {body.start:,}"}
    return GivenQuote(body.quote, **values, place=f"quote {number:,}", problem=problem)
