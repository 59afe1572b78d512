"""Haystack's routes for status, version and passages by filter; and Prometheus's metrics."""

from typing import Annotated, Any

import psutil
from fastapi import APIRouter, Query
from fastapi.responses import Response

from needlepoint import __version__
from needlepoint.answers.answer import Passage
from needlepoint.answers.haystack_json import document_json
from needlepoint.api.examples import errors
from needlepoint.api.needs import needs
from needlepoint.api.responses import JsonReply
from needlepoint.api.routes.asking import check_ready
from needlepoint.api.state import FILTERS, Body, StateDep
from needlepoint.people.person import Role
from needlepoint.stores.names import PASSAGES
from needlepoint.stores.record_store import records_in

router = APIRouter(tags=["haystack"])
IndexName = Annotated[
    str | None,
    Query(regex="^[a-z0-9_][a-z0-9_-]{0,63}$", description="An index of the store other than the default one."),
]


class Filtered(Body):
    """A selection of passages."""

    filters: dict[str, Any] | None = FILTERS


@router.get("/ready", tags=["service"], responses=errors(503))
@needs(None)
def ready(state: StateDep) -> JsonReply:
    """Say whether questions can be answered."""
    check_ready(state)
    return JsonReply({"ready": True})


@router.get("/initialized", responses=errors(503))
@needs(None)
def initialized(state: StateDep) -> JsonReply:
    """Return `true` as soon as questions can be answered."""
    check_ready(state)
    return JsonReply(True)


@router.get("/hs_version")
@needs(Role.READ)
async def hs_version() -> JsonReply:
    """Return the version of Haystack whose contract these routes keep."""
    return JsonReply({"hs_version": _haystack_version()})


@router.get("/health")
@needs(Role.READ)
def health() -> JsonReply:
    """Return the service's version and load."""
    process = psutil.Process()
    return JsonReply(
        {
            "version": __version__,
            "cpu": {"used": round(psutil.cpu_percent(), 2)},
            "memory": {"used": round(process.memory_percent(), 2)},
            "gpus": [],
        }
    )


@router.get("/metrics", tags=["service"], response_class=Response, responses={200: {"content": {"text/plain": {}}}})
@needs(Role.MANAGE)
def metrics(state: StateDep) -> Response:
    """Return the service's metrics for Prometheus."""
    return Response(state.metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")


@router.post("/documents/get_by_filters", responses=errors(400, 503))
@needs(Role.READ, "exported")
def get_by_filters(state: StateDep, body: Filtered, index: IndexName = None) -> Response:
    """Return the passages that match the filters; all for `{}`."""
    found = records_in(state.service.collection, index or PASSAGES, body.filters or None)
    passages = (Passage(record.id, record.content, record.meta, fields=record.fields) for record in found)
    return JsonReply(state.public([document_json(passage) for passage in passages]))


def _haystack_version() -> str:
    from importlib.metadata import version

    return version("farm-haystack")
