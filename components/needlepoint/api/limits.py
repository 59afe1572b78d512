"""What the service allows: sizes, counts, times and callers; read once from the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from needlepoint.errors import NeedlepointError

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

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Limits":
        """Read the limits; unset ones keep their defaults.

        :raises ServingError: a value is not a number, or is out of range.
        """
        values: dict[str, object] = {}
        for name in ("max_file_mb", "max_files", "max_upload_mb", "max_passages", "queue", "workers", "remember"):
            if text := environment.get(f"NEEDLEPOINT_{name.upper()}"):
                values[name] = _number(name, text, least=0 if name in _MAY_BE_ZERO else 1)
        if text := environment.get("NEEDLEPOINT_TIMEOUT_S"):
            values["timeout_s"] = float(_number("timeout_s", text, least=1))
        for name in ("hosts", "origins"):
            values[name] = tuple(_split_commas(environment.get(f"NEEDLEPOINT_{name.upper()}", "")))
        return cls(
            api_key=environment.get("NEEDLEPOINT_API_KEY", "").strip(),
            log_questions=environment.get("NEEDLEPOINT_LOG_QUESTIONS", "") in {"1", "true", "yes"},
            **values,  # type: ignore[arg-type]
        )

    def check_address(self, host: str) -> None:
        """Refuse to listen to other machines without a key.

        :raises ServingError: other machines can reach ``host``, and there is no key.
        """
        if host not in LOOPBACK and not self.api_key:
            raise ServingError(
                f"--host {host} lets other machines in: set NEEDLEPOINT_API_KEY to a secret that they must send"
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
