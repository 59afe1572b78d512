"""Streams the lines of a reply, with regular beats in between, so that the page can show its progress and stop."""

import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any

import httpx
from anyio.from_thread import start_blocking_portal

from needlepoint_ui.service.models import Reply

_BEAT_S = 0.2


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a streamed question.

    :param kind: ``waiting``, ``retrieved``, ``partial`` or ``reply``.
    :param passages: how many passages will be read, if the kind is ``retrieved``.
    :param reply: the answers so far, or all of them.
    :param expected_s: how many seconds the question is expected to wait, if the kind is ``waiting``.
    """

    kind: str
    passages: int = 0
    reply: Reply | None = None
    expected_s: float = 0.0


def lines(
    url: str, body: Mapping[str, Any], *, headers: Mapping[str, str], timeout: httpx.Timeout, verify: ssl.SSLContext
) -> Iterator[str | None]:
    """Post ``body`` and yield each line of the reply, and ``None`` at every beat without one.

    Closing this iterator closes the connection.

    :raises httpx.HTTPStatusError: the service refuses; the body of its reply has been read.
    """
    arrived: SimpleQueue[str | None] = SimpleQueue()
    with start_blocking_portal() as portal:
        reading = portal.start_task_soon(
            partial(_read, arrived, url, body, headers=headers, timeout=timeout, verify=verify)
        )
        try:
            yield from _with_beats(arrived)
            reading.result()
        finally:
            reading.cancel()


def _with_beats(arrived: "SimpleQueue[str | None]") -> Iterator[str | None]:
    while True:
        try:
            line = arrived.get(timeout=_BEAT_S)
        except Empty:
            yield None
            continue
        if line is None:
            return
        yield line


async def _read(
    arrived: "SimpleQueue[str | None]",
    url: str,
    body: Mapping[str, Any],
    *,
    headers: Mapping[str, str],
    timeout: httpx.Timeout,
    verify: ssl.SSLContext,
) -> None:
    """Pass on each line as it comes, and None at the end, even after an error."""
    try:
        async with (
            httpx.AsyncClient(headers=headers, timeout=timeout, verify=verify) as http,
            http.stream("POST", url, json=body) as response,
        ):
            if response.is_error:
                await response.aread()
                response.raise_for_status()
            async for line in response.aiter_lines():
                if line.strip():
                    arrived.put(line)
    finally:
        arrived.put(None)
