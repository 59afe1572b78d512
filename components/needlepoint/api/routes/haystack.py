"""The routes of Haystack's service that tell how it is, and those on passages by filter."""

from typing import Annotated, Any

import psutil
from fastapi import APIRouter, Query
from fastapi.responses import Response

from needlepoint import __version__
from needlepoint.answers.answer import Passage
from needlepoint.answers.haystack_json import document_json
from needlepoint.api.examples import errors
from needlepoint.api.replies import Reply
from needlepoint.api.routes.asking import check_ready
from needlepoint.api.state import FILTERS, Body, StateHere
from needlepoint.stores.names import PASSAGES
from needlepoint.stores.record_store import records_in

router = APIRouter(tags=["haystack"])
IndexName = Annotated[
    str | None, Query(regex="^[a-z0-9_][a-z0-9_-]{0,63}$", description="Another index of the store than the usual one.")
]


class Filtered(Body):
    """A choice of documents."""

    filters: dict[str, Any] | None = FILTERS


@router.get("/ready", tags=["service"], responses=errors(503))
def ready(state: StateHere) -> Reply:
    """Say whether questions can be answered."""
    check_ready(state)
    return Reply({"ready": True})


@router.get("/initialized", responses=errors(503))
def initialized(state: StateHere) -> Reply:
    """Say `true` as soon as questions can be answered."""
    check_ready(state)
    return Reply(True)


@router.get("/hs_version")
async def hs_version() -> Reply:
    """Tell the version of Haystack whose contract this is."""
    return Reply({"hs_version": _haystack_version()})


@router.get("/health")
def health() -> Reply:
    """Tell version and load."""
    process = psutil.Process()
    return Reply(
        {
            "version": __version__,
            "cpu": {"used": round(psutil.cpu_percent(), 2)},
            "memory": {"used": round(process.memory_percent(), 2)},
            "gpus": [],
        }
    )


@router.get("/metrics", tags=["service"], response_class=Response, responses={200: {"content": {"text/plain": {}}}})
def metrics(state: StateHere) -> Response:
    """Tell Prometheus what the service measures of itself."""
    return Response(state.metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")


@router.post("/documents/get_by_filters", responses=errors(400, 503))
def get_by_filters(state: StateHere, body: Filtered, index: IndexName = None) -> Response:
    """Return the passages that the filters let through; all for `{}`."""
    found = records_in(state.service.collection, index or PASSAGES, body.filters or None)
    passages = (Passage(record.id, record.content, record.meta, fields=record.fields) for record in found)
    return Reply([document_json(passage) for passage in passages])


def _haystack_version() -> str:
    from importlib.metadata import version

    return version("farm-haystack")
