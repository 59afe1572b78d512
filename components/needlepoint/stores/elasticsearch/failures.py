"""What can go wrong between here and the server, each in one line that says what to do."""

from typing import Any

from elastic_transport import ConnectionError as UnreachableError
from elastic_transport import ConnectionTimeout, TlsError, TransportError
from elasticsearch import ApiError, AuthenticationException, UnsupportedProductError

from needlepoint.errors import CollectionError, ServerUnavailableError
from needlepoint.stores.elasticsearch.settings import ServerSettings

FAILURES = (ApiError, TransportError, UnsupportedProductError)
_NEEDED = "Needlepoint needs Elasticsearch 8 or 9"
_BLOCKED = "cluster_block_exception"
_WITHOUT_SHARDS = (
    "no_shard_available_action_exception",
    "unavailable_shards_exception",
    "search_phase_execution_exception",
)
_TOO_MUCH = 429
_UNAVAILABLE = (502, 503, 504)


class ServerAwayError(ServerUnavailableError):
    """No node of the server can be reached, or none answers in time."""


def is_for_later(status: int, kind: str) -> bool:
    """Return whether the server may take later what it refuses now.

    :param kind: the server's name of the error.
    """
    return status >= 500 or (status == _TOO_MUCH and kind != _BLOCKED)


def blocked(reason: str, settings: ServerSettings) -> CollectionError | None:
    """Return the error of an index that takes no writes, where this is the reason."""
    if "blocked by" not in reason:
        return None
    if "flood-stage" in reason or "read-only-allow-delete" in reason:
        advice = "its disk is nearly full: make room there, and it goes on by itself"
    else:
        advice = "the index is read-only: take away its block (index.blocks.write and so on)"
    return CollectionError(f"{settings.where} takes no writes: {reason} ({advice})")


def explained(error: Exception, settings: ServerSettings, *, timeout_s: float) -> CollectionError:
    """Return one of :data:`FAILURES` as an error of Needlepoint's own; no secret is in it.

    It is a ``ServerUnavailableError`` where the same call may succeed later.
    """
    where = settings.where
    if isinstance(error, UnsupportedProductError):
        return CollectionError(f"{where} is another product or version: {_NEEDED}")
    if isinstance(error, ApiError):
        return _refusal(error, settings)
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return CollectionError(
            f"{where} has a certificate that is not known here: set ELASTICSEARCH_CA_CERTS to its CA's file"
        )
    if isinstance(error, TlsError):
        return CollectionError(f"{where} does not speak TLS as asked: check http:// or https:// in ELASTICSEARCH_URL")
    if isinstance(error, ConnectionTimeout):
        return ServerAwayError(
            f"{where} did not answer within {timeout_s:g} s: ask again when it is less busy", retry_after_s=10
        )
    if isinstance(error, UnreachableError):
        return ServerAwayError(
            f"{where} cannot be reached: start it, or set ELASTICSEARCH_URL (and http or https rightly)"
        )
    return CollectionError(f"{where} gave an answer that cannot be read ({type(error).__name__})")


def _refusal(error: ApiError, settings: ServerSettings) -> CollectionError:
    where, status = settings.where, error.status_code
    if isinstance(error, AuthenticationException):
        return CollectionError(f"{where} {_login(settings)}")
    if status == 406:
        return CollectionError(f"{where} is too old: {_NEEDED}")
    kind, reason = _cause(error)
    if status in _UNAVAILABLE:
        return ServerUnavailableError(
            f"{where} cannot answer now ({status}): {unavailable(kind, reason)}", retry_after_s=10
        )
    if kind == _BLOCKED and (block := blocked(reason, settings)):
        return block
    if status == _TOO_MUCH:
        return ServerUnavailableError(f"{where} has too much to do (429): {reason}", retry_after_s=10)
    return CollectionError(f"{where} refuses ({status}): {reason}")


def unavailable(kind: str, reason: str) -> str:
    """Return why an answer is not to be had, in plain words where the server's own are none."""
    if kind in _WITHOUT_SHARDS or "missing shards" in reason:
        return "a part of the index is on no node that runs (status red): see to its nodes"
    return reason


def _login(settings: ServerSettings) -> str:
    if settings.api_key:
        return "refuses the API key: check ELASTICSEARCH_API_KEY"
    if settings.username:
        return "refuses user name and password: check ELASTICSEARCH_USERNAME and _PASSWORD"
    return "wants a login: set ELASTICSEARCH_USERNAME and _PASSWORD, or ELASTICSEARCH_API_KEY"


def _cause(error: ApiError) -> tuple[str, str]:
    body = error.body if isinstance(error.body, dict) else {}
    cause = body.get("error")
    if isinstance(cause, dict):
        first: dict[str, Any] = (cause.get("root_cause") or [cause])[0]
        return str(first.get("type", "")), one_line(first.get("reason", ""))
    return "", one_line(cause or error.message)


def one_line(reason: object) -> str:
    """Return a reason that the server gave, on one line and not too long."""
    return " ".join(str(reason).split())[:300]
