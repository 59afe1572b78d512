"""Days as files state them."""

import re
from datetime import date

_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})")


def iso_day(stated: str) -> str:
    """Return the ISO 8601 day that a text begins with (``2024-05-01T09:00``, ``20240501``); empty where it begins with none."""
    match = _DAY.match(stated.strip())
    if match is None:
        return ""
    try:
        return date(*(int(part) for part in match.groups())).isoformat()
    except ValueError:
        return ""
