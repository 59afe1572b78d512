"""What stands beside something else on a PDF page and is read for itself: blocks of signatures, sidebars."""

import re
from collections.abc import Sequence
from itertools import pairwise

from needlepoint.files.pdf.lines import Line, Piece, lines_of

_MOST_SIGNED, _LONGEST_SIGNED = 40, 60  # pieces of two signatures, and characters of each
_FEWEST_ASIDE = 4  # lines of a block beside running text
_SIGNED_LABEL = re.compile(
    r"(?:by|name|title|its|date|signed|signature|place|attention|attn\.?|tel\.?|telephone|phone|fax|e-?mail)\s*:",
    re.IGNORECASE,
)


def are_signatures(left: Sequence[Piece], right: Sequence[Piece]) -> bool:
    """Tell two blocks of signatures beside each other: the same labels stand left and right."""
    labels = {label for piece in left if (label := _label(piece))}
    common = labels & {label for piece in right if (label := _label(piece))}
    if len(common) != 1:
        return len(common) > 1
    longest = max(piece.length for piece in (*left, *right))
    return len(left) + len(right) <= _MOST_SIGNED and longest <= _LONGEST_SIGNED


def _label(piece: Piece) -> str:
    match = _SIGNED_LABEL.match(piece.text) if ":" in piece.text else None
    if match:
        return match.group().rstrip(": ").lower()
    return next((mark for mark in ("____", "-----", "/s/") if piece.text.startswith(mark)), "")


def is_sidebar(side: Sequence[Piece], text: Sequence[Piece]) -> bool:
    """Tell a block of short lines beside running text from cells: its lines follow each other at heights of their own."""
    lines, beside = lines_of(side), lines_of(text)
    if not _FEWEST_ASIDE <= len(lines) <= len(beside) or not all(map(_follow_each_other, (lines, beside))):
        return False
    middles = [piece.middle for piece in text]
    level = sum(any(abs((line.top + line.bottom) / 2 - at) < 0.2 * line.height for at in middles) for line in lines)
    return 2 * level < len(lines)


def _follow_each_other(lines: Sequence[Line]) -> bool:
    return all(below.top - line.bottom < line.height for line, below in pairwise(lines))
