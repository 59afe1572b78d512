"""Rows of a table that nothing but space parts: the gap between two rows is wider than the gap within a cell that wraps."""

from collections.abc import Sequence

from needlepoint.files.pdf.lines import Line
from needlepoint.files.tables import is_number

_WIDER = 1.5  # points
_FEWEST_ROWS = 3
_MOST_LINES = 12  # of a row
_USUAL_LINES = 5
_TOGETHER = 0.34  # of a line's height: cells that begin so near to each other begin together


def spaced_rows(lines: Sequence[Line]) -> list[list[Line]]:
    """Return the lines of each row; nothing where the lines are no such table.

    :param lines: of one part of a page, from top to bottom.
    """
    usual = _gap_within(lines)
    if usual is None:
        return []
    rows: list[list[Line]] = []
    bottom = 0.0
    for line in lines:
        if rows and line.top - bottom < usual + _WIDER:
            rows[-1].append(line)
        else:
            rows.append([line])
        bottom = max(bottom, line.bottom)
    return rows if len(rows) >= _FEWEST_ROWS and _are_rows(rows) else []


def _gap_within(lines: Sequence[Line]) -> float | None:
    """Return the least gap between two pieces right above each other; nothing where there are none."""
    gaps: list[float] = []
    for at, line in enumerate(lines):
        for piece in line.pieces:
            above = (
                piece.top - other.bottom
                for before in reversed(lines[max(at - 4, 0) : at])
                for other in before.pieces
                if other.left < piece.right and piece.left < other.right
            )
            gaps += [gap for gap in [next(above, None)] if gap is not None and gap < 2.5 * piece.height]
    return min(gaps, default=None)


def _are_rows(rows: Sequence[Sequence[Line]]) -> bool:
    """Tell rows with cells that wrap from groups of rows, and from paragraphs in columns."""
    counts = sorted(len(row) for row in rows)
    if counts[-1] < 2 or counts[-1] > _MOST_LINES or counts[len(counts) // 2] > _USUAL_LINES:
        return False
    wrapping = [row for row in rows if len(row) > 1]
    ragged = sum(_is_ragged(row) for row in wrapping)
    together = sum(len(row[0].pieces) > 1 and _begin_together(row[0]) for row in rows)
    return 2 * ragged > len(wrapping) and 3 * together >= 2 * len(rows)


def _begin_together(line: Line) -> bool:
    return all(abs(piece.top - line.top) < _TOGETHER * line.height for piece in line.pieces)


def _is_ragged(row: Sequence[Line]) -> bool:
    """Tell a row in which some cells have fewer lines than others, and none has several figures."""
    lefts = [piece.left for piece in row[0].pieces]
    is_ragged = len(row[-1].pieces) < len(lefts)
    figures = sum(any(is_number(piece.text) for piece in line.pieces) for line in row[1:])
    return is_ragged and not figures
