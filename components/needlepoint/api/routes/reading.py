"""The routes with which a document is read page by page: sizes, places of words and cells, and where words are found."""

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Query

from needlepoint.api.examples import errors
from needlepoint.api.needs import needs
from needlepoint.api.responses import JsonReply
from needlepoint.api.routes.collection import DocumentId, PageNumber
from needlepoint.api.state import StateDep
from needlepoint.people.person import Role

router = APIRouter(tags=["collection"])
_DIGITS = 5  # of a fraction of a page
_MOST_FOUND = 5_000


@router.get("/documents/{document_id}/sizes", responses=errors(404, 503))
@needs(Role.READ)
def sizes(document_id: DocumentId, state: StateDep) -> JsonReply:
    """Return width and height of each page of a PDF, in points."""
    record = state.service.texts.record(document_id)
    return JsonReply({"sizes": [[round(side, 2) for side in size] for size in state.service.places.sizes(record)]})


@router.get("/documents/{document_id}/pages/{number}/words", responses=errors(404, 503))
@needs(Role.READ, "opened")
def words(document_id: DocumentId, number: PageNumber, state: StateDep) -> JsonReply:
    """Return where each word of a PDF page stands: `[start, end, left, top, right, bottom]`.

    `start` and `end` are characters of the source text, the others fractions of the page's picture.
    """
    record = state.service.texts.record(document_id)
    placed = state.service.places.words(record, number)
    shown = [[word.start, word.end, *(round(side, _DIGITS) for side in word[2:])] for word in placed]
    return JsonReply({"number": number, "words": shown})


@router.get("/documents/{document_id}/pages/{number}/cells", responses=errors(404, 503))
@needs(Role.READ, "opened")
def cells(
    document_id: DocumentId,
    number: PageNumber,
    state: StateDep,
    offset: Annotated[int, Query(ge=0, le=10**9, description="Rows to leave out at the beginning.")] = 0,
    limit: Annotated[int, Query(ge=1, le=5_000)] = 1_000,
) -> JsonReply:
    """Return the cells of a sheet (Excel, CSV) with their places in the sheet and in the source text.

    A cell's `start` is null where its text stands in the lines of other rows: that of a heading.
    """
    record = state.service.texts.record(document_id)
    page, _ = state.service.texts.page(document_id, number)
    rows = state.service.places.rows(record, number)
    shown = [asdict(row) for row in rows[offset : offset + limit]]
    for each in [*shown, *(cell for row in shown for cell in row["cells"])]:
        for name in ("start", "end"):
            if each.get(name) is not None:
                each[name] += page.start
    return JsonReply({"number": number, "total": len(rows), "rows": shown})


@router.get("/documents/{document_id}/find", responses=errors(404, 503))
@needs(Role.READ, "opened")
def find(
    document_id: DocumentId,
    state: StateDep,
    words: Annotated[str, Query(min_length=1, max_length=200, description="Case and accents do not matter.")],
    limit: Annotated[int, Query(ge=1, le=_MOST_FOUND)] = 1_000,
) -> JsonReply:
    """Find words in a document's source text; `more` tells whether there are more places than `limit`."""
    state.service.texts.record(document_id)
    found = state.service.texts.find(document_id, words, most=limit + 1)
    places = [place._asdict() for place in found[:limit]]
    return JsonReply({"places": places, "more": len(found) > limit})
