"""The shapes of a ``.ppt``'s slide: where they stand, and what is in them."""

import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from needlepoint.files.office.old.slides.records import Kind, Record

_DELETED, _PATRIARCH = 8, 4
_PICTURE = 75
_DESCRIPTION, _HIDDEN, _TABLE = 0x0381, 0x03BF, 0x039F  # properties
_IS_HIDDEN = 0x20002
_IS_COMPLEX, _NUMBER = 0x8000, 0x3FFF
_DEEPEST = 30
_UNITS_TO_EMU = 914_400 // 576


@dataclass(slots=True)
class Shape:
    """A shape, or a group of shapes.

    :param left: in English Metric Units, as ``top``, ``width`` and ``height`` are; within a group in units of its own.
    :param placeholder: the number of what it stands for in the layout; 0 for none.
    :param object: the number of the object that it shows; 0 for none.
    """

    left: int = 0
    top: int = 0
    width: int = 0
    height: int = 0
    box: Record | None = None
    placeholder: int = 0
    object: int = 0
    description: str = ""
    is_picture: bool = False
    is_table: bool = False
    parts: list["Shape"] = field(default_factory=list)


def shapes_of(slide: Record) -> list[Shape]:
    """Return the shapes that stand on a slide, in the order of drawing; hidden ones are left out."""
    drawing = slide.child(Kind.DRAWING)
    groups = [] if drawing is None else [each for part in drawing.children() for each in part.children()]
    return [shape for group in groups if group.kind == Kind.GROUP for shape in _in_group(group, 0)]


def _in_group(group: Record, depth: int) -> Iterator[Shape]:
    parts = list(group.children())
    for each in parts[1:]:  # the first is the group itself
        if each.kind == Kind.SHAPE:
            shape = _shape(each)
        elif each.kind == Kind.GROUP and depth < _DEEPEST:
            head = each.child(Kind.SHAPE)
            shape = None if head is None else _shape(head)
            if shape is not None:
                shape.parts = list(_in_group(each, depth + 1))
        else:
            continue
        if shape is not None:
            yield shape


def _shape(record: Record) -> Shape | None:
    """Return a shape; nothing where it is deleted or hidden."""
    shape = Shape()
    for each in record.children():
        if each.kind == Kind.SHAPE_ATOM:
            flags = int.from_bytes(each.data[4:8], "little")
            shape.is_picture = each.instance == _PICTURE
            if flags & (_DELETED | _PATRIARCH):
                return None
        elif each.kind in (Kind.ANCHOR, Kind.CHILD_ANCHOR):
            _place(shape, each)
        elif each.kind == Kind.TEXT_BOX:
            shape.box = Record(each.kind, each.instance, each.data, True)
        elif each.kind == Kind.CLIENT_DATA:
            known = each.child(Kind.PLACEHOLDER)
            shape.placeholder = known.data[4] if known and len(known.data) > 4 else 0
            shown = each.child(Kind.OBJECT_REFERENCE)
            shape.object = int.from_bytes(shown.data[:4], "little") if shown else 0
        elif each.kind in (Kind.OPTIONS, Kind.MORE_OPTIONS):
            options = dict(_options(each))
            if int.from_bytes(options.get(_HIDDEN, b""), "little") & _IS_HIDDEN == _IS_HIDDEN:
                return None
            shape.is_table |= bool(int.from_bytes(options.get(_TABLE, b""), "little") & 1)
            shape.description = options.get(_DESCRIPTION, b"").decode("utf-16-le", "replace").rstrip("\0") or (
                shape.description
            )
    return shape


def _place(shape: Shape, anchor: Record) -> None:
    with suppress(struct.error):
        if anchor.kind == Kind.CHILD_ANCHOR:
            left, top, right, bottom = struct.unpack_from("<4i", anchor.data)
        else:
            form = "<4h" if len(anchor.data) == 8 else "<4i"
            top, left, right, bottom = struct.unpack_from(form, anchor.data)
        shape.left, shape.top = left * _UNITS_TO_EMU, top * _UNITS_TO_EMU
        shape.width, shape.height = max(0, right - left) * _UNITS_TO_EMU, max(0, bottom - top) * _UNITS_TO_EMU


def _options(record: Record) -> Iterator[tuple[int, bytes]]:
    """Return the properties that a shape states; long values lie behind all short ones."""
    behind = 6 * record.instance
    for at in range(0, min(behind, len(record.data) - 5), 6):
        number, value = struct.unpack_from("<HI", record.data, at)
        if number & _IS_COMPLEX:
            yield number & _NUMBER, record.data[behind : behind + value]
            behind += value
        else:
            yield number & _NUMBER, record.data[at + 2 : at + 6]
