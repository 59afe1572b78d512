"""The files that are embedded in Word, PowerPoint and Excel files, with the names that they had."""

import io
import posixpath
import re
import struct
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import PurePosixPath

from lxml import etree

from needlepoint.errors import UnreadableFileError
from needlepoint.files.limits import DAMAGED, Limits
from needlepoint.files.members.part import Part
from needlepoint.files.office.package import DAMAGES, package_kind
from needlepoint.files.office.properties import parse_part

_KINDS = ("/oleObject", "/package")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NATIVE, _EQUATION = "\x01Ole10Native", "Equation Native"
_HOLDING = ("Package", "CONTENTS", "EmbeddedOdf")
_LONGEST_LINKS = 1_000_000
_LONGEST_NAME = 1_000
_CHUNK = 1 << 20


def embedded_parts(data: bytes, limits: Limits) -> Iterator[Part]:
    """Return the embedded files; those with the numbers of a chart are left out, as they are read with the chart."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            wanted = {path for info in archive.infolist() for path in _targets(archive, info)}
            for info in archive.infolist():
                if info.filename in wanted and info.file_size:
                    yield from _embedded(archive, info, PurePosixPath(info.filename).name, limits)
    except DAMAGES as error:
        raise UnreadableFileError(DAMAGED) from error


def _targets(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[str]:
    """Return the embedded files that a part of the package relates to."""
    place = PurePosixPath(info.filename)
    if place.suffix != ".rels" or "charts" in place.parts or info.file_size > _LONGEST_LINKS:
        return
    with suppress(etree.XMLSyntaxError):
        for relation in parse_part(archive.read(info)):
            is_here = relation.get("TargetMode") != "External"
            if is_here and str(relation.get("Type") or "").endswith(_KINDS):
                target = posixpath.join("/", place.parent.parent.as_posix(), str(relation.get("Target") or ""))
                yield posixpath.normpath(target).lstrip("/")


def _embedded(archive: zipfile.ZipFile, info: zipfile.ZipInfo, base: str, limits: Limits) -> Iterator[Part]:
    with archive.open(info) as file:
        is_ole = file.read(len(_OLE)) == _OLE
    if not is_ole:
        yield Part(base, lambda: _chunks(archive, info))
    elif info.file_size > limits.max_bytes:
        yield Part(base, lambda: (), f"larger than the {limits.max_bytes / 1e6:,.0f} MB allowed: split it")
    else:
        yield from _object(base, archive.read(info))


def _chunks(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(info) as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _object(base: str, data: bytes) -> Iterator[Part]:
    """Return the file that an embedded object holds; one of another program is itself the file."""
    from olefile import OleFileIO

    stem = PurePosixPath(base).stem
    try:
        with OleFileIO(io.BytesIO(data)) as ole:
            if ole.exists(_EQUATION):  # read with the text
                return
            if ole.exists(_NATIVE):
                name, content = _native(ole.openstream(_NATIVE).read())
                yield Part(name or base, lambda: [content])
                return
            held = next((ole.openstream(name).read() for name in _HOLDING if ole.exists(name)), None)
    except (OSError, ValueError, IndexError, TypeError, struct.error) as error:
        yield Part(base, lambda: (), f"the embedded object is damaged ({type(error).__name__})")
        return
    content = data if held is None else held
    yield Part(stem + _suffix(content), lambda: [content])


def _native(data: bytes) -> tuple[str, bytes]:
    """Return the name and the bytes of a file that was embedded as such (an icon with a name below)."""
    label, place = _zero_ended(data, 6)
    source, place = _zero_ended(data, place)
    (size,) = struct.unpack_from("<I", data, place + 4)  # of the path of a temporary copy
    place += 8 + size
    (size,) = struct.unpack_from("<I", data, place)
    name = label or source
    return re.split(r"[\\/]", name)[-1], data[place + 4 : place + 4 + size]


def _zero_ended(data: bytes, start: int) -> tuple[str, int]:
    end = data.index(b"\0", start, start + _LONGEST_NAME)
    return data[start:end].decode("cp1252", "replace"), end + 1


def _suffix(content: bytes) -> str:
    if content.startswith(b"%PDF-"):
        return ".pdf"
    kind = package_kind(content)
    return f".{kind}" if kind else ".bin"
