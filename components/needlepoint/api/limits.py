"""What the service allows: sizes, counts, times and callers; read once from the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from needlepoint.errors import NeedlepointError
from needlepoint.people.audit import AUDIT_DAYS, AUDIT_ENTRIES

_NUMBERS = (
    "max_file_mb",
    "max_files",
    "max_upload_mb",
    "max_passages",
    "queue",
    "workers",
    "remember",
    "session_idle_minutes",
    "session_hours",
    "audit_days",
    "audit_entries",
)
_SHORTEST_SECRET = 16
_MAY_BE_ZERO = frozenset({"queue", "workers", "remember"})
LARGEST_QUOTE_FILE = 50_000_000
"""Bytes of a file whose quotes are verified."""
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class ServingError(NeedlepointError):
    """The service cannot be started with these settings."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one serving process; every field is read from ``NEEDLEPOINT_`` and its name in capitals.

    :param api_key: what a request must send; empty asks for none, which only a loopback address allows.
    :param hosts: further host names of the service, separated by commas; ``*`` for any.
    :param origins: origins, separated by commas, of web pages whose scripts may call the service (CORS); none by default.
    :param max_file_mb: size of one uploaded file, in MB.
    :param max_files: files in one upload.
    :param max_upload_mb: size of one whole upload, in MB.
    :param max_passages: passages that may be read for one question.
    :param workers: questions read at a time; 0 means one for each core.
    :param queue: questions that may wait; further ones get 503.
    :param timeout_s: how long a question may take, waiting included.
    :param remember: replies cached for repeated questions until the collection changes; 0 caches none.
    :param log_questions: whether questions are written into the log.
    :param session_idle_minutes: a session of a user ends after so many minutes without a request.
    :param session_hours: a session of a user ends after so many hours in any case.
    :param user_header: the header in which a proxy names the user who has logged in there; empty trusts none.
    :param proxy_secret: what that proxy sends in ``X-Proxy-Secret``.
    :param audit: ``1`` writes the audit log, ``0`` does not; empty writes it where people log in.
    :param audit_days: for how many days its entries are kept.
    :param audit_entries: how many are kept at most.
    """

    api_key: str = ""
    hosts: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    max_file_mb: int = 200
    max_files: int = 200
    max_upload_mb: int = 500
    max_passages: int = 200
    workers: int = 0
    queue: int = 64
    timeout_s: float = 60.0
    remember: int = 200
    log_questions: bool = False
    session_idle_minutes: int = 480
    session_hours: int = 168
    user_header: str = ""
    proxy_secret: str = ""
    audit: str = ""
    audit_days: int = AUDIT_DAYS
    audit_entries: int = AUDIT_ENTRIES

    def __post_init__(self) -> None:
        if self.audit not in ("", "0", "1"):
            raise ServingError(f"NEEDLEPOINT_AUDIT must be 1 or 0, got {self.audit!r}")
        if self.user_header and len(self.proxy_secret) < _SHORTEST_SECRET:
            raise ServingError(
                "NEEDLEPOINT_USER_HEADER is trusted only with NEEDLEPOINT_PROXY_SECRET, a secret of at least "
                f"{_SHORTEST_SECRET} characters that the proxy sends in the header X-Proxy-Secret"
            )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Limits":
        """Read the limits; unset ones keep their defaults.

        :raises ServingError: a value is not a number, or is out of range.
        """
        values: dict[str, object] = {}
        for name in _NUMBERS:
            if text := environment.get(f"NEEDLEPOINT_{name.upper()}"):
                values[name] = _number(name, text, least=0 if name in _MAY_BE_ZERO else 1)
        if text := environment.get("NEEDLEPOINT_TIMEOUT_S"):
            values["timeout_s"] = float(_number("timeout_s", text, least=1))
        for name in ("hosts", "origins"):
            values[name] = tuple(_split_commas(environment.get(f"NEEDLEPOINT_{name.upper()}", "")))
        return cls(
            api_key=environment.get("NEEDLEPOINT_API_KEY", "").strip(),
            user_header=environment.get("NEEDLEPOINT_USER_HEADER", "").strip(),
            proxy_secret=environment.get("NEEDLEPOINT_PROXY_SECRET", "").strip(),
            audit=environment.get("NEEDLEPOINT_AUDIT", "").strip(),
            log_questions=environment.get("NEEDLEPOINT_LOG_QUESTIONS", "") in {"1", "true", "yes"},
            **values,  # type: ignore[arg-type]
        )

    def check_address(self, host: str, *, has_users: bool = False) -> None:
        """Refuse to listen to other machines without a key or users.

        :raises ServingError: other machines can reach ``host``, and nothing asks who is there.
        """
        if host not in LOOPBACK and not (self.api_key or has_users or self.user_header):
            raise ServingError(
                f"--host {host} lets other machines in: set NEEDLEPOINT_API_KEY to a secret that they must send, "
                "or add users who log in (needlepoint users add)"
            )


def _split_commas(text: str) -> list[str]:
    return [part.strip().rstrip("/") for part in text.split(",") if part.strip()]


def _number(name: str, text: str, *, least: int) -> int:
    try:
        value = int(text)
    except ValueError:
        value = least - 1
    if value < least:
        raise ServingError(f"NEEDLEPOINT_{name.upper()} must be a whole number from {least}, got {text!r}")
    return value
