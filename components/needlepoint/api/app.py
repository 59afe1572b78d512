"""Assembles the service: its routes, its guard, and what runs at start-up and shutdown."""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from needlepoint import __version__
from needlepoint.api.admission import Admission
from needlepoint.api.cache import ReplyCache
from needlepoint.api.gate import SESSION, Gate
from needlepoint.api.guard import Guard
from needlepoint.api.handlers import add_error_replies
from needlepoint.api.jobs.queue import Jobs
from needlepoint.api.limiter import Limiter
from needlepoint.api.limits import Limits
from needlepoint.api.metrics import Metrics
from needlepoint.api.needs import need_of, needs
from needlepoint.api.routes import (
    asking,
    changing,
    collection,
    document_sets,
    feedback,
    haystack,
    people,
    reading,
    sheets,
    streaming,
    verifying,
    workspaces,
)
from needlepoint.api.state import State
from needlepoint.errors import NeedlepointError
from needlepoint.files.ocr.settings import OcrSettings
from needlepoint.files.workers.limits import ProcessLimits
from needlepoint.people.access import Access
from needlepoint.people.person import Role
from needlepoint.service.facade import Service

logger = logging.getLogger("needlepoint.api")

_RETRY_S = 5.0
_DESCRIPTION = """Ask your own documents a question and get the exact words that answer it, with document, page and place.

The routes of Haystack 1.26's REST service are here as well, so that a client written for it works unchanged."""


def create_app(service: Service, limits: Limits | None = None) -> FastAPI:
    """Return the application; it loads the reader in the background as soon as it starts.

    :param service: answers the questions; the caller closes it.
    :param limits: read from the environment by default.
    :raises NeedlepointError: a limit in the environment is invalid.
    """
    limits = limits or Limits.from_environment()
    ProcessLimits.from_environment()  # a mistake in them is told now, not at the first upload
    OcrSettings.from_environment()
    app = FastAPI(
        title="Needlepoint",
        version=__version__,
        description=_DESCRIPTION,
        docs_url=None,  # FastAPI's pages load scripts and fonts from other hosts
        redoc_url=None,
        lifespan=_lifespan,
    )
    limiter, metrics = Limiter(limits), Metrics()
    metrics.watch(waiting=lambda: limiter.waiting, running=lambda: limiter.running)
    jobs = Jobs(on_end=lambda job, seconds: metrics.job(seconds, [file.state for file in job.files]))
    access = Access(
        service.settings.people,
        idle_s=60.0 * limits.session_idle_minutes,
        longest_s=3600.0 * limits.session_hours,
        audit_days=limits.audit_days,
        audit_entries=limits.audit_entries,
    )
    app.state.needlepoint = State(service, limits, limiter, jobs, metrics, ReplyCache(service, limits.remember), access)
    for module in (
        asking,
        streaming,
        collection,
        reading,
        document_sets,
        changing,
        feedback,
        sheets,
        verifying,
        workspaces,
        people,
        haystack,
    ):
        app.include_router(module.router)
    add_error_replies(app, metrics)
    if limits.origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(limits.origins),
            allow_methods=["GET", "POST", "PUT", "DELETE"],
            allow_headers=["Content-Type", "X-API-Key", "Authorization", SESSION],
            expose_headers=["Retry-After"],
        )
    _check_needs(app)
    gate = Gate(service, access, limits, metrics, routes=app.routes)
    app.add_middleware(Admission, gate=gate, metrics=metrics)
    app.add_middleware(Guard, limits=limits, metrics=metrics)
    return app


def _check_needs(app: FastAPI) -> None:
    """Refuse to start with a route of which nobody has said who may use it; FastAPI's own is for whoever may read."""
    for route in app.routes:
        if getattr(route, "path", "") == app.openapi_url:
            needs(Role.READ)(route.endpoint)  # type: ignore[attr-defined]
        if need_of(getattr(route, "endpoint", None)) is None:
            raise TypeError(f"the route {getattr(route, 'path', route)} must declare what it needs: @needs(Role.READ)")


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    state: State = app.state.needlepoint
    ended = threading.Event()
    # a daemon, so that shutdown does not wait for a reader that is still loading
    threading.Thread(target=_load, args=(state, ended), name="loading", daemon=True).start()
    try:
        yield
    finally:
        ended.set()
        await asyncio.to_thread(state.close)


def _load(state: State, ended: threading.Event) -> None:
    """Load the pipelines and the reader and open the store; after an error that may pass, try again."""
    while not ended.is_set():
        try:
            state.service.load()
            state.service.originals.clear_unfinished(state.service.texts.has)
        except NeedlepointError as error:
            if str(error) != state.load_error:
                logger.error("questions cannot be answered: %s", error)
            state.load_error = str(error)
            ended.wait(_RETRY_S)
        else:
            state.load_error, state.is_ready = "", True
            return
