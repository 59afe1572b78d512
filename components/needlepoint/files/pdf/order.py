# ruff: noqa: RUF001 - marks of many scripts are what this is about
"""In which order a person reads the pieces of a page: column by column, a heading at the margin before what it heads.

A gutter is a strip that no piece crosses; it reaches down as far as nothing crosses it. What stands left and right of it is read
one after the other where both sides are running text (or two blocks of signatures), and line by line where they are the cells
of a table, or a number and what it counts.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING

import numpy as np

from needlepoint.files.pdf.beside import are_signatures, is_sidebar
from needlepoint.files.pdf.lines import Piece, lines_of
from needlepoint.files.pdf.spacing import spaced_rows
from needlepoint.files.tables import is_number

if TYPE_CHECKING:
    from numpy.typing import NDArray

_ACROSS, _DOWN = 2.0, 3.0  # points: width and height of a field of the grid
_MOST_BINS = 2000
_LOWEST_ZONE = 27.0  # points
_APART = 7.0
_NARROWEST_GUTTER = 5.0  # points
_NARROWEST_COLUMN = 70.0
_FEW_ROWS, _WIDE = 8, 1.0  # a gutter along few lines is at least as wide as letters are high
_SHORTEST_HEADING = 7
_PROSE = 18  # characters of a piece
_DEEPEST = 24
_HEADING = 1.15  # of the usual height
_MOST_GUTTERS = 8
_LONGEST_ADDRESS = 12  # lines
_MOST_PIECES = 3000
_MARKER = re.compile(r"[•●○◦▪■□‣⁃∙·*\u2013\u2014-]|\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)]{1,2}")


@dataclass(frozen=True, slots=True)
class _Zone:
    """A gutter from ``top`` to ``bottom``, with the pieces on its sides.

    :param is_river: it is a river of white through a few lines of running text.
    """

    top: float
    bottom: float
    left: list[Piece]
    right: list[Piece]
    is_river: bool = False

    @property
    def sides(self) -> list[Piece]:
        """The pieces on both sides."""
        return [*self.left, *self.right]


class _Places:
    """Where pieces stand: an array each of their left edges, top edges and so on.

    :param line: the same number for pieces on one line.
    :param first: the first row of the grid that each is in.
    :param last: the row of the grid below each.
    """

    def __init__(self, pieces: Sequence[Piece]) -> None:
        sides = chain.from_iterable(map(attrgetter("left", "top", "right", "bottom"), pieces))
        places = np.fromiter(sides, dtype=np.float64, count=4 * len(pieces))
        self.left, self.top, self.right, self.bottom = places.reshape(-1, 4).T
        self.height, self.middle = self.bottom - self.top, (self.top + self.bottom) / 2
        self.line = np.rint(self.middle / np.maximum(self.height, 1.0))
        top, spare = self.top.min(), 0.2 * self.height  # the boxes of lines overlap
        self.rows = min(int((self.bottom.max() - top) / _DOWN) + 1, _MOST_BINS)
        self.first = np.minimum((self.top + spare - top) / _DOWN, self.rows).astype(np.intp)
        last = np.minimum((self.bottom - spare - top) / _DOWN + 1, self.rows).astype(np.intp)
        self.last = np.maximum(self.first, last)

    @property
    def has_neighbours(self) -> bool:
        """Whether pieces stand beside each other over the height of the lowest gutter."""
        begun, ended = (np.bincount(rows, minlength=self.rows + 1) for rows in (self.first, self.last))
        return bool(np.count_nonzero((begun - ended).cumsum() > 1) * _DOWN >= _LOWEST_ZONE)

    def grid(self) -> "NDArray[np.bool_]":
        """Return which fields of a grid over the pieces are taken."""
        left = self.left.min()
        columns = min(int((self.right.max() - left) / _ACROSS) + 1, _MOST_BINS)
        begin = np.minimum((self.left - left) / _ACROSS, columns).astype(np.intp)
        end = np.minimum((self.right - left - 0.2) / _ACROSS + 1, columns).astype(np.intp)
        end = np.maximum(begin, end)
        counts = np.zeros((self.rows + 1, columns + 1), dtype=np.int16)  # of pieces, as sums from the upper left corner
        corners = ((self.first, begin, 1), (self.first, end, -1), (self.last, begin, -1), (self.last, end, 1))
        for down, across, step in corners:
            np.add.at(counts, (down, across), step)
        np.cumsum(counts, axis=0, out=counts)
        np.cumsum(counts, axis=1, out=counts)
        return counts[:-1, :-1] > 0


def regions(pieces: Sequence[Piece], depth: int = 0) -> list[list[Piece]]:
    """Divide pieces into the parts of a page that are read one after the other, each line by line."""
    if len(pieces) < 4 or len(pieces) > _MOST_PIECES or depth > _DEEPEST:
        return [list(pieces)] if pieces else []
    zone, kind = _first_gutter(pieces)
    if zone is None:
        return [list(pieces)]
    if kind == "columns":
        zone = _above_heading(zone)
    inside = {id(piece) for piece in zone.sides}
    rest = [piece for piece in pieces if id(piece) not in inside]
    above = [piece for piece in rest if piece.middle < zone.top]
    below = [piece for piece in rest if piece.middle >= zone.top]
    parts = regions(above, depth + 1)
    if kind == "columns":
        parts += regions(zone.left, depth + 1) + regions(zone.right, depth + 1)
    else:
        parts += _beside(zone, depth + 1)
    return parts + regions(below, depth + 1)


def _first_gutter(pieces: Sequence[Piece]) -> tuple[_Zone | None, str]:
    """Return the highest gutter that parts columns or headings at the margin, and which; none goes through a table."""
    cells: set[int] = set()
    zones = _zones(pieces)
    for zone in zones:
        if cells and any(id(piece) in cells for piece in zone.sides):
            continue
        if _are_addresses(zone):
            return _beside_each_other(zone), "columns"
        kind = _kind(zone)
        if kind == "table":
            cells |= {id(piece) for piece in zone.sides}
        elif kind == "columns":
            return _tallest(zone, zones), kind
        elif kind:
            return zone, kind
    return None, ""


def _tallest(zone: _Zone, others: Iterable[_Zone]) -> _Zone:
    """Return the tallest gutter between columns that holds this one: a strip beside it may be free further down."""
    for other in others:
        is_taller = other.top < zone.top + 1 and other.bottom > zone.bottom - 1
        if is_taller and len(other.left) + len(other.right) > len(zone.left) + len(zone.right):
            zone = other if _kind(other) == "columns" else zone
    return zone


def _above_heading(zone: _Zone) -> _Zone:
    """Return columns as far as a heading over both: it stands out, and the text below it begins at one height."""
    usual = sorted(piece.height for piece in zone.sides)[len(zone.sides) // 2]
    for heading in sorted(zone.left, key=attrgetter("top")):
        if heading.height < _HEADING * usual and not _is_bold(heading):
            continue
        above = [[piece for piece in side if piece.bottom < heading.middle] for side in (zone.left, zone.right)]
        below = [[piece for piece in side if piece.top > heading.middle] for side in (zone.left, zone.right)]
        if not all([*above, *below]) or len(zone.right) > len(above[1]) + len(below[1]):
            continue
        (top, other), bottom = [min(piece.top for piece in side) for side in below], max(p.bottom for p in above[1])
        if (
            abs(top - other) < 0.6 * usual
            and bottom < heading.top + 0.2 * usual
            and other > heading.bottom - 0.2 * usual
        ):
            return _Zone(zone.top, heading.top, above[0], above[1])
    return zone


def _is_bold(piece: Piece) -> bool:
    return all(word.style.is_bold for word in piece.words)


def _zones(pieces: Sequence[Piece]) -> Iterator[_Zone]:
    """Find the gutters of a part of a page on a grid: strips that are empty, with something on both sides, over some height."""
    places = _Places(pieces)
    if not places.has_neighbours:
        return
    taken = places.grid()
    usual_height = float(np.sort(places.height)[len(pieces) // 2])
    width = max(1, round(max(_NARROWEST_GUTTER, 0.4 * usual_height) / _ACROSS))
    if taken.shape[1] <= width + 2:
        return
    sums = np.zeros((taken.shape[0], taken.shape[1] + 1), dtype=np.int16)
    np.cumsum(taken, axis=1, out=sums[:, 1:])
    empty = sums[:, width:] == sums[:, :-width]
    is_between = (sums[:, :-width] > 0) & (sums[:, width:] < sums[:, -1:])
    start = float(places.left.min())
    seen: set[tuple[bytes, bytes]] = set()
    for column in _peaks((empty & is_between).sum(axis=0)):
        for left, right in _sides_at(places, start + column * _ACROSS, width * _ACROSS, empty[:, column]):
            known = len(seen)
            seen.add((left.tobytes(), right.tobytes()))  # several strips lie in one wide gutter
            if len(seen) > known and (zone := _zone_between(pieces, places, left, right)) is not None:
                yield zone


def _peaks(counts: "NDArray[np.int64]") -> list[int]:
    """Return the places where a strip is empty over the greatest height, the highest first; neighbours count as one."""
    found: list[int] = []
    heights = counts.tolist()
    for place in np.argsort(-counts, kind="stable")[: 40 * _MOST_GUTTERS].tolist():
        if heights[place] * _DOWN < _LOWEST_ZONE or len(found) == _MOST_GUTTERS:
            break
        if all(abs(place - other) * _ACROSS > _APART for other in found):
            found.append(place)
    return found


def _sides_at(
    places: _Places, start: float, width: float, empty: "NDArray[np.bool_]"
) -> Iterator[tuple["NDArray[np.intp]", "NDArray[np.intp]"]]:
    """Return which pieces stand left and right of a strip, over each height over which nothing crosses it."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], empty, [False])).astype(np.int8)))
    top = places.top.min()
    is_left, is_right = places.right <= start + 2 * _ACROSS, places.left >= start + width - 2 * _ACROSS
    for first, last in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if (last - first) * _DOWN < _LOWEST_ZONE:
            continue
        high, low = top + first * _DOWN - 1.0, top + last * _DOWN + 1.0
        inside = (high <= places.middle) & (places.middle <= low)
        left, right = np.flatnonzero(inside & is_left), np.flatnonzero(inside & is_right)
        if len(left) > 1 and len(right) > 1 and len(left) + len(right) == np.count_nonzero(inside):
            yield left, right


def _zone_between(
    pieces: Sequence[Piece], places: _Places, left: "NDArray[np.intp]", right: "NDArray[np.intp]"
) -> _Zone | None:
    """Return the zone between some pieces and others, where they stand beside each other at all."""
    left_top, right_top = float(places.top[left].min()), float(places.top[right].min())
    left_bottom, right_bottom = float(places.bottom[left].max()), float(places.bottom[right].max())
    if min(left_bottom, right_bottom) <= max(left_top, right_top):
        return None
    rows = min(len(set(places.line[side].tolist())) for side in (left, right))
    is_narrow = places.left[right].min() - places.right[left].max() < _WIDE * places.height[left[len(left) // 2]]
    return _Zone(
        min(left_top, right_top),
        max(left_bottom, right_bottom),
        [pieces[at] for at in left.tolist()],
        [pieces[at] for at in right.tolist()],
        is_river=bool(rows < _FEW_ROWS and is_narrow),
    )


def _kind(zone: _Zone) -> str:
    """Tell columns and headings at the margin from the cells of a table, or a number and what it counts: for those, nothing."""
    if zone.is_river:
        return ""
    left = _Side(zone.left)
    if not left.is_prose and not left.may_be_headings:
        return "columns" if are_signatures(zone.left, zone.right) else ""
    right = _Side(zone.right)
    if _are_side_headings(zone, left, right):
        return "headings"
    if are_signatures(zone.left, zone.right):
        return "columns"
    if left.is_prose and right.is_prose:
        return "table" if _are_table_rows(zone) else "columns"
    return "columns" if (left.is_prose and is_sidebar(zone.right, zone.left)) else ""


def _are_table_rows(zone: _Zone) -> bool:
    """Tell the cells of a table that wrap: on both sides they begin beside each other, and space parts the rows."""
    beside = _beside_each_other(zone)
    return bool(spaced_rows(lines_of([*beside.left, *beside.right])))


def _beside_each_other(zone: _Zone) -> _Zone:
    """Return the zone without what has nothing on its other side."""
    top = max(min([piece.top for piece in side]) for side in (zone.left, zone.right)) - 1
    bottom = min(max([piece.bottom for piece in side]) for side in (zone.left, zone.right)) + 1
    left, right = ([piece for piece in side if top <= piece.middle <= bottom] for side in (zone.left, zone.right))
    return _Zone(top, bottom, left, right)


def _are_addresses(zone: _Zone) -> bool:
    """Tell two addresses beside each other: "To the buyer:" over its lines, "To the seller:" over others."""
    if not all(any(piece.text.endswith(":") for piece in side) for side in (zone.left, zone.right)):
        return False
    beside = _beside_each_other(zone)
    for side in (beside.left, beside.right):
        first = min(side, key=attrgetter("top"), default=None)
        below = [piece for piece in side if piece is not first]
        if first is None or not first.text.endswith(":") or not 2 <= len(below) <= _LONGEST_ADDRESS:
            return False
        if any(abs(piece.left - first.left) > first.height or is_number(piece.text) for piece in below):
            return False
    return True


class _Side:
    """What stands on one side of a gutter."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self.left = min([piece.left for piece in pieces])
        self.right = max([piece.right for piece in pieces])
        lengths: dict[int, int] = {}
        rights: dict[int, float] = {}
        for piece in pieces:
            row = round(piece.middle / max(piece.bottom - piece.top, 1.0))
            lengths[row] = lengths.get(row, -1) + piece.length + 1
            rights[row] = max(rights.get(row, 0.0), piece.right)
        self.lengths = sorted(lengths.values())
        self.usual_length = self.lengths[len(lengths) // 2]
        width = self.right - self.left
        full = sum([right > self.right - 0.25 * width for right in rights.values()])
        self.is_prose = (
            width > _NARROWEST_COLUMN and len(lengths) > 2 and self.usual_length >= _PROSE and 2 * full >= len(lengths)
        )
        self.may_be_headings = self.lengths[-1] >= 8 and _SHORTEST_HEADING <= self.usual_length <= 28


def _are_side_headings(zone: _Zone, heads: "_Side", texts: "_Side") -> bool:
    """Tell a narrow column of short headings, each beginning beside the text that it heads."""
    if len(heads.lengths) > 0.7 * len(texts.lengths) or len(texts.lengths) < 4:
        return False
    if not heads.may_be_headings or texts.usual_length < 25:
        return False
    if any(_MARKER.fullmatch(piece.text) for piece in zone.left):
        return False
    right = lines_of(zone.right)
    groups = _groups(zone.left)
    tops = [line.top for line in right]
    aligned = sum(any(abs(group[0].top - top) < 0.5 * group[0].height for top in tops) for group in groups)
    longest = max(sum(1 for _ in lines_of(group)) for group in groups)
    return 10 * aligned >= 7 * len(groups) and longest <= 8


def _groups(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Return the pieces of a narrow column, parted where a line's height or more is empty, and after a label."""
    groups: list[list[Piece]] = []
    bottom = 0.0
    for piece in sorted(pieces, key=attrgetter("top")):
        if groups and piece.top - bottom < 1.0 * piece.height and not groups[-1][-1].text.endswith(":"):
            groups[-1].append(piece)
        else:
            groups.append([piece])
        bottom = max(bottom, piece.bottom)
    return groups


def _beside(zone: _Zone, depth: int) -> list[list[Piece]]:
    """Return each heading at the margin before the text beside it."""
    parts: list[list[Piece]] = []
    groups = _groups(zone.left)
    tops = [min(piece.top for piece in group) - 2.0 for group in groups]
    texts: list[list[Piece]] = [[] for _ in range(len(groups) + 1)]
    for piece in zone.right:
        texts[bisect_right(tops, piece.top)].append(piece)
    parts += regions(texts[0], depth)
    for group, text in zip(groups, texts[1:], strict=True):
        beside = regions(text, depth)
        if beside and _is_label(group, beside[0]):
            parts.append([*group, *beside.pop(0)])
        else:
            parts.append(group)
        parts += beside
    return parts


def _is_label(group: Sequence[Piece], text: Sequence[Piece]) -> bool:
    """Tell a label that the first line beside it goes on, such as ``With a copy to:``."""
    first = min(text, key=attrgetter("top"))
    is_beside = all(abs(piece.middle - first.middle) < 0.4 * first.height for piece in group)
    return is_beside and max(group, key=attrgetter("right")).text.endswith(":")
