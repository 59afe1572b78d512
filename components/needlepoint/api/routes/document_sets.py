"""The routes of named sets of documents; a filter names one as ``{"$set": "Leases"}``."""

from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import Response
from pydantic import Field

from needlepoint.api.examples import errors
from needlepoint.api.needs import needs
from needlepoint.api.responses import JsonReply
from needlepoint.api.state import Body, StateDep
from needlepoint.people.person import Role

router = APIRouter(tags=["collection"])
SetName = Annotated[str, Path(max_length=100, description="The name of a set of documents.")]


class SetBody(Body):
    """The documents of a set."""

    documents: list[str] = Field(..., min_items=1, max_items=100_000, description="Ids.")


@router.get("/sets", responses=errors(503))
@needs(Role.READ)
def sets(state: StateDep) -> JsonReply:
    """List the sets of documents with their sizes."""
    known = state.service.sheets.sets
    return JsonReply([{"name": name, "documents": len(known.get(name))} for name in known.names()])


@router.get("/sets/{name}", responses=errors(404, 503))
@needs(Role.READ)
def document_set(name: SetName, state: StateDep) -> JsonReply:
    """Return the ids of a set's documents; documents that were deleted have left it."""
    return JsonReply({"name": name, "documents": state.service.sheets.sets.get(name)})


@router.put("/sets/{name}", responses=errors(422, 503))
@needs(Role.READ, "kept")
def save_set(name: SetName, state: StateDep, body: SetBody) -> JsonReply:
    """Keep documents under a name, or replace those of this name."""
    state.service.sheets.sets.save(name, body.documents)
    return JsonReply({"name": name, "documents": state.service.sheets.sets.get(name)})


@router.delete("/sets/{name}", status_code=204, response_class=Response, responses=errors(404, 503))
@needs(Role.READ, "deleted")
def delete_set(name: SetName, state: StateDep) -> Response:
    """Forget a set; its documents stay."""
    state.service.sheets.sets.delete(name)
    return Response(status_code=204)
