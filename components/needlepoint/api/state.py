"""What the routes share: the service, the limiter, and the request bodies."""

from dataclasses import dataclass, field
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request
from pydantic import BaseModel, Extra, Field, root_validator

from needlepoint.api.cache import ReplyCache
from needlepoint.api.facets import KnownFacets
from needlepoint.api.hiding import without_upload_paths
from needlepoint.api.jobs.queue import Job, Jobs
from needlepoint.api.jobs.sheets import SheetRuns
from needlepoint.api.limiter import Limiter
from needlepoint.api.limits import Limits
from needlepoint.api.metrics import Metrics
from needlepoint.api.nesting import TOO_DEEP, is_too_deep
from needlepoint.api.responses import JsonReply
from needlepoint.people.access import Access
from needlepoint.service.asking import MAX_QUESTION_CHARACTERS
from needlepoint.service.facade import Service
from needlepoint.sheets.document_sets import IN_SET

T = TypeVar("T")


@dataclass(slots=True)
class State:
    """The state of one serving process.

    :param is_ready: whether the reader is loaded and questions can be answered.
    :param load_error: why the reader could not be loaded at the last try; empty otherwise.
    """

    service: Service
    limits: Limits
    limiter: Limiter
    jobs: Jobs
    metrics: Metrics
    cache: ReplyCache
    access: Access
    sheet_runs: SheetRuns = field(default_factory=SheetRuns)
    facets: KnownFacets = field(default_factory=KnownFacets)
    is_ready: bool = False
    load_error: str = ""

    def public(self, reply: T) -> T:
        """Return plain data as it may leave the service: without the places of uploaded files."""
        public: T = without_upload_paths(reply, self.service.settings.originals)
        return public

    def resolved(self, filters: dict[str, Any] | None) -> dict[str, Any] | None:
        """Return filters with the documents of each set in the place of its name; the same if they name none."""
        return self.service.sheets.sets.resolved(filters) if filters and IN_SET in str(filters) else filters

    def close(self) -> None:
        """Accept no more work, stop the jobs, and wait for what is running."""
        self.jobs.close()
        self.limiter.close()
        self.access.close()


def _state(request: Request) -> State:
    state: State = request.app.state.needlepoint
    return state


StateDep = Annotated[State, Depends(_state)]


def accepted(job: Job) -> JsonReply:
    """Return the reply to a request that a job carries out."""
    url = f"/jobs/{job.id}"
    return JsonReply({"job": job.id, "url": url}, status_code=202, headers={"Location": url})


class Body(BaseModel):
    """A request's body; unknown fields are refused."""

    class Config:
        """Pydantic 1's settings."""

        extra = Extra.forbid

    @root_validator(pre=True)
    def _is_shallow(cls, values: dict[str, Any]) -> dict[str, Any]:
        if is_too_deep(values):
            raise ValueError(TOO_DEEP)
        return values


FILTERS = Field(
    None, description='Haystack filters on metadata, such as {"type": "pdf"} or {"date": {"$gte": "2024"}}.'
)


class Keep(Body):
    """Where a question is kept with its answers, and how the page shows it again."""

    workspace: str = Field(..., min_length=1, max_length=64, description="The workspace's id.")
    scope: str = Field("", max_length=2_000, description="Which documents are asked, in words.")
    address: str = Field("", max_length=20_000, description="The query of the page's address that asks it again.")


class Question(Body):
    """The body of ``/ask``."""

    question: str = Field(..., max_length=MAX_QUESTION_CHARACTERS, example="When does the lease end?")
    filters: dict[str, Any] | None = FILTERS
    answers: int = Field(3, ge=1, le=50, description="The most answers.")
    passages: int | None = Field(None, ge=1, le=1_000, description="Passages to read; the pipeline's own by default.")
    keep: Keep | None = Field(
        None, description="Keep the question with its answers in a workspace; else nothing is kept."
    )
