"""The way to the server: who it is, from the environment, and what went wrong, in one line."""

import logging
import os
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from elastic_transport import ConnectionError as UnreachableError
from elastic_transport import ConnectionTimeout, TlsError, TransportError
from elasticsearch import (
    ApiError,
    AuthenticationException,
    AuthorizationException,
    Elasticsearch,
    UnsupportedProductError,
)

from needlepoint.errors import CollectionError

_DEFAULT_URL = "http://localhost:9200"
_PREFIX = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")
_VERSIONS = (8, 9)


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """Where the server is and how to log in; secrets are left out of ``repr``.

    :param urls: of one or more nodes of one cluster, without credentials.
    :param prefix: what the names of all indexes begin with.
    :param ca_certs: file with the certificate authority of a server that uses its own.
    """

    urls: tuple[str, ...] = (_DEFAULT_URL,)
    prefix: str = "needlepoint"
    username: str = ""
    password: str = field(default="", repr=False)
    api_key: str = field(default="", repr=False)
    ca_certs: str = ""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "ServerSettings":
        """Read ``ELASTICSEARCH_URL`` and the same with ``_USERNAME``, ``_PASSWORD``, ``_API_KEY``, ``_CA_CERTS`` and ``_INDEX``.

        Several URLs, of nodes of one cluster, have commas between them.

        :raises CollectionError: one of them cannot be right.
        """
        given = {
            name: environment.get(f"ELASTICSEARCH_{name}", "").strip()
            for name in ("URL", "USERNAME", "PASSWORD", "API_KEY", "CA_CERTS", "INDEX")
        }
        nodes = [_node(url) for url in (given["URL"] or _DEFAULT_URL).split(",") if url.strip()]
        if not nodes:
            raise CollectionError("ELASTICSEARCH_URL names no server: give one such as http://localhost:9200")
        prefix = given["INDEX"] or "needlepoint"
        if not _PREFIX.fullmatch(prefix):
            raise CollectionError(f"ELASTICSEARCH_INDEX must be lower-case letters, digits, - and _, got {prefix!r}")
        if given["CA_CERTS"] and not Path(given["CA_CERTS"]).expanduser().is_file():
            raise CollectionError(f"ELASTICSEARCH_CA_CERTS: no file {given['CA_CERTS']}")
        return cls(
            urls=tuple(url for url, _, _ in nodes),
            prefix=prefix,
            username=given["USERNAME"] or nodes[0][1],
            password=environment.get("ELASTICSEARCH_PASSWORD", "") or nodes[0][2],
            api_key=given["API_KEY"],
            ca_certs=str(Path(given["CA_CERTS"]).expanduser()) if given["CA_CERTS"] else "",
        )


def _node(url: str) -> tuple[str, str, str]:
    """Split a URL into itself without credentials, user name and password; an error never shows the URL."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port or (443 if parts.scheme == "https" else 9200)
    except ValueError:
        raise CollectionError("ELASTICSEARCH_URL is not a URL such as https://search.example.org:9200") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise CollectionError("ELASTICSEARCH_URL must begin with http:// or https:// and name a host")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    plain = f"{parts.scheme}://{host}:{port}{parts.path.rstrip('/')}"
    return plain, unquote(parts.username or ""), unquote(parts.password or "")


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

        :raises CollectionError: away, wrong credentials, unknown certificate, not Elasticsearch 8 or 9, or it refuses.
        """
        try:
            yield self._connected()
        except (ApiError, TransportError, UnsupportedProductError) as error:
            raise CollectionError(self._reason(error)) from error

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
            raise CollectionError(f"{self._where} is not Elasticsearch") from error
        if not number.partition(".")[0].isdigit() or int(number.partition(".")[0]) not in _VERSIONS:
            raise CollectionError(f"{self._where} is version {number}: Needlepoint needs Elasticsearch 8 or 9")

    def close(self) -> None:
        """Let go of the connection; the next call makes another."""
        with self._lock:
            if self._client is not None:
                self._client.close()
            self._client = None

    @property
    def _where(self) -> str:
        return f"Elasticsearch at {', '.join(self.settings.urls)}"

    def _reason(self, error: Exception) -> str:
        if isinstance(error, UnsupportedProductError):
            return f"{self._where} is another product or version: Needlepoint needs Elasticsearch 8 or 9"
        if isinstance(error, ApiError):
            return self._refusal(error)
        text = str(error)
        if "CERTIFICATE_VERIFY_FAILED" in text:
            return (
                f"{self._where} has a certificate that is not known here: set ELASTICSEARCH_CA_CERTS to its CA's file"
            )
        if isinstance(error, TlsError):
            return f"{self._where} does not speak TLS as asked: check http:// or https:// in ELASTICSEARCH_URL"
        if isinstance(error, ConnectionTimeout):
            return f"{self._where} did not answer within {self._timeout_s:g} s: ask again when it is less busy"
        if isinstance(error, UnreachableError):
            return f"{self._where} cannot be reached: start it, or set ELASTICSEARCH_URL (and http or https rightly)"
        return f"{self._where} gave an answer that cannot be read ({type(error).__name__})"

    def _refusal(self, error: ApiError) -> str:
        if isinstance(error, AuthenticationException):
            if self.settings.api_key:
                return f"{self._where} refuses the API key: check ELASTICSEARCH_API_KEY"
            if self.settings.username:
                return f"{self._where} refuses user name and password: check ELASTICSEARCH_USERNAME and _PASSWORD"
            return f"{self._where} wants a login: set ELASTICSEARCH_USERNAME and _PASSWORD, or ELASTICSEARCH_API_KEY"
        if error.status_code == 406:
            return f"{self._where} is too old: Needlepoint needs Elasticsearch 8 or 9"
        kind, reason = _cause(error)
        if kind == "cluster_block_exception":
            return f"{self._where} takes no writes: {reason} (read-only index, or its disk is full)"
        return f"{self._where} refuses ({error.status_code}): {reason}"


def _cause(error: ApiError) -> tuple[str, str]:
    body = error.body if isinstance(error.body, dict) else {}
    cause = body.get("error")
    if isinstance(cause, dict):
        roots = cause.get("root_cause") or [cause]
        return str(roots[0].get("type", "")), " ".join(str(roots[0].get("reason", "")).split())[:300]
    return "", " ".join(str(cause or error.message).split())[:300]
