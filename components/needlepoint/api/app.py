"""Puts the service together: routes, guard, and what happens at start and end."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from needlepoint import __version__
from needlepoint.api import asking, collection, haystack
from needlepoint.api.desk import Desk
from needlepoint.api.guard import Guard
from needlepoint.api.limits import Limits
from needlepoint.api.parts import Parts
from needlepoint.api.replying import add_error_replies
from needlepoint.errors import NeedlepointError
from needlepoint.service import Service

logger = logging.getLogger("needlepoint.api")

_RETRY_S = 5.0
_DESCRIPTION = """Ask your own documents a question and get the exact words that answer it, with document, page and place.

The routes of Haystack 1.26's REST service are here as well, so that a client written for it works unchanged."""


def create_app(service: Service, limits: Limits | None = None) -> FastAPI:
    """Return the application; it loads the reader in the background as soon as it is started.

    :param service: what answers; whoever made it closes it.
    :param limits: taken from the environment by default.
    """
    limits = limits or Limits.from_environment()
    app = FastAPI(
        title="Needlepoint",
        version=__version__,
        description=_DESCRIPTION,
        docs_url=None,  # their pages take scripts and fonts from elsewhere
        redoc_url=None,
        lifespan=_lifespan,
    )
    app.state.parts = Parts(service, limits, Desk(limits))
    for module in (asking, collection, haystack):
        app.include_router(module.router)
    add_error_replies(app)
    if limits.origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(limits.origins),
            allow_methods=["GET", "POST", "PUT", "DELETE"],
            allow_headers=["Content-Type", "X-API-Key", "Authorization"],
            expose_headers=["Retry-After"],
        )
    app.add_middleware(Guard, limits=limits)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    parts: Parts = app.state.parts
    loading = asyncio.create_task(_load(parts))
    try:
        yield
    finally:
        loading.cancel()
        await asyncio.to_thread(parts.desk.close)


async def _load(parts: Parts) -> None:
    """Load the pipelines and the reader and open the store; what stands in the way may go away, so try again."""
    while not parts.is_ready:
        try:
            await asyncio.to_thread(parts.service.load)
        except NeedlepointError as error:
            if str(error) != parts.trouble:
                logger.error("questions cannot be answered: %s", error)
            parts.trouble = str(error)
            await asyncio.sleep(_RETRY_S)
        else:
            parts.trouble, parts.is_ready = "", True
