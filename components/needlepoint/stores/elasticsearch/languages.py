"""Which languages the records of an index are in, remembered for some seconds."""

import time

from elasticsearch import Elasticsearch, NotFoundError

from needlepoint.stores.elasticsearch.server import Server
from needlepoint.stores.filters import KEYS_FIELD
from needlepoint.stores.search_fields import LANGUAGE
from needlepoint.stores.tokens import key_prefix, metadata_tokens
from needlepoint.text.forms import STEMMERS

_LOOK_S = 15.0  # between two requests: one takes as long as half a search
_MOST = 1_000


class Languages:
    """The languages of each index that there is a stemmer for; of what others write they may be some seconds old."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._known: dict[str, tuple[float, list[str]]] = {}

    def of(self, index: str) -> list[str]:
        """Return the languages that records of an index are in; none where there is no such index.

        If the server does not say, they are all that there are: what no record is in changes no result.

        :param index: its whole name.
        """
        looked_s, found = self._known.get(index, (float("-inf"), []))
        if time.monotonic() < looked_s + _LOOK_S:
            return found
        found = self._server.ask(lambda client: _languages(client, index))
        self._known[index] = time.monotonic(), found
        return found

    def forget(self, index: str) -> None:
        """Look anew at the next question: something was written."""
        self._known.pop(index, None)


def _languages(client: Elasticsearch, index: str) -> list[str]:
    try:
        found = client.terms_enum(index=index, field=KEYS_FIELD, string=key_prefix(LANGUAGE), size=_MOST)
    except NotFoundError:
        return []
    if not found["complete"] or not found["_shards"]["total"]:  # no shard may be on any node
        return list(STEMMERS)
    tokens = set(found["terms"])
    return [language for language in STEMMERS if tokens.issuperset(metadata_tokens({LANGUAGE: language}))]
