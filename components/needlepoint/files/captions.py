"""What a table in running text is about."""

import re

from needlepoint.files.pages import one_line

_LONGEST_CAPTION = 200
_CAPTION = re.compile(r"(?:table|tab\.|tabell?e?|tableau|tabla)\s+[\dIVX]", re.IGNORECASE)


def stands_under(heading: str | None, last: str) -> str:
    """Return what a table is about: the heading that it stands under, and its caption where one stands before it.

    :param last: the paragraph before the table.
    """
    last = one_line(last) if len(last) <= _LONGEST_CAPTION else ""
    is_caption = last.endswith(":") or _CAPTION.match(last) is not None
    return " ".join(filter(None, [heading, last if is_caption and last != heading else ""]))
