"""The routes of feedback: what people said about answers."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response
from pydantic import BaseModel, Extra, Field, validator

from needlepoint.api.errors import RefusedError
from needlepoint.api.examples import errors
from needlepoint.api.jobs.evaluating import evaluation_job
from needlepoint.api.needs import needs
from needlepoint.api.responses import JsonReply
from needlepoint.api.routes.asking import check_ready
from needlepoint.api.routes.haystack import Filtered, IndexName
from needlepoint.api.state import Body, State, StateDep, accepted
from needlepoint.errors import UnknownDocumentError
from needlepoint.people.person import Role, asking, seeing_everything
from needlepoint.service.labels import as_squad, table
from needlepoint.stores.visibility import is_restricted

router = APIRouter(tags=["haystack"])
_HASH_KEYS = ("content", "content_type", "score", "meta", "embedding")
LabelId = Annotated[str, Path(regex="^[^/]{1,128}$", description="A label's id.")]
MostContext = Annotated[int, Query(ge=1, le=10_000_000, description="Characters of context around each answer.")]


class _Lenient(BaseModel):
    """One of Haystack's objects; fields that other versions of Haystack add are ignored."""

    class Config:
        """Pydantic 1's settings."""

        extra = Extra.ignore


class SpanBody(_Lenient):
    """Characters ``start`` to ``end``."""

    start: int
    end: int


class AnswerBody(_Lenient):
    """Haystack's ``Answer``, as a reply has it."""

    answer: str | None = ""
    type: Literal["generative", "extractive", "other"] = "extractive"
    score: float | None = None
    context: str | None = None
    offsets_in_document: list[SpanBody] | None = None
    offsets_in_context: list[SpanBody] | None = None
    document_ids: list[str] | None = None
    meta: dict[str, Any] | None = None


class DocumentBody(_Lenient):
    """Haystack's ``Document``, as a reply has it."""

    content: str
    id: str = Field(..., max_length=512)
    content_type: Literal["text"] = "text"
    score: float | None = None
    meta: dict[str, Any] | None = None
    id_hash_keys: list[str] | None = None

    @validator("id_hash_keys", each_item=True)
    def _is_attribute(cls, key: str) -> str:
        if key not in _HASH_KEYS and not key.startswith("meta."):
            raise ValueError(f"must be among {', '.join(_HASH_KEYS)}, or begin with meta.")
        return key


class FeedbackBody(Body):
    """Haystack's ``Label``: a question, an answer to it, and whether it is right."""

    query: str = Field(..., max_length=10_000, example="When does the lease end?")
    document: DocumentBody
    is_correct_answer: bool = Field(..., example=True)
    is_correct_document: bool = Field(..., example=True)
    origin: Literal["user-feedback", "gold-label"] = Field(..., example="user-feedback")
    answer: AnswerBody | None = None
    id: str | None = Field(None, min_length=1, max_length=128, regex="^[^/\x00]+$")
    no_answer: bool | None = None
    pipeline_id: str | None = Field(None, max_length=512)
    created_at: str | None = Field(None, max_length=64)
    updated_at: str | None = Field(None, max_length=64)
    meta: dict[str, Any] | None = None
    filters: dict[str, Any] | None = None

    def label(self) -> dict[str, Any]:
        """Return the values of Haystack's label, which has no ``no_answer``: an empty answer stands for it."""
        values = self.dict(exclude={"no_answer"})
        if values["answer"] is not None:
            values["answer"]["answer"] = "" if self.no_answer else values["answer"]["answer"] or ""
        values["document"]["meta"] = values["document"]["meta"] or {}
        return values


class EvaluationBody(Body):
    """What the reader is measured on."""

    on: Literal["feedback"] = "feedback"


@router.post("/feedback", responses=errors(400, 503))
@needs(Role.READ, "judged")
def add_feedback(state: StateDep, body: FeedbackBody, index: IndexName = None) -> JsonReply:
    """Store what somebody says about an answer, and return the label's id."""
    _check_index(index)
    if body.id:
        _check_own(state, body.id, must_exist=False)
    return JsonReply({"id": state.service.feedback.add(_signed(state, body), index=index)})


@router.get("/feedback", responses=errors(400, 503))
@needs(Role.READ, "exported")
def get_feedback(state: StateDep, index: IndexName = None) -> JsonReply:
    """Return all labels."""
    return JsonReply(state.public([label.values for label in state.service.feedback.all(index=index)]))


@router.delete("/feedback", responses=errors(400, 503))
@needs(Role.MANAGE, "deleted")
def delete_feedback(state: StateDep, index: IndexName = None) -> JsonReply:
    """Remove the labels that users gave; gold labels stay."""
    state.service.feedback.delete_users(index=index)
    return JsonReply(None)


@router.get("/feedback/table", tags=["review"], responses=errors(503))
@needs(Role.READ, "listed")
def feedback_table(state: StateDep) -> JsonReply:
    """Return the labels as rows of a table, newest first."""
    rows = table(state.service.feedback.all())
    return JsonReply(sorted(rows, key=lambda row: str(row["created_at"]), reverse=True))


@router.post("/evaluations", tags=["review"], status_code=202, responses=errors(409, 503))
@needs(Role.MANAGE, "managed")
def evaluate(state: StateDep, body: EvaluationBody) -> JsonReply:
    """Measure the reader on the labels, in a job whose result is the report.

    Its `scores` are SQuAD's (`exact`, `f1` ...); its `trust` says how reliable the probabilities are, with the error at each
    coverage.
    """
    check_ready(state)
    return accepted(state.jobs.submit(evaluation_job(state.service)))


@router.put("/feedback/{label_id}", tags=["review"], responses=errors(404, 503))
@needs(Role.READ, "judged")
def replace_feedback(label_id: LabelId, state: StateDep, body: FeedbackBody) -> JsonReply:
    """Replace a label."""
    _check_own(state, label_id)
    state.service.feedback.replace(label_id, _signed(state, body))
    return JsonReply({"id": label_id})


@router.delete(
    "/feedback/{label_id}", tags=["review"], status_code=204, response_class=Response, responses=errors(404, 503)
)
@needs(Role.READ, "deleted")
def delete_one(label_id: LabelId, state: StateDep) -> Response:
    """Remove a label."""
    _check_own(state, label_id)
    state.service.feedback.delete(label_id)
    return Response(status_code=204)


def _check_index(index: str | None) -> None:
    if index is not None and is_restricted():
        raise RefusedError(
            403, "who sees a part of the collection keeps feedback in the default index: leave out index"
        )


def _check_own(state: State, label_id: str, *, must_exist: bool = True) -> None:
    """Refuse to change what somebody else said; it is answered as if it were not there.

    :raises UnknownDocumentError: there is no such label, or it is not the present caller's.
    """
    with seeing_everything():
        found = state.service.feedback.all(filters={"id": label_id})
    is_own = all(asking().may_use(str((each.values.get("meta") or {}).get("person") or "")) for each in found)
    if not is_own or (must_exist and not found):
        raise UnknownDocumentError(f"no feedback '{label_id[:64]}': it was deleted, or the id is mistyped")


def _signed(state: State, body: FeedbackBody) -> dict[str, Any]:
    """Return a label with the name of whoever logged in, on a document that this person may see.

    :raises UnknownDocumentError: there is no such document for this person.
    """
    label, person = body.label(), asking()
    if not person.id:
        return label
    if is_restricted():
        state.service.texts.record(str(label["document"]["meta"].get("document_id") or ""))
    return {**label, "meta": {**(label["meta"] or {}), "person": person.id, "by": person.name}}


@router.post("/eval-feedback", responses=errors(400, 503))
@needs(Role.READ)
def eval_feedback(state: StateDep, body: Filtered | None = None) -> JsonReply:
    """Return how often users found answers and documents right."""
    return JsonReply(state.service.feedback.accuracy(filters=body.filters if body else None))


@router.get("/export-feedback", responses=errors(400, 503))
@needs(Role.READ, "exported")
def export_feedback(
    state: StateDep,
    context_size: MostContext = 100_000,
    full_document_context: bool = True,
    only_positive_labels: bool = False,
    index: IndexName = None,
) -> JsonReply:
    """Return the labels in SQuAD's format; `left_out` counts the labels that the format has no place for."""
    labels = state.service.feedback.all(index=index)
    size = None if full_document_context else context_size
    return JsonReply(as_squad(labels, context_size=size, only_positive=only_positive_labels))
