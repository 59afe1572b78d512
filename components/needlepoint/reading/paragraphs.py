r"""Keeps an answer to one paragraph.

A reader sees no difference between ``Thanks to Duncan Aldersyke``, a heading, and the paragraph below it that begins with
``Mr Aldersyke``: its answer may run from one into the other.
"""

import re

_BREAK = re.compile(r"\s*(?:\n[ \t]*\n|\f)\s*")


def within_paragraph(text: str, start: int, end: int) -> tuple[int, int]:
    r"""Return the part of an answer that is in one paragraph: of ``Duncan Aldersyke\n\nMr Aldersyke`` the longer one.

    :param start: first character of the answer in the text.
    :param end: one past its last character.
    """
    at, parts = start, []
    for gap in _BREAK.finditer(text, start, end):
        parts.append((at, gap.start()))
        at = gap.end()
    return max([*parts, (at, end)], key=lambda part: part[1] - part[0])
