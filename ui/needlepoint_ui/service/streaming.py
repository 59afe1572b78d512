"""Lines of an answer as they come, with a beat in between: so the page can show that it waits, and can stop."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from needlepoint_ui.service.models import Reply

_BEAT_S = 0.2


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that became known of a question.

    :param kind: ``retrieved``, ``partial`` or ``reply``.
    :param passages: how many are to be read, where it is ``retrieved``.
    :param reply: the answers so far, or all.
    """

    kind: str
    passages: int = 0
    reply: Reply | None = None


def lines(
    url: str, body: Mapping[str, Any], *, headers: Mapping[str, str], timeout: httpx.Timeout, verify: ssl.SSLContext
) -> Iterator[str | None]:
    """Post ``body`` and yield each line of the answer; ``None`` at every beat without one.

    Closing this iterator closes the connection.

    :raises httpx.HTTPStatusError: the service refuses; its body is read.
    """
    loop = asyncio.new_event_loop()
    coming = _lines(url, body, headers=headers, timeout=timeout, verify=verify)
    waiting = loop.create_task(_next(coming))
    try:
        while True:
            loop.run_until_complete(asyncio.wait({waiting}, timeout=_BEAT_S))
            if not waiting.done():
                yield None
                continue
            line = waiting.result()
            if line is None:
                return
            yield line
            waiting = loop.create_task(_next(coming))
    finally:
        waiting.cancel()
        loop.run_until_complete(asyncio.gather(waiting, return_exceptions=True))
        loop.run_until_complete(coming.aclose())
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


async def _next(coming: AsyncIterator[str]) -> str | None:
    return await anext(coming, None)


async def _lines(
    url: str, body: Mapping[str, Any], *, headers: Mapping[str, str], timeout: httpx.Timeout, verify: ssl.SSLContext
) -> Any:
    async with (
        httpx.AsyncClient(headers=headers, timeout=timeout, verify=verify) as http,
        http.stream("POST", url, json=body) as response,
    ):
        if response.is_error:
            await response.aread()
            response.raise_for_status()
        async for line in response.aiter_lines():
            if line.strip():
                yield line
