"""The records of a ``.ppt``: each has a kind and a length, and some hold others."""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from needlepoint.errors import UnreadableFileError
from needlepoint.files.limits import BOMB, Limits

_HEAD = struct.Struct("<HHI")
_CONTAINER = 0xF


class Kind(IntEnum):
    """The kinds of record that tell what is shown."""

    DOCUMENT = 0x03E8
    SLIDE = 0x03EE
    SLIDE_ATOM = 0x03EF
    NOTES = 0x03F0
    SLIDE_PLACE = 0x03F3
    SHOW = 0x03F9
    OBJECT_LIST = 0x0409
    DRAWING = 0x040C
    OBJECT_REFERENCE = 0x0BC1
    PLACEHOLDER = 0x0BC3
    OUTLINE_TEXT = 0x0F9E
    TEXT_KIND = 0x0F9F
    CHARACTERS = 0x0FA0
    STYLE = 0x0FA1
    BYTES = 0x0FA8
    OBJECT_ATOM = 0x0FC3
    EMBEDDED = 0x0FCC
    SLIDE_LIST = 0x0FF0
    EDIT = 0x0FF5
    OBJECT = 0x1011
    PLACES = 0x1772
    GROUP = 0xF003
    SHAPE = 0xF004
    SHAPE_ATOM = 0xF00A
    OPTIONS = 0xF00B
    TEXT_BOX = 0xF00D
    CHILD_ANCHOR = 0xF00F
    ANCHOR = 0xF010
    CLIENT_DATA = 0xF011
    MORE_OPTIONS = 0xF122


@dataclass(frozen=True, slots=True)
class Record:
    """A record.

    :param instance: what tells apart records of a kind.
    :param data: what it holds, without its head.
    """

    kind: int
    instance: int
    data: bytes
    is_container: bool

    def children(self) -> Iterator["Record"]:
        """Return the records in it, in order."""
        return records_in(self.data) if self.is_container else iter(())

    def unpacked(self, limits: Limits) -> bytes:
        """Return what is kept of an object, which may be compressed: then its size is stated before.

        :raises UnreadableFileError: it is a bomb, too large or damaged.
        """
        if not self.instance:
            return self.data
        size = int.from_bytes(self.data[:4], "little")
        if limits.is_bomb(size, len(self.data)):
            raise UnreadableFileError(BOMB)
        if size > limits.max_bytes:
            raise UnreadableFileError(f"larger than the {limits.max_bytes / 1e6:,.0f} MB allowed: split it")
        try:
            return zlib.decompressobj().decompress(self.data[4:], max(size, 1))
        except zlib.error as error:
            raise UnreadableFileError("the embedded object is damaged (zlib)") from error

    def child(self, kind: int) -> "Record | None":
        """Return the first record of a kind in it."""
        return next((each for each in self.children() if each.kind == kind), None)


def records_in(data: bytes) -> Iterator[Record]:
    """Return the records of a stream; what is cut short ends it."""
    at = 0
    while at + _HEAD.size <= len(data):
        record = record_at(data, at)
        yield record
        at += _HEAD.size + len(record.data)


def record_at(data: bytes, at: int) -> Record:
    """Return the record at a place."""
    version, kind, length = _HEAD.unpack_from(data, at)
    start = at + _HEAD.size
    return Record(kind, version >> 4, data[start : start + length], version & 0xF == _CONTAINER)
