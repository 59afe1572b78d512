"""The errors between the page and the service; each message says what to do."""

from typing import Any

import httpx

from needlepoint.errors import NeedlepointError

_LOG_IN = "log in"  # in the service's words
_OF_PEOPLE = ("the name or the password", "the proxy")


class ServiceError(NeedlepointError):
    """The service refused or failed; the message is its own."""


class NotThereError(ServiceError):
    """The service does not have what was asked for, or no longer."""


class ServiceDownError(ServiceError):
    """Nothing answers at the service's address."""

    def __init__(self, url: str) -> None:
        super().__init__(
            f"Nothing answers at {url}. The documents are safe. Start the service with: needlepoint serve; "
            "or set NEEDLEPOINT_SERVICE to where it runs"
        )


class LogInNeededError(ServiceError):
    """The service wants to know who asks: nobody has logged in here, or the session has ended."""


class ServiceBusyError(ServiceError):
    """The service is busy; ``retry_after_s`` says when to try again."""

    def __init__(self, message: str, *, retry_after_s: float) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


def refusal_of(status: int, body: Any, *, retry_after: object = None) -> ServiceError:
    """Return the error for a refusal by the service.

    :param body: the reply's JSON, or any other value if it has none.
    :param retry_after: the value of the header, in seconds.
    """
    message = _message(body) or f"the service answered {status}"
    if status == httpx.codes.SERVICE_UNAVAILABLE:
        return ServiceBusyError(message, retry_after_s=_seconds(retry_after))
    if status == httpx.codes.NOT_FOUND:
        return NotThereError(message)
    if status == httpx.codes.UNAUTHORIZED and _LOG_IN in message:
        return LogInNeededError(message)
    if status == httpx.codes.UNAUTHORIZED and not any(told in message for told in _OF_PEOPLE):
        return ServiceError(f"{message}: set NEEDLEPOINT_API_KEY to the service's key and start the page again")
    return ServiceError(message)


def _message(body: Any) -> str:
    if not isinstance(body, dict):
        return ""
    if errors := body.get("errors"):
        return "; ".join(map(str, errors))
    detail = body.get("detail")
    if isinstance(detail, list):  # FastAPI's list of invalid fields
        return "; ".join(f"{'.'.join(map(str, each.get('loc', ())))}: {each.get('msg')}" for each in detail)
    return str(detail or "")


def _seconds(retry_after: object) -> float:
    try:
        return min(max(float(str(retry_after)), 0.2), 60.0)
    except ValueError:
        return 2.0
