"""What the service allows: sizes, numbers, times, and who may ask; read once from the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from needlepoint.errors import NeedlepointError

_MAY_BE_NONE = frozenset({"queue", "workers", "remember"})
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class ServingError(NeedlepointError):
    """The service cannot be started as asked."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of one serving process; every field is read from ``NEEDLEPOINT_`` and its name in capitals.

    :param api_key: what a request must show; empty asks for none, which only the loopback address allows.
    :param hosts: further names, divided by commas, under which the service is called; ``*`` for any.
    :param origins: web pages, divided by commas, whose scripts may call the service (CORS); none by default.
    :param max_file_mb: size of one uploaded file.
    :param max_files: files in one upload.
    :param max_upload_mb: size of one upload in all.
    :param max_passages: passages that one question may have read.
    :param workers: questions that are read at a time; 0 takes what the processor bears.
    :param queue: questions that wait; beyond it the answer is 503.
    :param timeout_s: how long a question may take, waiting included.
    :param remember: replies that are kept for whoever asks the same again, until the collection changes.
    :param log_questions: whether questions stand in the log.
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

        :raises ServingError: a value that is no number, or out of range.
        """
        values: dict[str, object] = {}
        for name in ("max_file_mb", "max_files", "max_upload_mb", "max_passages", "queue", "workers", "remember"):
            if text := environment.get(f"NEEDLEPOINT_{name.upper()}"):
                values[name] = _number(name, text, least=0 if name in _MAY_BE_NONE else 1)
        if text := environment.get("NEEDLEPOINT_TIMEOUT_S"):
            values["timeout_s"] = float(_number("timeout_s", text, least=1))
        for name in ("hosts", "origins"):
            values[name] = tuple(part for part in _state(environment.get(f"NEEDLEPOINT_{name.upper()}", "")))
        return cls(
            api_key=environment.get("NEEDLEPOINT_API_KEY", "").strip(),
            log_questions=environment.get("NEEDLEPOINT_LOG_QUESTIONS", "") in {"1", "true", "yes"},
            **values,  # type: ignore[arg-type]
        )

    def check_address(self, host: str) -> None:
        """Refuse to let other machines in without a key.

        :raises ServingError: ``host`` is reached from elsewhere, and there is no key.
        """
        if host not in LOOPBACK and not self.api_key:
            raise ServingError(
                f"--host {host} lets other machines in: set NEEDLEPOINT_API_KEY to a secret that they must show"
            )


def _state(text: str) -> list[str]:
    return [part.strip().rstrip("/") for part in text.split(",") if part.strip()]


def _number(name: str, text: str, *, least: int) -> int:
    try:
        value = int(text)
    except ValueError:
        value = least - 1
    if value < least:
        raise ServingError(f"NEEDLEPOINT_{name.upper()} must be a whole number from {least}, got {text!r}")
    return value
