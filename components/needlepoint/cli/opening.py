"""Opens the service for a command's options."""

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from needlepoint.cli.options import chosen_pipeline

if TYPE_CHECKING:
    from needlepoint.people.access import Access
    from needlepoint.service.facade import Service
    from needlepoint.settings import Settings


def open_service(store: Path | None, pipeline: str | None, *, light: bool = True) -> "Service":
    """Return a service on the given store and pipeline; the caller closes it.

    :param light: whether this process may start without torch if the pipeline does not need it.
    """
    from needlepoint.pipelines import light_start
    from needlepoint.service.facade import Service

    if light:
        light_start.allow()
    return Service(chosen_pipeline(pipeline), settings=settings_for(store))


def settings_for(store: Path | None) -> "Settings":
    """Return the environment's settings, on the given store."""
    from needlepoint.settings import Settings

    settings = Settings.from_environment()
    return settings if store is None else dataclasses.replace(settings, store=store.expanduser().absolute())


@contextmanager
def open_access(store: Path | None) -> "Iterator[Access]":
    """Yield the people of the given store until the block ends; nothing else of the store is opened."""
    from needlepoint.people.access import Access

    access = Access(settings_for(store).people)
    try:
        yield access
    finally:
        access.close()


def has_users(store: Path | None) -> bool:
    """Return whether people log in to the service of the given store."""
    with open_access(store) as access:
        return access.is_on
