"""What the routes share: the service, the limiter, and the forms of what is asked."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request
from pydantic import BaseModel, Extra, Field

from needlepoint.api.cache import ReplyCache
from needlepoint.api.jobs.queue import Job, Jobs
from needlepoint.api.limiter import Limiter
from needlepoint.api.limits import Limits
from needlepoint.api.metrics import Metrics
from needlepoint.api.replies import Reply
from needlepoint.service.asking import MAX_QUESTION_CHARACTERS
from needlepoint.service.facade import Service


@dataclass(slots=True)
class State:
    """One serving process.

    :param trouble: why questions cannot be answered, once it is known that they cannot.
    """

    service: Service
    limits: Limits
    limiter: Limiter
    jobs: Jobs
    metrics: Metrics
    cache: ReplyCache
    is_ready: bool = False
    trouble: str = ""

    def close(self) -> None:
        """Finish what runs and take no more."""
        self.jobs.close()
        self.limiter.close()


def _state(request: Request) -> State:
    state: State = request.app.state.needlepoint
    return state


StateHere = Annotated[State, Depends(_state)]


def accepted(job: Job) -> Reply:
    """Return the reply to what is done in a job."""
    url = f"/jobs/{job.id}"
    return Reply({"job": job.id, "url": url}, status_code=202, headers={"Location": url})


class Body(BaseModel):
    """A request's body: what is not known is refused."""

    class Config:
        """Of pydantic 1."""

        extra = Extra.forbid


FILTERS = Field(
    None, description='Haystack filters on metadata, such as {"type": "pdf"} or {"date": {"$gte": "2024"}}.'
)


class Question(Body):
    """What ``/ask`` takes."""

    question: str = Field(..., max_length=MAX_QUESTION_CHARACTERS, example="When does the lease end?")
    filters: dict[str, Any] | None = FILTERS
    answers: int = Field(3, ge=1, le=50, description="The most answers.")
    passages: int | None = Field(None, ge=1, le=1_000, description="Passages to read; the pipeline's own by default.")
