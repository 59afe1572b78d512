"""Objects of other programs that Office files embed as storages of OLE, and the files that they hold."""

import io
import re
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from needlepoint.files.members.part import Part
from needlepoint.files.office.compound import Path, compound_file
from needlepoint.files.office.package import package_kind
from needlepoint.files.ole import BoundedOle

OLE_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
DAMAGES = (OSError, ValueError, IndexError, TypeError, KeyError, OverflowError, RecursionError, struct.error)
"""What olefile, and who reads its streams, meets in damaged files."""

_STORAGE, _STREAM = 1, 2  # olefile's kinds of entry
_NATIVE, _LINK = "\x01Ole10Native", "\x01Ole"
_IS_LINK = 1
_ASIDE = ("Equation Native", "\x03OCXNAME")  # read with the text; a control of a form
_HOLDING = ("Package", "CONTENTS", "EmbeddedOdf", "package_stream")
_SUFFIXES = {"WordDocument": ".doc", "Workbook": ".xls", "Book": ".xls", "PowerPoint Document": ".ppt"} | {
    "__properties_version1.0": ".msg"
}
_LONGEST_NAME = 1_000
_MOST_STREAMS = 2_000
_PICTURE_ONLY = "the embedded object holds nothing but a picture of itself"
_BITMAP = b"BM"  # what the native data of a picture begins with


class OleObject:
    """An object that is kept in a storage of a file.

    :param ole: the file, which is open as long as the object is read.
    :param path: of the storage; the whole file where it is empty.
    :raises KeyError: there is no such storage.
    """

    def __init__(self, ole: BoundedOle, path: Path = ()) -> None:
        self._ole, self._path = ole, path
        self._entry = ole.root
        for name in path:
            self._entry = self._entry.kids_dict[name.lower()]

    @property
    def name(self) -> str:
        """The name of its storage."""
        return self._path[-1] if self._path else ""

    def storages(self, beginning: str) -> list["OleObject"]:
        """Return the storages in it whose names begin so, in order."""
        names = [each.name for each in self._entry.kids if each.entry_type == _STORAGE]
        return [OleObject(self._ole, (*self._path, name)) for name in names if name.startswith(beginning)]

    def has(self, name: str) -> bool:
        """Whether it has a stream of that name."""
        found = self._entry.kids_dict.get(name.lower())
        return found is not None and found.entry_type == _STREAM

    def stream(self, name: str) -> bytes | None:
        """Return a stream of it; none where it has none of that name."""
        return self._read((*self._path, name)) if self.has(name) else None

    @property
    def is_aside(self) -> bool:
        """Whether it holds no file: an equation, a control of a form, or a link to a file."""
        flags = (self.stream(_LINK) or b"")[4:8]
        return any(map(self.has, _ASIDE)) or bool(int.from_bytes(flags, "little") & _IS_LINK)

    @property
    def is_empty(self) -> bool:
        """Whether all that it holds is a picture of itself, and how that is shown."""
        return all(each.name[:1] < " " for each in self._entry.kids)

    @property
    def suffix(self) -> str:
        """The suffix of the file that it is itself, such as ``.xls``."""
        return next((suffix for name, suffix in _SUFFIXES.items() if self.has(name)), ".bin")

    def whole(self) -> bytes:
        """Return all of it as a file of its own.

        :raises ValueError: its streams together are larger than the file that they are in.
        """
        streams: dict[Path, Any] = {}
        classes: dict[Path, bytes] = {(): _identifier(self._entry)}
        for path, entry in _inside(self._entry):
            if entry.entry_type == _STREAM:
                streams[path] = entry
            else:
                classes[path] = _identifier(entry)
            if len(streams) + len(classes) > _MOST_STREAMS:
                raise ValueError("more streams than an Office file has")
        if sum(entry.size for entry in streams.values()) > self._ole.fp.seek(0, io.SEEK_END):
            raise ValueError("its streams lie over each other")
        return compound_file({path: self._read((*self._path, *path)) for path in streams}, classes)

    def _read(self, path: Path) -> bytes:
        content: bytes = self._ole.openstream(list(path)).read()
        return content


@contextmanager
def opened_object(data: bytes) -> Iterator[OleObject]:
    """Open an object that is a file of its own; what is damaged raises one of :data:`DAMAGES`."""
    with BoundedOle(io.BytesIO(data)) as ole:
        yield OleObject(ole)


def file_parts(data: bytes, base: str) -> Iterator[Part]:
    """Return the file that an object holds which is kept as a file of its own.

    :param base: its name, where it states none.
    """
    try:
        with opened_object(data) as found:
            yield from object_parts(found, base, data)
    except DAMAGES as error:
        yield damaged_part(base, error)


def object_parts(found: OleObject, base: str, data: bytes | None = None) -> Iterator[Part]:
    """Return the file that an object holds; one of another program is itself the file.

    :param base: its name, where it states none.
    :param data: the bytes of the object, where it is a file of its own.
    """
    try:
        if not found.is_aside:
            yield _part(found, base, data)
    except DAMAGES as error:
        yield damaged_part(base, error)


def damaged_part(base: str, error: Exception) -> Part:
    """Return an object that cannot be read, with the reason."""
    return Part(base, lambda: (), f"the embedded object is damaged ({type(error).__name__})")


def _part(found: OleObject, base: str, data: bytes | None) -> Part:
    stem = PurePosixPath(base).stem
    native = found.stream(_NATIVE)
    if native is not None and native[4:6] == _BITMAP:
        return Part(f"{stem}.bmp", lambda: [native[4:]])
    if native is not None:
        name, packaged = _packaged(native)
        return Part(name or base, lambda: [packaged])
    held = next(filter(None, map(found.stream, _HOLDING)), None)
    if held is not None:
        return Part(stem + _suffix(held), lambda: [held])
    if found.is_empty:
        return Part(base, lambda: (), _PICTURE_ONLY)
    return Part(stem + found.suffix, lambda: [found.whole() if data is None else data])


def _packaged(data: bytes) -> tuple[str, bytes]:
    """Return the name and the bytes of a file that was embedded as such (an icon with a name below)."""
    label, place = _zero_ended(data, 6)
    source, place = _zero_ended(data, place)
    (size,) = struct.unpack_from("<I", data, place + 4)  # of the path of a temporary copy
    place += 8 + size
    (size,) = struct.unpack_from("<I", data, place)
    end = place + 4 + size
    return re.split(r"[\\/]", _wide_label(data, end) or label or source)[-1], data[place + 4 : end]


def _wide_label(data: bytes, start: int) -> str:
    """Return the name in all letters, which newer programs write behind the bytes; empty where there is none."""
    text, place = b"", start
    with suppress(struct.error, UnicodeDecodeError):
        for _ in range(2):  # the path of the temporary copy, then the name
            (count,) = struct.unpack_from("<I", data, place)
            text = data[place + 4 : place + 4 + 2 * min(count, _LONGEST_NAME)]
            place += 4 + 2 * count
        return text.decode("utf-16-le").rstrip("\0")
    return ""


def _zero_ended(data: bytes, start: int) -> tuple[str, int]:
    end = data.index(b"\0", start, start + _LONGEST_NAME)
    return data[start:end].decode("cp1252", "replace"), end + 1


def _suffix(content: bytes) -> str:
    if content.startswith(b"%PDF-"):
        return ".pdf"
    kind = package_kind(content)
    return f".{kind}" if kind else ".bin"


def _inside(storage: Any) -> Iterator[tuple[Path, Any]]:
    """Return the entries in a storage, and in those in it, by their paths."""
    for entry in storage.kids_dict.values():
        yield (entry.name,), entry
        for path, inner in _inside(entry) if entry.entry_type == _STORAGE else ():
            yield (entry.name, *path), inner


def _identifier(storage: Any) -> bytes:
    return UUID(storage.clsid).bytes_le if storage.clsid else bytes(16)
