"""The connection to the server."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from elasticsearch import AuthorizationException, Elasticsearch

from needlepoint.elastic.failures import FAILURES, explained
from needlepoint.elastic.settings import ServerSettings
from needlepoint.errors import CollectionError

_VERSIONS = (8, 9)


class Server:
    """A connection that is made when first needed, and made anew after :meth:`close`; fit for several threads.

    :param timeout_s: how long one request may take.
    """

    def __init__(self, settings: ServerSettings, *, timeout_s: float = 60.0) -> None:
        self.settings = settings
        self._timeout_s = timeout_s
        self._lock = threading.Lock()
        self._client: Elasticsearch | None = None

    @contextmanager
    def talking(self) -> Iterator[Elasticsearch]:
        """Give the client; whatever goes wrong with the server comes out as one line.

        :raises ServerUnavailableError: away, or too busy; it may be back later.
        :raises CollectionError: wrong credentials, unknown certificate, not Elasticsearch 8 or 9, or it refuses.
        """
        try:
            yield self._connected()
        except FAILURES as error:
            raise explained(error, self.settings, timeout_s=self._timeout_s) from error

    def _connected(self) -> Elasticsearch:
        with self._lock:
            if self._client is None:
                client = self._make_client()
                try:
                    self._check_version(client)
                except BaseException:
                    client.close()
                    raise
                self._client = client
            return self._client

    def _make_client(self) -> Elasticsearch:
        logging.getLogger("elastic_transport").setLevel(logging.ERROR)  # it would report each failed attempt
        known = self.settings
        login: dict[str, object] = {}
        if known.api_key:
            identity, colon, key = known.api_key.partition(":")
            login["api_key"] = (identity, key) if colon else known.api_key
        elif known.username:
            login["basic_auth"] = (known.username, known.password)
        if known.ca_certs:
            login["ca_certs"] = known.ca_certs
        return Elasticsearch(list(known.urls), request_timeout=self._timeout_s, **login)  # type: ignore[arg-type]

    def _check_version(self, client: Elasticsearch) -> None:
        try:
            number = str(client.info()["version"]["number"])
        except AuthorizationException:
            return  # some users may use their indexes and not see the cluster
        except (KeyError, TypeError) as error:
            raise CollectionError(f"{self.settings.where} is not Elasticsearch") from error
        if not number.partition(".")[0].isdigit() or int(number.partition(".")[0]) not in _VERSIONS:
            raise CollectionError(f"{self.settings.where} is version {number}: Needlepoint needs Elasticsearch 8 or 9")

    def close(self) -> None:
        """Let go of the connection; the next call makes another."""
        with self._lock:
            if self._client is not None:
                self._client.close()
            self._client = None
