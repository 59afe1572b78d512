"""In which order a person reads the boxes of a slide: columns one after the other, a label with its value, tiles each whole."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain, pairwise
from typing import Any

from needlepoint.files.pages import PageText
from needlepoint.text.marks import MarkKind

_SAME_ROW = 0.5  # of the lower box's height, between the middles of two boxes that stand side by side
_WIDE = 0.6  # of the width of all boxes: a box that stands above or below columns
_OVERLAP = 0.2  # of the narrower one's width, that boxes of two columns may overlap
_CLEAR_GAP = 1.8  # times the next widest
_LONGEST_TILE = 60  # words
_SHORT = 60  # characters of a label or of a value beside one
_FIGURE = re.compile(r"[^\w]*(?:[A-Z]{3}\s*)?\d[\d.,\s]*\s*(?:%|[^\W\d_]{1,3}\b|million|billion|bn|mn)?[^\w]*")
_MOST_BOXES = 2000
_DEEPEST = 12


@dataclass(frozen=True, slots=True)
class Box:
    """A shape and its place, in any unit; ``text`` is what it says, empty for a table or a picture."""

    left: int
    top: int
    width: int
    height: int
    text: str
    shape: Any = field(compare=False, default=None)

    @property
    def right(self) -> int:
        """Where it ends at the right."""
        return self.left + self.width

    @property
    def middle(self) -> float:
        """Half way down."""
        return self.top + self.height / 2

    @property
    def is_short(self) -> bool:
        """Whether it says a few words on one line."""
        return 0 < len(self.text) <= _SHORT and "\n" not in self.text

    @property
    def is_figure(self) -> bool:
        """Whether it says a number and its unit, nothing more."""
        return _FIGURE.fullmatch(self.text.strip()) is not None


@dataclass(frozen=True, slots=True)
class Group:
    """Boxes that belong together, in order.

    :param kind: ``text``; ``pair`` of a label and its value; ``tile``, one of several alike side by side.
    """

    boxes: tuple[Box, ...]
    kind: str = "text"


def write_group(page: PageText, group: Group, *, about: str) -> bool:
    """Write a label with its value, or a tile, as one; tell whether the boxes were such a group.

    :param about: the slide's title.
    """
    texts = [box.text for box in group.boxes]
    if group.kind == "pair" and all(texts):
        page.write(f"{texts[0].rstrip(' :')}: {texts[1].rstrip('.')}.", gap=1)
    elif group.kind == "tile" and all(texts) and sum(len(text.split()) for text in texts) <= _LONGEST_TILE:
        page.write("\n".join(texts), kind=MarkKind.ROW, about=about)
    else:
        return False
    return True


def reading_order(boxes: Sequence[Box]) -> list[Group]:
    """Return boxes in the order in which they are read, those that belong together in groups."""
    boxes = sorted(boxes, key=lambda box: (box.top, box.left))
    if len(boxes) > _MOST_BOXES:
        return [Group((box,)) for box in boxes]
    return _ordered(boxes, 0)


def _ordered(boxes: list[Box], depth: int) -> list[Group]:
    bands = _bands(boxes)
    if depth > _DEEPEST or all(len(band) == 1 for band in bands):
        return [Group((box,)) for band in bands for box in band]
    left, right = min(box.left for box in boxes), max(box.right for box in boxes)
    for at, band in enumerate(bands):
        if len(band) == 1 and len(bands) > 1 and band[0].width >= _WIDE * (right - left):
            above = [box for each in bands[:at] for box in each]
            below = [box for each in bands[at + 1 :] for box in each]
            parts = (_ordered(part, depth + 1) if part else [] for part in (above, below))
            return [*next(parts), Group((band[0],)), *next(parts)]
    if at := _widest_gap(bands):
        halves = (list(chain.from_iterable(part)) for part in (bands[:at], bands[at:]))
        return [group for half in halves for group in _ordered(half, depth + 1)]
    return _side_by_side(bands, _columns(boxes), depth)


def _widest_gap(bands: list[list[Box]]) -> int:
    """Return how many bands stand above a gap that is clearly the widest, where several stand on each side of it; else 0."""
    bottoms = [max(box.top + box.height for box in band) for band in bands]
    gaps = [max(0, min(box.top for box in band) - bottom) for band, bottom in zip(bands[1:], bottoms, strict=False)]
    if len(gaps) < 3:
        return 0
    widest = max(gaps)
    at = gaps.index(widest) + 1
    height = min(box.height for band in bands for box in band)
    is_clear = widest > _CLEAR_GAP * sorted(gaps)[-2] and 2 * widest > height
    return at if is_clear and 2 <= at <= len(bands) - 2 else 0


def _side_by_side(bands: list[list[Box]], columns: list[list[Box]], depth: int) -> list[Group]:
    if len(columns) > 1:
        if _are_pairs(bands, columns):
            return [Group(tuple(band), "pair" if len(band) == 2 else "text") for band in bands]
        if _are_figures_with_labels(bands, columns):
            return [
                Group(pair, "tile")
                for upper, lower in zip(bands[::2], bands[1::2], strict=True)
                for pair in zip(upper, lower, strict=True)
            ]
        if all(_is_column(column, bands) for column in columns):
            return [group for column in columns for group in _column(column, len(columns), depth)]
    return [Group((box,)) for band in bands for box in band]


def _column(column: list[Box], columns: int, depth: int) -> list[Group]:
    """Return the groups of a column; a heading over a few boxes, beside others like it, is a tile."""
    if len(_columns(column)) == 1 and 1 < len(column) <= 4 and columns > 1:
        return [Group(tuple(column), "tile")]
    return _ordered(column, depth + 1)


def _bands(boxes: Sequence[Box]) -> list[list[Box]]:
    """Return the boxes that stand side by side, from top to bottom."""
    bands: list[list[Box]] = []
    for box in sorted(boxes, key=lambda box: (box.middle, box.left)):
        last = bands[-1][0] if bands else None
        if last is not None and abs(box.middle - last.middle) <= _SAME_ROW * min(box.height, last.height):
            bands[-1].append(box)
        else:
            bands.append([box])
    return [sorted(band, key=lambda box: box.left) for band in bands]


def _columns(boxes: Sequence[Box]) -> list[list[Box]]:
    """Return the boxes that stand below each other, from left to right."""
    columns: list[list[Box]] = []
    end = 0.0
    for box in sorted(boxes, key=lambda box: (box.left, box.top)):
        if columns and box.left < end - _OVERLAP * box.width:
            columns[-1].append(box)
            end = max(end, box.right)
        else:
            columns.append([box])
            end = box.right
    return [sorted(column, key=lambda box: (box.top, box.left)) for column in columns]


def _is_full_grid(bands: Sequence[Sequence[Box]], columns: Sequence[Sequence[Box]]) -> bool:
    return all(len(band) == len(columns) for band in bands) and all(len(column) == len(bands) for column in columns)


def _are_pairs(bands: list[list[Box]], columns: list[list[Box]]) -> bool:
    """Tell a list of labels with values beside them: two columns of short texts, evenly below each other."""
    if (
        len(columns) != 2
        or not _is_full_grid(bands, columns)
        or not all(box.is_short for band in bands for box in band)
    ):
        return False
    labels, values = columns
    if any(box.is_figure for box in labels):
        return False
    if all(box.is_figure for box in values) or all(box.text.endswith(":") for box in labels):
        return True
    return len(bands) > 2 and len({box.is_figure for box in values}) == 1


def _are_figures_with_labels(bands: list[list[Box]], columns: list[list[Box]]) -> bool:
    """Tell tiles of a figure and its label, one above the other, in one row or several."""
    if len(bands) % 2 or not _is_full_grid(bands, columns) or not all(box.is_short for band in bands for box in band):
        return False
    kinds = [{box.is_figure for box in band} for band in bands]
    return all(len(kind) == 1 for kind in kinds) and all(a != b for a, b in pairwise(kinds))


def _is_column(column: list[Box], bands: list[list[Box]]) -> bool:
    """Tell a column from a box that only stands beside another one: several boxes, or one as high as several."""
    if len(column) > 1:
        return True
    box = column[0]
    beside = sum(any(box.top <= each.middle <= box.top + box.height for each in band) for band in bands)
    return beside > 1
