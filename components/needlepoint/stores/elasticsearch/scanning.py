"""All records of an index, page by page, in the order of writing."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from elasticsearch import ApiError, Elasticsearch, NotFoundError

from needlepoint.errors import CollectionError
from needlepoint.stores.elasticsearch.queries import Clause
from needlepoint.stores.elasticsearch.records import UNREAD
from needlepoint.stores.elasticsearch.server import Server

_KEPT = "5m"
_LOST = (404, 503)  # the view has gone, or the node that keeps it
_UNREAD = [name for name in UNREAD if name != "sequence"]


class Scan:
    """Iterates over pages of hits, as they stood at the first one; once.

    A view of an index is kept by the nodes that hold its shards, and goes with them. Then another is opened, and the scan goes on
    behind the last hit that it gave; what has been written meanwhile comes, too, since it is last in order.

    :param name: the index's whole name; one that does not exist is empty.
    :param size: of a page.
    """

    def __init__(self, server: Server, name: str, query: Clause, size: int) -> None:
        self._server = server
        self._name = name
        self._query = query
        self._size = size
        self._view = ""
        self._last: list[Any] = []  # the last hit's place in this view
        self._reached: int | None = None  # and in the order of writing
        self._given: set[str] = set()  # ids that share this place, since two processes may write at once

    def __iter__(self) -> Iterator[list[Any]]:
        self._open()
        try:
            while self._view:
                hits = self._server.ask(self._page)
                yield self._advanced(hits)
                if len(hits) < self._size:
                    return
        finally:
            self._close()

    def _open(self) -> None:
        self._last = []
        self._view = self._server.ask(self._opened)

    def _opened(self, client: Elasticsearch) -> str:
        try:
            return str(client.open_point_in_time(index=self._name, keep_alive=_KEPT)["id"])
        except NotFoundError:
            return ""

    def _page(self, client: Elasticsearch) -> list[Any]:
        try:
            return self._search(client)
        except ApiError as error:
            if error.status_code not in _LOST:
                raise
            self._last, self._view = [], self._opened(client)
            return self._search(client) if self._view else []

    def _search(self, client: Elasticsearch) -> list[Any]:
        conditions = [self._query]
        if self._reached is not None and not self._last:
            conditions.append({"range": {"sequence": {"gte": self._reached}}})
        found = client.search(
            pit={"id": self._view, "keep_alive": _KEPT},
            query={"bool": {"filter": conditions}},
            size=self._size,
            sort=[{"sequence": "asc"}],
            source_excludes=_UNREAD,
            track_total_hits=False,
            allow_partial_search_results=False,
            **({"search_after": self._last} if self._last else {}),  # type: ignore[arg-type]
        )
        hits: list[Any] = found["hits"]["hits"]
        return hits

    def _advanced(self, hits: list[Any]) -> list[Any]:
        """Note how far the scan is; return what has not been given before."""
        fresh = [hit for hit in hits if hit["_id"] not in self._given or hit["sort"][0] != self._reached]
        if hits:
            self._last = hits[-1]["sort"]
            self._given = {hit["_id"] for hit in hits if hit["sort"][0] == self._last[0]}
            self._reached = self._last[0]
        return fresh

    def _close(self) -> None:
        if self._view:
            with suppress(CollectionError), self._server.talking() as client:
                client.options(ignore_status=404).close_point_in_time(id=self._view)
