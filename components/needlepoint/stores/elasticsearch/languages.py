"""Which languages the records of an index are in, remembered for some seconds."""

import time
from collections.abc import Sequence

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

        :param index: its whole name.
        """
        looked_s, found = self._known.get(index, (float("-inf"), []))
        if time.monotonic() < looked_s + _LOOK_S:
            return found
        tokens = set(self._server.ask(lambda client: _tokens(client, index)))
        found = [language for language in STEMMERS if tokens.issuperset(metadata_tokens({LANGUAGE: language}))]
        self._known[index] = time.monotonic(), found
        return found

    def forget(self, index: str) -> None:
        """Look anew at the next question: something was written."""
        self._known.pop(index, None)


def _tokens(client: Elasticsearch, index: str) -> Sequence[str]:
    try:
        found = client.terms_enum(index=index, field=KEYS_FIELD, string=key_prefix(LANGUAGE), size=_MOST)
    except NotFoundError:
        return []
    terms: list[str] = found["terms"]
    return terms
