"""What a ``.doc`` states of characters, paragraphs and rows: single property modifiers (Sprm)."""

import struct
from collections.abc import Iterator
from enum import IntEnum

from needlepoint.files.flow.blocks import RowShape

_LENGTHS = (1, 1, 2, 4, 2, 2, -1, 3)  # bytes of an operand, by the kind that the modifier's last bits state
_VARIABLE = -1
_CELL = struct.Struct("<H18x")
_JOINS, _HANGS, _HANGS_FIRST = 1, 0x20, 0x40  # bits of a cell's flags


class Sprm(IntEnum):
    """The modifiers that tell what is shown, and as what."""

    IS_REVISION_DELETED = 0x0800
    IS_OBJECT = 0x080A
    IS_STRUCK = 0x0837
    IS_HIDDEN = 0x083C
    IS_SPECIAL = 0x0855
    IS_STRUCK_TWICE = 0x2A53
    RAISED = 0x2A48
    FONT = 0x4A4F
    SYMBOL = 0x6A09
    PICTURE = 0x6A03
    IN_TABLE = 0x2416
    ENDS_ROW = 0x2417
    BREAKS_PAGE = 0x2407
    ENDS_INNER_CELL = 0x244B
    ENDS_INNER_ROW = 0x244C
    DEPTH = 0x6649
    OUTLINE_LEVEL = 0x2640
    LIST_LEVEL = 0x260A
    LIST = 0x460B
    HUGE = 0x6646
    HUGE_TABLE = 0x646B
    IS_HEADING_ROW = 0x3404
    TABLE = 0xD608
    TABS = 0xC615
    SECTION_BREAK = 0x3009


Properties = dict[int, bytes]
"""Operands by their modifiers."""


def properties_in(data: bytes) -> Properties:
    """Return the modifiers of a list of them; those behind damage are lost."""
    return dict(_modifiers(data))


def _modifiers(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 2 <= len(data):
        (sprm,) = struct.unpack_from("<H", data, at)
        at += 2
        size = _LENGTHS[sprm >> 13]
        if sprm == Sprm.TABLE and at + 2 <= len(data):
            size = 1 + int.from_bytes(
                data[at : at + 2], "little"
            )  # two bytes of length, one less than it says behind them
        elif size == _VARIABLE and at < len(data):
            if sprm == Sprm.TABS and data[at] == 0xFF:  # its length must be counted
                return
            size = 1 + data[at]
        if size < 1 or at + size > len(data):
            return
        yield sprm, data[at : at + size]
        at += size


def number(properties: Properties, sprm: Sprm, default: int = 0) -> int:
    """Return an operand as a number."""
    return int.from_bytes(properties[sprm], "little", signed=True) if sprm in properties else default


def is_on(properties: Properties, sprm: Sprm, *, in_style: bool = False) -> bool:
    """Tell whether a switch is on: 128 means as in the style, 129 the opposite of it."""
    operand = properties.get(sprm)
    if not operand:
        return in_style
    return {0: False, 1: True, 0x80: in_style, 0x81: not in_style}.get(operand[0], False)


def row_shape(properties: Properties) -> RowShape:
    """Return how a row is laid out, by the definition of its table."""
    shape = RowShape(is_heading=is_on(properties, Sprm.IS_HEADING_ROW))
    operand = properties.get(Sprm.TABLE, b"")[2:]
    count = operand[0] if operand else 0
    if len(operand) < 1 + 2 * (count + 1):
        return shape
    edges = struct.unpack_from(f"<{count + 1}h", operand, 1)
    cells = operand[1 + 2 * (count + 1) :]
    for at in range(count):
        (flags,) = _CELL.unpack_from(cells, 20 * at) if 20 * (at + 1) <= len(cells) else (0,)
        shape.add(edges[at + 1], joins=flags & 3 == _JOINS, hangs=bool(flags & _HANGS) and not flags & _HANGS_FIRST)
    return shape
