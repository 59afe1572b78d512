"""The connection to the server."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from elasticsearch import VERSION, AuthorizationException, Elasticsearch
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception,
    retry_if_exception_type,
    stop_after_delay,
    wait_random_exponential,
)

from needlepoint.errors import CollectionError, ServerUnavailableError
from needlepoint.stores.elasticsearch.failures import FAILURES, ServerAwayError, explained
from needlepoint.stores.elasticsearch.outage import Outage
from needlepoint.stores.elasticsearch.settings import ServerSettings

Answer = TypeVar("Answer")
_VERSIONS = (8, 9)
_CLIENT = 8
_MOVING_S = 10.0  # a cluster that has lost a node needs less to serve its shards from others


class Server:
    """A connection that is made when first needed, and made anew after :meth:`close`; fit for several threads.

    :param timeout_s: how long one request may take.
    """

    def __init__(self, settings: ServerSettings, *, timeout_s: float = 60.0) -> None:
        self.settings = settings
        self._timeout_s = timeout_s
        self._lock = threading.Lock()
        self._client: Elasticsearch | None = None
        self._outage = Outage(settings.where, settings.wait_s)
        self._patience = threading.local()

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

    def ask(self, question: Callable[[Elasticsearch], Answer]) -> Answer:
        """Return what the server answers.

        A question waits for a server that has not been there yet, and some seconds for a cluster that has lost a node. When a
        server that is one node goes away later, it fails at once, since whoever asks may ask again, unless the thread is
        :meth:`patient`.

        :param question: called with the client, again if need be.
        :raises CollectionError: as :meth:`talking` does.
        """
        if getattr(self._patience, "depth", 0):
            return self.persist(question)
        if self._client is None:
            self.persist(lambda client: None)
        is_moving = retry_if_exception(
            lambda error: (
                isinstance(error, ServerUnavailableError)
                and (len(self.settings.urls) > 1 or not isinstance(error, ServerAwayError))
            )
        )
        return self._trying(question, retry=is_moving, stop=stop_after_delay(_MOVING_S))

    @contextmanager
    def patient(self) -> Iterator[None]:
        """Let this thread's questions wait for a server that goes away, until the end."""
        self._patience.depth = getattr(self._patience, "depth", 0) + 1
        try:
            yield
        finally:
            self._patience.depth -= 1

    def persist(self, act: Callable[[Elasticsearch], Answer], *, stopped: threading.Event | None = None) -> Answer:
        """Return what the server answers, after waiting for it if it is away or has too much to do.

        The pauses are random and grow, so that many who wait do not come back at once.

        :param act: called with the client, and again if need be: it must be such as may be done twice.
        :param stopped: ends the waiting when set.
        :raises CollectionError: as :meth:`talking` does, when the limit of ``settings.wait_s`` is over.
        """

        def is_too_long(state: RetryCallState) -> bool:
            return (stopped is not None and stopped.is_set()) or self._outage.is_too_long(state)

        answer = self._trying(
            act,
            retry=retry_if_exception_type(ServerUnavailableError),
            stop=is_too_long,
            before_sleep=self._outage.tell,
            sleep=stopped.wait if stopped else time.sleep,
        )
        self._outage.end()
        return answer

    def _trying(self, act: Callable[[Elasticsearch], Answer], **how: object) -> Answer:
        def once() -> Answer:
            with self.talking() as client:
                return act(client)

        wait = wait_random_exponential(multiplier=0.2, max=5)
        return Retrying(wait=wait, reraise=True, **how)(once)  # type: ignore[arg-type]

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
        if VERSION[0] != _CLIENT:
            found = ".".join(map(str, VERSION))
            raise CollectionError(f"the Python package elasticsearch is {found}: pip install 'elasticsearch>=8.19,<9'")
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
