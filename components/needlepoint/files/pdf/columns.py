"""Columns of a table as stretches from left to right that no cell leaves."""

from collections.abc import Sequence

from needlepoint.files.pdf.lines import Line

Columns = list[tuple[float, float]]


def merged_columns(columns: Columns, added: Sequence[tuple[float, float]]) -> Columns:
    """Return the columns that hold all of these stretches."""
    merged: Columns = []
    for left, right in sorted([*columns, *added]):
        if merged and left < merged[-1][1] + 1.0:
            merged[-1] = (merged[-1][0], max(merged[-1][1], right))
        else:
            merged.append((left, right))
    return merged


def crossed(columns: Columns, line: Line) -> int:
    """Return how many columns a line reaches into."""
    return len(places(columns, line.left, line.right))


def places(columns: Columns, left: float, right: float) -> list[int]:
    """Return which columns a stretch reaches into."""
    return [at for at, (begin, end) in enumerate(columns) if begin < right and left < end]
