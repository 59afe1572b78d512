"""What must hold before a component is imported: Haystack 3 alone is installed, and it reports nothing to its maker."""

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
        begun = sys.modules.get("haystack.telemetry._telemetry")  # where Haystack was imported first
        if begun is not None:
            begun.telemetry = None  # type: ignore[attr-defined]
