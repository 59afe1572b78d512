"""Who the server is and how to log in, from the environment."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from elastic_transport.client_utils import parse_cloud_id

from needlepoint.errors import CollectionError

_DEFAULT_WAIT_S = 30.0
_MAX_WAIT_S = 86_400
_DEFAULT_URL = "http://localhost:9200"
_VARIABLES = ("URL", "CLOUD_ID", "USERNAME", "PASSWORD", "API_KEY", "CA_CERTS", "INDEX", "WAIT_S")
_PREFIX = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """Where the server is and how to log in; secrets are left out of ``repr``.

    :param urls: of one or more nodes of one cluster, without credentials.
    :param prefix: what the names of all indexes begin with.
    :param ca_certs: file with the certificate authority of a server that uses its own.
    :param wait_s: how long to wait for a server that is not there at the start, or goes away while it is written to.
    """

    urls: tuple[str, ...] = (_DEFAULT_URL,)
    prefix: str = "needlepoint"
    username: str = ""
    password: str = field(default="", repr=False)
    api_key: str = field(default="", repr=False)
    ca_certs: str = ""
    wait_s: float = _DEFAULT_WAIT_S

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "ServerSettings":
        """Read ``ELASTICSEARCH_URL`` and what else docs/elasticsearch.md names.

        Several URLs, of nodes of one cluster, have commas between them.

        :raises CollectionError: one of them cannot be right.
        """
        given = {name: environment.get(f"ELASTICSEARCH_{name}", "").strip() for name in _VARIABLES}
        nodes = _nodes(given["URL"], given["CLOUD_ID"])
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
            wait_s=_seconds(given["WAIT_S"]) if given["WAIT_S"] else _DEFAULT_WAIT_S,
        )

    @property
    def where(self) -> str:
        """How messages name the server."""
        return f"Elasticsearch at {', '.join(self.urls)}"


def _nodes(urls: str, cloud_id: str) -> list[tuple[str, str, str]]:
    if cloud_id:
        if urls:
            raise CollectionError("ELASTICSEARCH_URL and ELASTICSEARCH_CLOUD_ID both name a server: set one of them")
        return [_node(_cloud_url(cloud_id))]
    nodes = [_node(url) for url in (urls or _DEFAULT_URL).split(",") if url.strip()]
    if not nodes:
        raise CollectionError("ELASTICSEARCH_URL names no server: give one such as http://localhost:9200")
    return nodes


def _cloud_url(cloud_id: str) -> str:
    try:
        address = parse_cloud_id(cloud_id).es_address
    except ValueError:
        address = None
    if address is None:
        raise CollectionError(
            "ELASTICSEARCH_CLOUD_ID cannot be read: copy it as it stands in the cloud console, NAME:LETTERS"
        )
    return f"https://{address[0]}:{address[1]}"


def _seconds(given: str) -> float:
    try:
        seconds = float(given)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= _MAX_WAIT_S:
        raise CollectionError(
            f"ELASTICSEARCH_WAIT_S must be a number of seconds from 0 to {_MAX_WAIT_S}, got {given!r}"
        )
    return seconds


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
