"""Writes the form of file that old Office files have (MS-CFB, version 3): streams in storages. olefile only reads it.

All is laid out in one pass: head, contents, directory, and at last the table of sectors (FAT), which counts its own, too.
"""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

Path = tuple[str, ...]

_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SECTOR, _MINI, _CUTOFF = 512, 64, 4096  # bytes; a stream below the last is kept in small sectors
_FREE, _END, _FAT, _DIFAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFC
_IN_HEAD, _IN_SECTOR = 109, 127  # sectors of the table that the head lists, and each sector of its list
_ENTRY = struct.Struct("<64sHBBIII16sI16xIQ")
_STORAGE, _STREAM, _ROOT, _BLACK = 1, 2, 5, 1
_LONGEST_NAME = 31  # units of UTF-16
_NO_CLASS = bytes(16)


def compound_file(streams: Mapping[Path, bytes], classes: Mapping[Path, bytes] | None = None) -> bytes:
    """Return the bytes of a file with these streams.

    :param streams: by path, such as ``("storage", "stream")``.
    :param classes: identifiers (CLSID) of storages by path, which tell the program that they are of; ``()`` is the file's.
    :raises ValueError: a name is too long, or one is both a stream and a storage.
    """
    root = _Entry("Root Entry", _ROOT, (classes or {}).get((), _NO_CLASS))
    for path, data in streams.items():
        place = root
        for depth, name in enumerate(path[:-1], start=1):
            place = place.storage(name, (classes or {}).get(path[:depth], _NO_CLASS))
        place.add(_Entry(path[-1], _STREAM, data=data))
    return _Layout().file(root)


@dataclass(slots=True)
class _Entry:
    """A stream or a storage; ``left``, ``right`` and ``child`` are numbers of other entries."""

    name: str
    kind: int
    identifier: bytes = _NO_CLASS
    data: bytes = b""
    held: dict[str, "_Entry"] = field(default_factory=dict)
    left: int = _FREE
    right: int = _FREE
    child: int = _FREE

    def storage(self, name: str, identifier: bytes) -> "_Entry":
        found = self.held.get(name.upper())
        if found is None:
            return self.add(_Entry(name, _STORAGE, identifier))
        if found.kind != _STORAGE:
            raise ValueError(f"{name!r} is both a stream and a storage")
        return found

    def add(self, entry: "_Entry") -> "_Entry":
        if len(entry.name.encode("utf-16-le")) > 2 * _LONGEST_NAME:
            raise ValueError(f"a name may have {_LONGEST_NAME} characters, got {entry.name!r}")
        if entry.name.upper() in self.held:
            raise ValueError(f"{entry.name!r} is there twice")
        self.held[entry.name.upper()] = entry
        return entry


class _Layout:
    """The sectors of a file that is being written, each with the one that follows it."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._next: list[int] = []
        self._small: list[bytes] = []
        self._small_next: list[int] = []
        self._entries: list[_Entry] = []

    def file(self, root: _Entry) -> bytes:
        """Return the bytes of a file."""
        self._entries.append(root)
        self._list(root)
        places = [self._place(entry) for entry in self._entries[1:]]
        small = b"".join(self._small)
        packed = _packed(root, self._chain(small), len(small))
        packed += b"".join(_packed(entry, *place) for entry, place in zip(self._entries[1:], places, strict=True))
        packed += b"".join(_packed(_Entry("", 0), 0, 0) for _ in range(-len(self._entries) % 4))
        directory = self._chain(packed)
        small_table = self._chain(_numbers(self._small_next, _SECTOR // 4))
        return self._closed(directory, small_table)

    def _list(self, storage: _Entry) -> None:
        """List what a storage holds, and make it a search tree: by the lengths of names, then by letters."""
        held = sorted(storage.held.values(), key=lambda each: (len(each.name.encode("utf-16-le")), each.name.upper()))
        first = len(self._entries)
        self._entries += held
        storage.child = self._tree(held, first, 0, len(held))
        for each in held:
            self._list(each)

    def _tree(self, held: Sequence[_Entry], first: int, start: int, end: int) -> int:
        if start >= end:
            return _FREE
        middle = (start + end) // 2
        held[middle].left = self._tree(held, first, start, middle)
        held[middle].right = self._tree(held, first, middle + 1, end)
        return first + middle

    def _place(self, entry: _Entry) -> tuple[int, int]:
        """Write a stream; return its first sector and its size."""
        size = len(entry.data)
        if entry.kind == _STORAGE:
            return 0, 0
        if size >= _CUTOFF or not size:
            return self._chain(entry.data), size
        self._small.append(entry.data + bytes(-size % _MINI))
        return _chained(self._small_next, -(-size // _MINI)), size

    def _chain(self, data: bytes) -> int:
        if not data:
            return _END
        self._parts.append(data + bytes(-len(data) % _SECTOR))
        return _chained(self._next, -(-len(data) // _SECTOR))

    def _closed(self, directory: int, small_table: int) -> bytes:
        tables = lists = 0
        while tables * _SECTOR // 4 < len(self._next) + tables + lists:
            tables += 1
            lists = -(-max(tables - _IN_HEAD, 0) // _IN_SECTOR)
        first = len(self._next)
        listed = list(range(first, first + tables))
        table = _numbers([*self._next, *[_FAT] * tables, *[_DIFAT] * lists], _SECTOR // 4)
        bounds = range(_IN_HEAD, _IN_HEAD + _IN_SECTOR * lists + 1, _IN_SECTOR)
        followers = [*range(first + tables + 1, first + tables + lists), _END]
        further = b"".join(
            _numbers(listed[start:end], _IN_SECTOR) + struct.pack("<I", follower)
            for (start, end), follower in zip(pairwise(bounds), followers, strict=False)
        )
        head = _MARK + bytes(16) + struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
        head += struct.pack("<6I", 0, tables, directory, 0, _CUTOFF, small_table)
        head += struct.pack("<3I", -(-4 * len(self._small_next) // _SECTOR), first + tables if lists else _END, lists)
        head += _numbers(listed[:_IN_HEAD], _IN_HEAD)
        return b"".join([head, *self._parts, table, further])


def _chained(following: list[int], count: int) -> int:
    """Note that so many sectors follow each other; return the first."""
    first = len(following)
    following += [*range(first + 1, first + count), _END]
    return first


def _numbers(numbers: Sequence[int], whole: int) -> bytes:
    """Return numbers of four bytes, filled up to a multiple of so many."""
    filled = [*numbers, *[_FREE] * (-len(numbers) % whole)]
    return struct.pack(f"<{len(filled)}I", *filled)


def _packed(entry: _Entry, start: int, size: int) -> bytes:
    name = entry.name.encode("utf-16-le") + b"\0\0" if entry.kind else b""
    return _ENTRY.pack(
        name,
        len(name),
        entry.kind,
        _BLACK,
        entry.left,
        entry.right,
        entry.child,
        entry.identifier,
        0,
        start,
        size,
    )
