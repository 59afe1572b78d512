"""Deleting from an index on the server, by what records are or by their ids."""

from collections.abc import Sequence

from elasticsearch import Elasticsearch, NotFoundError

from needlepoint.errors import CollectionError, ServerUnavailableError
from needlepoint.stores.elasticsearch.failures import is_for_later, one_line
from needlepoint.stores.elasticsearch.queries import Clause
from needlepoint.stores.elasticsearch.server import Server

_ATTEMPTS = 5
_IDS_AT_ONCE = 10_000
_NOT_FOUND = 404


def delete_matching(server: Server, index: str, query: Clause) -> None:
    """Delete the records that match, those written a moment ago too; when this returns, searches find them no more.

    :param index: the whole name; nothing happens where there is none. (``ignore_unavailable`` would also pass over an index that
        this user may not write.)
    :raises CollectionError: the server does not do it, or others write the same records again and again.
    """
    for _ in range(_ATTEMPTS):
        server.persist(lambda client: client.options(ignore_status=_NOT_FOUND).indices.refresh(index=index))
        if server.persist(lambda client: _delete_once(client, index, query)):
            return
    raise CollectionError(f"the index {index} is being written by others: delete again")


def _delete_once(client: Elasticsearch, index: str, query: Clause) -> bool:
    """Delete what matches; return whether no other's write came between."""
    try:
        done = client.delete_by_query(index=index, query=query, conflicts="proceed", refresh=True)
    except NotFoundError:
        return True
    for failure in done["failures"]:
        cause = failure.get("cause") or failure.get("reason") or {}
        _refuse(index, int(failure.get("status", 500)), cause)
    return not done["version_conflicts"]


def delete_ids(server: Server, index: str, ids: Sequence[str]) -> None:
    """Delete the records that have these ids; when this returns, searches find them no more.

    :param index: the whole name, of an index that exists.
    :raises CollectionError: the server does not do it.
    """
    for start in range(0, len(ids), _IDS_AT_ONCE):
        batch = ids[start : start + _IDS_AT_ONCE]
        server.persist(lambda client, batch=batch: _delete_ids(client, index, batch))  # type: ignore[misc]


def _delete_ids(client: Elasticsearch, index: str, ids: Sequence[str]) -> None:
    done = client.bulk(index=index, operations=[{"delete": {"_id": id_}} for id_ in ids], refresh=True)
    for result in (item["delete"] for item in done["items"]):
        if result["status"] >= 300 and result["status"] != _NOT_FOUND:
            _refuse(index, result["status"], result.get("error") or {})


def _refuse(index: str, status: int, cause: dict[str, object]) -> None:
    reason = f"the index {index} could not be deleted from: {one_line(cause.get('reason', cause))}"
    if is_for_later(status, str(cause.get("type", ""))):
        raise ServerUnavailableError(reason)
    raise CollectionError(reason)
