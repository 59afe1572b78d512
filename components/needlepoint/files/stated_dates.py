"""The day that a document states of itself at its beginning: "dated as of January 23, 2004", "Date: 3 May 2021".

What a PDF or an Office file states as the day of its making may be that of a scan or a conversion, years after the document.
"""

import calendar
import re
from datetime import date

_SEARCHED = 1500  # characters
_MONTHS = {name.casefold(): number for number, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name[:3]: number for name, number in _MONTHS.items()}
_MONTH = rf"(?P<month>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\b\.?"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?(?!\d)"
_YEAR = r"(?P<year>(?:1[89]|20)\d\d)(?!\d)"
_FORMS = (
    rf"(?:the\s+)?{_DAY}(?:\s+day)?(?:\s+of)?\s+{_MONTH},?\s+{_YEAR}",
    rf"{_MONTH}\s+{_DAY},?\s+{_YEAR}",
    r"(?P<year>(?:1[89]|20)\d\d)-(?P<number>[01]\d)-(?P<day>[0-3]\d)(?!\d)",
)
_SAYING = (
    r"\b(?:(?:is\s+)?(?:dated(?:\s+for\s+reference)?|made|entered\s+into|executed|adopted|issued|approved|effective)(?:\s+and\s+[\w\s]{1,20}?)?(?:\s+by\s+[\w\s]{1,30}?)?"
    r"(?:\s+as)?(?:\s+(?:of|on))?(?:\s+this)?|as\s+of(?:\s+this)?|(?:effective\s+)?date(?:d|\s+of\s+[\w\s]{1,20})?\s*:)\s+"
)
_PLACE = r"^(?:[^\W\d_][\w' -]{1,30},\s+)?"  # Port Ardlaw, 15 January 2025
_STATED = [
    re.compile(pattern, re.IGNORECASE | re.MULTILINE)
    for form in _FORMS
    for pattern in (_SAYING + form, f"{_PLACE}{form}$")
]


def stated_day(text: str) -> str:
    """Return the day that the beginning of a text gives as its own, in ISO 8601; empty where it gives none.

    A day counts where words say that it is the document's (dated, made as of, Date:), or where a line holds nothing but the
    day and a place. The first one counts.
    """
    beginning = text[:_SEARCHED]
    found = sorted((match for form in _STATED for match in form.finditer(beginning)), key=re.Match.start)
    return next((day for match in found if (day := _iso(match.groupdict()))), "")


def _iso(parts: dict[str, str | None]) -> str:
    month = parts.get("number") or _MONTHS[(parts.get("month") or "").casefold()]
    try:
        return date(int(parts["year"] or 0), int(month), int(parts["day"] or 0)).isoformat()
    except ValueError:
        return ""
