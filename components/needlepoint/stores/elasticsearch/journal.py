"""The journal of changes under way: an index of its own, because any number of processes write.

An entry has an owner, which renews its lease (:mod:`needlepoint.stores.elasticsearch.leases`) while it lives. A process that
undoes an abandoned change first makes itself the owner.
"""

import time
from collections.abc import Mapping
from typing import Any

from elasticsearch import Elasticsearch, NotFoundError

from needlepoint.stores.elasticsearch.deleting import delete_matching
from needlepoint.stores.elasticsearch.mapping import FORMAT
from needlepoint.stores.elasticsearch.server import Server

NAME = "journal"
_MOST = 1_000
_DAY_S = 86_400
_TEXT = {"type": "keyword", "index": False, "doc_values": False}
FORM: dict[str, Any] = {
    "settings": {"number_of_shards": 1, "auto_expand_replicas": "0-1"},
    "mappings": {
        "dynamic": "strict",
        "_meta": {"needlepoint": FORMAT},
        "properties": {
            "owner": {"type": "keyword"},
            "turn": {"type": "keyword"},
            "renewed_ms": {"type": "long"},
            "first": {"type": "long"},
            "last": {"type": "long"},
            "is_decided": {"type": "boolean"},
            "parts": {"type": "integer"},
            "text": _TEXT,
        },
    },
}


def pending(server: Server, index: str) -> list[Mapping[str, Any]] | None:
    """Return the entries of the journal without their texts, oldest first; None if there is no journal.

    :param index: the journal's full name.
    """
    found = server.ask(
        lambda client: client.search(
            index=index,
            query={"exists": {"field": "owner"}},
            sort=[{"first": {"order": "asc", "unmapped_type": "long"}}],
            size=_MOST,
            source_excludes=["text"],
            ignore_unavailable=True,
            allow_partial_search_results=False,
        )
    )
    return list(found["hits"]["hits"]) if found["_shards"]["total"] else None


def entry_as_it_is(server: Server, index: str, id_: str) -> Mapping[str, Any] | None:
    """Return the current version of one entry without its text; None if it is gone."""

    def get(client: Elasticsearch) -> Mapping[str, Any] | None:
        try:
            return dict(client.get(index=index, id=id_, source_excludes=["text"]))
        except NotFoundError:
            return None

    return server.ask(get)


def clear_parts(server: Server, index: str) -> None:
    """Remove parts without an entry that are a day old: the process that wrote them died before it wrote the entry.

    :param index: the journal's full name.
    """
    old = {"range": {"renewed_ms": {"lt": int(1_000 * (time.time() - _DAY_S))}}}
    without_owner = {"bool": {"filter": [old], "must_not": [{"exists": {"field": "owner"}}]}}
    delete_matching(server, index, without_owner)
