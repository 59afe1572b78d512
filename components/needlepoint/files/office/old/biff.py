"""The records of a workbook's stream (MS-XLS 2.1.4): kind and size in two bytes each, then the data.

A sheet's records stand between ``BOF`` and ``EOF``, and so do those of each chart inside of it.
"""

import struct
from collections.abc import Iterator

BOF, EOF, FORMAT = 0x0809, 0x000A, 0x041E

Record = tuple[int, bytes]


def records_in(stream: bytes) -> Iterator[Record]:
    """Yield the records from the first, a ``BOF``, to its ``EOF``."""
    depth = 0
    for kind, data in all_records(stream):
        yield kind, data
        depth += (kind == BOF) - (kind == EOF)
        if depth <= 0:
            return


def all_records(stream: bytes) -> Iterator[Record]:
    """Yield the records of all sheets."""
    at = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + size]
        at += 4 + size


def short_string(data: bytes) -> str:
    """Return a string that begins with its number of characters and a flag, a byte each."""
    return _string(data[:1], data[1:])


def long_string(data: bytes) -> str:
    """Return a string that begins with its number of characters, in two bytes, and a flag."""
    return _string(data[:2], data[2:])


def _string(count: bytes, data: bytes) -> str:
    if not data:
        return ""
    width = 1 + (data[0] & 1)
    return decoded(data[1 : 1 + width * int.from_bytes(count, "little")], width)


def decoded(data: bytes, width: int) -> str:
    """Return the text of characters of one byte or two."""
    return data.decode("utf-16-le" if width == 2 else "latin-1", "replace")


def number_at(data: bytes, at: int) -> int:
    """Return a number of two bytes; 0 where the record ends before it."""
    return int.from_bytes(data[at : at + 2], "little") if len(data) >= at + 2 else 0
