"""Who the server is and how to log in, from the environment."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from needlepoint.errors import CollectionError

_DEFAULT_URL = "http://localhost:9200"
_PREFIX = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")


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

    @property
    def where(self) -> str:
        """How messages name the server."""
        return f"Elasticsearch at {', '.join(self.urls)}"


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
