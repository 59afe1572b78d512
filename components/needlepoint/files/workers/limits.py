"""How much memory and time the reading of one file may take."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace

from needlepoint.errors import NeedlepointError

_SMALL_BYTES = 10_000_000
_LEAST_MEMORY_MB = 300
_LEAST_TIMEOUT_S = 1
_LEAST_OCR_MEMORY_MB = 1_800  # the models and what they compute for a line


@dataclass(frozen=True, slots=True)
class ProcessLimits:
    """What one file may take; what takes more is not read.

    :param memory_mb: memory of the process that reads it, in megabytes (of 10^6 bytes), where the system can limit it (Linux):
        what it has for itself to write to, as ``RLIMIT_DATA`` counts it.
    :param timeout_s: seconds of computing for a file of up to 10 MB; a larger file has more in proportion. By the clock it may be
        three times as long, where the machine is busy; on other systems than Linux the clock alone counts.
    """

    memory_mb: int = 2_000
    timeout_s: float = 60.0

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "ProcessLimits":
        """Read ``NEEDLEPOINT_FILE_MEMORY_MB`` and ``NEEDLEPOINT_FILE_TIMEOUT_S``.

        :raises NeedlepointError: one of them is no number, or too small.
        """
        default = cls()
        return cls(
            memory_mb=int(_number(environment, "MEMORY_MB", default.memory_mb, least=_LEAST_MEMORY_MB)),
            timeout_s=_number(environment, "TIMEOUT_S", default.timeout_s, least=_LEAST_TIMEOUT_S),
        )

    @property
    def of_pages(self) -> "ProcessLimits":
        """What one page that is read by OCR may take: the time of a file, and the memory that the models need."""
        return replace(self, memory_mb=max(self.memory_mb, _LEAST_OCR_MEMORY_MB))

    def seconds_for(self, size: int) -> float:
        """Return how long a file of so many bytes may take."""
        return self.timeout_s * max(1.0, size / _SMALL_BYTES)


def _number(environment: Mapping[str, str], name: str, default: float, *, least: float) -> float:
    variable = f"NEEDLEPOINT_FILE_{name}"
    text = environment.get(variable) or str(default)
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not least <= number < float("inf"):
        raise NeedlepointError(f"{variable} must be a number from {least:g}, got {text!r}")
    return number
