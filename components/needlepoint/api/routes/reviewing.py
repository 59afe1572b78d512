"""The routes of feedback: what people say of answers."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response
from pydantic import BaseModel, Extra, Field, validator

from needlepoint.api.examples import errors
from needlepoint.api.jobs.evaluating import evaluation_job
from needlepoint.api.replies import Reply
from needlepoint.api.routes.asking import check_ready
from needlepoint.api.routes.haystack import Filtered, IndexName
from needlepoint.api.state import Body, StateHere, accepted
from needlepoint.service.labels import as_squad, table

router = APIRouter(tags=["haystack"])
_HASH_KEYS = ("content", "content_type", "score", "meta", "embedding")
LabelId = Annotated[str, Path(regex="^[^/]{1,128}$", description="A label's id.")]
MostContext = Annotated[int, Query(ge=1, le=10_000_000, description="Characters of context around an answer.")]


class _Lenient(BaseModel):
    """An object of Haystack's: what another version has beyond ours does no harm."""

    class Config:
        """Of pydantic 1."""

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
        """Return the values of a label; Haystack's has no place for ``no_answer``, which its answer says."""
        values = self.dict(exclude={"no_answer"})
        if values["answer"] is not None:
            values["answer"]["answer"] = "" if self.no_answer else values["answer"]["answer"] or ""
        values["document"]["meta"] = values["document"]["meta"] or {}
        return values


class EvaluationBody(Body):
    """What the reader is measured on."""

    on: Literal["feedback"] = "feedback"


@router.post("/feedback", responses=errors(400, 503))
def add_feedback(state: StateHere, body: FeedbackBody, index: IndexName = None) -> Reply:
    """Keep what somebody says of an answer; the reply has its id."""
    return Reply({"id": state.service.feedback.add(body.label(), index=index)})


@router.get("/feedback", responses=errors(400, 503))
def get_feedback(state: StateHere, index: IndexName = None) -> Reply:
    """Return all labels."""
    return Reply([label.values for label in state.service.feedback.all(index=index)])


@router.delete("/feedback", responses=errors(400, 503))
def delete_feedback(state: StateHere, index: IndexName = None) -> Reply:
    """Remove what users said; gold labels stay."""
    state.service.feedback.delete_users(index=index)
    return Reply(None)


@router.get("/feedback/table", tags=["review"], responses=errors(503))
def feedback_table(state: StateHere) -> Reply:
    """Return the labels as rows of a table, newest first."""
    rows = table(state.service.feedback.all())
    return Reply(sorted(rows, key=lambda row: str(row["created_at"]), reverse=True))


@router.post("/evaluations", tags=["review"], status_code=202, responses=errors(409, 503))
def evaluate(state: StateHere, body: EvaluationBody) -> Reply:
    """Measure the reader on what people said of answers, in a job whose result is the report.

    Its `scores` are SQuAD's (`exact`, `f1` ...), its `trust` tells how far probabilities hold, with the error at each coverage.
    """
    check_ready(state)
    return accepted(state.jobs.submit(evaluation_job(state.service)))


@router.put("/feedback/{label_id}", tags=["review"], responses=errors(404, 503))
def replace_feedback(label_id: LabelId, state: StateHere, body: FeedbackBody) -> Reply:
    """Put another label in the place of one."""
    state.service.feedback.replace(label_id, body.label())
    return Reply({"id": label_id})


@router.delete(
    "/feedback/{label_id}", tags=["review"], status_code=204, response_class=Response, responses=errors(404, 503)
)
def delete_one(label_id: LabelId, state: StateHere) -> Response:
    """Remove a label."""
    state.service.feedback.delete(label_id)
    return Response(status_code=204)


@router.post("/eval-feedback", responses=errors(400, 503))
def eval_feedback(state: StateHere, body: Filtered | None = None) -> Reply:
    """Tell how many answers and documents users found right."""
    return Reply(state.service.feedback.accuracy(filters=body.filters if body else None))


@router.get("/export-feedback", responses=errors(400, 503))
def export_feedback(
    state: StateHere,
    context_size: MostContext = 100_000,
    full_document_context: bool = True,
    only_positive_labels: bool = False,
    index: IndexName = None,
) -> Reply:
    """Return the labels in SQuAD's format, with the number of those that it has no place for under `left_out`."""
    labels = state.service.feedback.all(index=index)
    size = None if full_document_context else context_size
    return Reply(as_squad(labels, context_size=size, only_positive=only_positive_labels))
