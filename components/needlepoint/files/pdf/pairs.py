"""Names and values beside each other, where a value goes on below itself: an address beside "Notices to the seller"."""

import re
from collections.abc import Sequence

from needlepoint.files.pdf.cells import Cell, Table
from needlepoint.files.pdf.lines import Line
from needlepoint.files.pdf.page import Look

_SIGNED = re.compile(r"(?:by|name|title|its|date|signature)\s*:|/s/|_{4,}", re.IGNORECASE)
_MARKER = re.compile(r"[^\w\s]{1,2}|\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)]\)?|\d{1,3}(?:\.\d{1,3})+\.?")
_SAME_PLACE = 3.0  # points
_LONGEST_NAME = 60  # characters
_LONGEST_VALUE = 90  # characters of a line
_FEWEST = 2
_WRAPPED = 0.6  # of a line's height: the widest gap within a value
_ROW = 4.0  # of a line's height: the widest gap between two pairs


def pairs_at(lines: Sequence[Line], at: int) -> tuple[Table | None, int]:
    """Return the names and values that begin on a line, and how many lines they take; none where no value goes on.

    :param lines: of one part of a page.
    """
    if not _is_pair(lines[at]):
        return None, 0
    name, value = lines[at].pieces
    rows: list[list[Cell]] = []
    end = at
    wraps = 0
    while end < len(lines):
        line = lines[end]
        gap = line.top - lines[end - 1].bottom if end > at else 0.0
        if _is_pair(line) and _stands_at(line, name.left, value.left) and gap < _ROW * line.height:
            rows.append([_cell(line, 0), _cell(line, 1)])
        elif rows and _goes_on(line, lines[end - 1], value.left):
            rows[-1][1].lines.append(line)
            wraps += 1
        else:
            break
        end += 1
    if len(rows) < _FEWEST or not wraps:
        return None, 0
    taken = lines[at:end]
    box = (name.left, taken[0].top, max(line.right for line in taken), taken[-1].bottom)
    return Table(rows, 0, [name.left, value.left], box), end - at


def _is_pair(line: Line) -> bool:
    """Tell a name, in bold letters or with a colon, and its value."""
    if len(line.pieces) != 2:
        return False
    name, value = line.pieces
    if name.length > _LONGEST_NAME or value.length > _LONGEST_VALUE or _SIGNED.match(name.text):
        return False
    if _MARKER.fullmatch(name.text) or name.text.endswith((".", ",", ";")):
        return False
    stand_out = [_stands_out(line, at) for at in (0, 1)]
    return stand_out == [True, False] or name.text.endswith(":")


def _stands_out(line: Line, at: int) -> bool:
    return all(word.style.is_bold or word.style.look is Look.WHITE for word in line.pieces[at].words)


def _stands_at(line: Line, name: float, value: float) -> bool:
    first, second = line.pieces
    return abs(first.left - name) < _SAME_PLACE and abs(second.left - value) < _SAME_PLACE


def _goes_on(line: Line, before: Line, value: float) -> bool:
    is_close = line.top - before.bottom < _WRAPPED * line.height
    return (
        is_close and len(line.pieces) == 1 and abs(line.left - value) < _SAME_PLACE and len(line.text) <= _LONGEST_VALUE
    )


def _cell(line: Line, at: int) -> Cell:
    piece = line.pieces[at]
    return Cell([Line([piece], piece.left, line.top, piece.right, line.bottom)])
