"""The routes of workspaces: their questions with the answers of then, pinned quotes, notes and reports."""

import tempfile
from dataclasses import asdict
from pathlib import Path as FilePath
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import FileResponse, Response
from pydantic import Field
from starlette.background import BackgroundTask

from needlepoint.api.examples import errors
from needlepoint.api.needs import needs
from needlepoint.api.responses import JsonReply
from needlepoint.api.state import Body, StateDep
from needlepoint.people.person import Role
from needlepoint.text.questions import same_question
from needlepoint.workspaces.history import MOST_AT_ONCE
from needlepoint.workspaces.pins import MOST_PINS, Pin
from needlepoint.workspaces.places import address_of, places_of
from needlepoint.workspaces.texts import LONGEST_NAME, LONGEST_NOTE


def _own(state: StateDep, request: Request) -> None:
    """Answer for somebody else's workspace as for one that is not there, whatever of it is asked for."""
    if workspace_id := request.path_params.get("workspace_id"):
        state.service.desk.workspaces.get(str(workspace_id))


router = APIRouter(prefix="/workspaces", tags=["workspaces"], dependencies=[Depends(_own)])
Id = Annotated[str, Path(regex="^[0-9A-Za-z_-]{1,64}$", description="A workspace's id.")]
QuestionId = Annotated[str, Path(regex="^[0-9A-Za-z_-]{1,64}$", description="The id of a kept question.")]
PinId = Annotated[str, Path(regex="^[0-9A-Za-z_-]{1,64}$", description="The id of a pinned quote.")]
Moment = Annotated[str, Query(max_length=40, description="ISO 8601, with its time zone.")]
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_MEDIA = {"docx": _DOCX, "md": "text/markdown", "html": "text/html", "json": "application/json"}


class NewWorkspace(Body):
    """A workspace that is to be made."""

    name: str = Field(..., min_length=1, max_length=LONGEST_NAME, example="Lease of Harbour House")


class ChangedWorkspace(Body):
    """Another name, another note, or both."""

    name: str | None = Field(None, min_length=1, max_length=LONGEST_NAME)
    note: str | None = Field(None, max_length=LONGEST_NOTE)


class Note(Body):
    """A note; an empty one takes it off."""

    note: str = Field(..., max_length=LONGEST_NOTE)


class NewPin(Body):
    """Words to pin: a place of a kept question's answers, or any place of a document."""

    document_id: str = Field(..., min_length=1, max_length=128)
    start: int = Field(..., ge=0, le=10**9, description="The first character in the document's text.")
    end: int = Field(..., ge=1, le=10**9, description="One past the last.")
    question_id: str | None = Field(None, max_length=64, description="The kept question whose answer they are.")
    question: str = Field("", max_length=1_000, description="The question that they answer, if it is not kept.")


class Order(Body):
    """The ids of all pinned quotes in their new order."""

    pins: list[str] = Field(..., max_items=MOST_PINS)


@router.get("", responses=errors(503))
@needs(Role.READ)
def workspaces(state: StateDep) -> JsonReply:
    """List the workspaces, the one last used first."""
    return JsonReply([asdict(each) for each in state.service.desk.workspaces.all()])


@router.post("", status_code=201, responses=errors(422, 503))
@needs(Role.READ, "kept")
def make(state: StateDep, body: NewWorkspace) -> JsonReply:
    """Make a workspace."""
    return JsonReply(asdict(state.service.desk.workspaces.make(body.name)), status_code=201)


@router.get("/{workspace_id}", responses=errors(404, 503))
@needs(Role.READ)
def workspace(workspace_id: Id, state: StateDep) -> JsonReply:
    """Return a workspace with its note."""
    return JsonReply(asdict(state.service.desk.workspaces.get(workspace_id)))


@router.put("/{workspace_id}", responses=errors(404, 422, 503))
@needs(Role.READ, "kept")
def change(workspace_id: Id, state: StateDep, body: ChangedWorkspace) -> JsonReply:
    """Give a workspace another name, another note, or both."""
    return JsonReply(asdict(state.service.desk.workspaces.change(workspace_id, name=body.name, note=body.note)))


@router.delete("/{workspace_id}", status_code=204, response_class=Response, responses=errors(404, 503))
@needs(Role.READ, "deleted")
def delete(workspace_id: Id, state: StateDep) -> Response:
    """Delete a workspace with all that it keeps."""
    state.service.desk.workspaces.delete(workspace_id)
    return Response(status_code=204)


@router.get("/{workspace_id}/questions", responses=errors(404, 422, 503))
@needs(Role.READ, "listed")
def questions(
    workspace_id: Id,
    state: StateDep,
    search: Annotated[str, Query(max_length=1_000, description="Words of questions, answers, names and notes.")] = "",
    offset: Annotated[int, Query(ge=0, le=10**9)] = 0,
    limit: Annotated[int, Query(ge=1, le=MOST_AT_ONCE)] = 50,
) -> JsonReply:
    """List the questions of a workspace, the last one first, without their answers."""
    desk = state.service.desk
    desk.workspaces.get(workspace_id)
    total, found = desk.history.page(workspace_id, search=search, offset=offset, limit=limit)
    return JsonReply({"total": total, "questions": [asdict(each) for each in found]})


@router.delete("/{workspace_id}/questions", responses=errors(404, 422, 503))
@needs(Role.READ, "deleted")
def delete_questions(workspace_id: Id, state: StateDep, since: Moment, until: Moment) -> JsonReply:
    """Delete the questions from one moment until before another, with their pinned quotes; `deleted` says how many."""
    state.service.desk.workspaces.get(workspace_id)
    return JsonReply({"deleted": state.service.desk.history.delete_between(workspace_id, since, until)})


@router.get("/{workspace_id}/questions/{question_id}", responses=errors(404, 503))
@needs(Role.READ, "opened")
def question(workspace_id: Id, question_id: QuestionId, state: StateDep) -> JsonReply:
    """Return a question with its answers as they were given, in `reply`.

    `checks` has for each place what its document says now, as `/verify` does.
    """
    asked, reply = state.service.desk.history.get(workspace_id, question_id)
    return JsonReply({**asdict(asked), "reply": reply, "checks": state.service.desk.checks(places_of(reply))})


@router.put("/{workspace_id}/questions/{question_id}", responses=errors(404, 422, 503))
@needs(Role.READ, "kept")
def note_question(workspace_id: Id, question_id: QuestionId, state: StateDep, body: Note) -> JsonReply:
    """Write the note on a question."""
    return JsonReply(asdict(state.service.desk.history.write_note(workspace_id, question_id, body.note)))


@router.delete(
    "/{workspace_id}/questions/{question_id}", status_code=204, response_class=Response, responses=errors(404, 503)
)
@needs(Role.READ, "deleted")
def delete_question(workspace_id: Id, question_id: QuestionId, state: StateDep) -> Response:
    """Delete a question with its answers and the quotes that are pinned of it."""
    state.service.desk.history.delete(workspace_id, question_id)
    return Response(status_code=204)


@router.get("/{workspace_id}/pins", responses=errors(404, 503))
@needs(Role.READ, "listed")
def pins(workspace_id: Id, state: StateDep) -> JsonReply:
    """List the pinned quotes in their order, each with what its document says now."""
    state.service.desk.workspaces.get(workspace_id)
    return JsonReply(_checked(state, state.service.desk.pins.all(workspace_id)))


@router.get("/{workspace_id}/pinned", responses=errors(404, 422, 503))
@needs(Role.READ)
def pinned(
    workspace_id: Id,
    state: StateDep,
    question: Annotated[str | None, Query(max_length=10_000, description="Only quotes that answer it.")] = None,
) -> JsonReply:
    """List the places of the pinned quotes, `DOCUMENT:START-END`, without looking into their documents."""
    state.service.desk.workspaces.get(workspace_id)
    asked = None if question is None else same_question(question)
    kept = state.service.desk.pins.all(workspace_id)
    return JsonReply(
        [address_of(each.place) for each in kept if asked is None or same_question(each.question) == asked]
    )


@router.post("/{workspace_id}/pins", status_code=201, responses=errors(404, 422, 503))
@needs(Role.READ, "kept")
def pin(workspace_id: Id, state: StateDep, body: NewPin) -> JsonReply:
    """Pin words behind the others; the same words for the same question are pinned once."""
    made = state.service.desk.pin(
        workspace_id, body.document_id, body.start, body.end, question_id=body.question_id, question=body.question
    )
    return JsonReply(asdict(made), status_code=201)


@router.put("/{workspace_id}/pins", responses=errors(404, 422, 503))
@needs(Role.READ, "kept")
def arrange(workspace_id: Id, state: StateDep, body: Order) -> JsonReply:
    """Put the pinned quotes into another order."""
    state.service.desk.workspaces.get(workspace_id)
    return JsonReply([each.id for each in state.service.desk.pins.arrange(workspace_id, body.pins)])


@router.put("/{workspace_id}/pins/{pin_id}", responses=errors(404, 422, 503))
@needs(Role.READ, "kept")
def note_pin(workspace_id: Id, pin_id: PinId, state: StateDep, body: Note) -> JsonReply:
    """Write the note on a pinned quote."""
    return JsonReply(asdict(state.service.desk.pins.write_note(workspace_id, pin_id, body.note)))


@router.delete("/{workspace_id}/pins/{pin_id}", status_code=204, response_class=Response, responses=errors(404, 503))
@needs(Role.READ, "deleted")
def delete_pin(workspace_id: Id, pin_id: PinId, state: StateDep) -> Response:
    """Take a quote off; the question that it answers stays."""
    state.service.desk.pins.delete(workspace_id, pin_id)
    return Response(status_code=204)


@router.get("/{workspace_id}/export.{kind}", response_class=Response, responses=errors(404, 422, 503))
@needs(Role.READ, "exported")
def export(
    workspace_id: Id,
    kind: Literal["docx", "md", "html", "json"],
    state: StateDep,
    over: Annotated[
        Literal["pinned", "all"], Query(description="The pinned quotes, or all questions with their answers.")
    ] = "pinned",
) -> Response:
    """Return a workspace as a report; `json` has all that is kept, whatever `over` says."""
    name = state.service.desk.workspaces.get(workspace_id).name
    folder = tempfile.TemporaryDirectory(prefix="needlepoint-report-", ignore_cleanup_errors=True)
    path = FilePath(folder.name, f"report.{kind}")
    state.service.desk.export(workspace_id, path, over=over)
    return FileResponse(
        path, media_type=_MEDIA[kind], filename=f"{name}.{kind}", background=BackgroundTask(folder.cleanup)
    )


def _checked(state: StateDep, kept: list[Pin]) -> list[dict[str, Any]]:
    checks = {check["address"]: check for check in state.service.desk.checks(each.place for each in kept)}
    return [{**asdict(each), "check": checks[address_of(each.place)]} for each in kept]
