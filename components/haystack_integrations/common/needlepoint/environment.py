"""Checks before a component is imported that only Haystack 3 is installed, and switches its telemetry off."""

import os
import sys

from needlepoint.errors import require_haystack_3

_TELEMETRY = "HAYSTACK_TELEMETRY_ENABLED"


def prepare() -> None:
    """Check which Haystack is installed, and switch its telemetry off unless the environment says otherwise.

    :raises MissingExtraError: Haystack 3 is not installed.
    :raises TwoHaystacksError: Haystack 1.26 is installed, too.
    """
    require_haystack_3()
    if _TELEMETRY not in os.environ:
        os.environ[_TELEMETRY] = "False"
        running = sys.modules.get("haystack.telemetry._telemetry")  # if Haystack was imported first
        if running is not None:
            running.telemetry = None  # type: ignore[attr-defined]
