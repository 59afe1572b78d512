"""Opens the service for a command's options."""

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

from needlepoint.cli.options import chosen_pipeline

if TYPE_CHECKING:
    from needlepoint.service.facade import Service


def open_service(store: Path | None, pipeline: str | None, *, light: bool = True) -> "Service":
    """Return a service on the given store and pipeline; the caller closes it.

    :param light: whether this process may start without torch if the pipeline does not need it.
    """
    from needlepoint.pipelines import light_start
    from needlepoint.service.facade import Service
    from needlepoint.settings import Settings

    if light:
        light_start.allow()
    settings = Settings.from_environment()
    if store is not None:
        settings = dataclasses.replace(settings, store=store.expanduser().absolute())
    return Service(chosen_pipeline(pipeline), settings=settings)
