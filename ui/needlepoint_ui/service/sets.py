"""The part of the client that reaches named sets of documents."""

from collections.abc import Callable, Sequence
from urllib.parse import quote

import httpx


class SetClient:
    """Sets of documents over HTTP; its calls raise what those of :class:`~needlepoint_ui.service.client.Client` raise.

    :param request: sends a request: method and path, and httpx's arguments.
    """

    def __init__(self, request: Callable[..., httpx.Response]) -> None:
        self._request = request

    def sizes(self) -> dict[str, int]:
        """Return the number of documents of each set, by name."""
        return {str(each["name"]): int(each["documents"]) for each in self._request("GET", "/sets").json()}

    def get(self, name: str) -> list[str]:
        """Return the ids of a set's documents."""
        return list(map(str, self._request("GET", _path(name)).json()["documents"]))

    def save(self, name: str, documents: Sequence[str]) -> None:
        """Keep documents under a name, or replace those of this name."""
        self._request("PUT", _path(name), json={"documents": list(documents)})

    def delete(self, name: str) -> None:
        """Forget a set."""
        self._request("DELETE", _path(name))


def _path(name: str) -> str:
    return f"/sets/{quote(name, safe='')}"
