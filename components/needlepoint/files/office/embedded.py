"""The files that are embedded in Word, PowerPoint and Excel files, with the names that they had."""

import io
import posixpath
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import PurePosixPath

from lxml import etree

from needlepoint.errors import UnreadableFileError
from needlepoint.files.limits import DAMAGED, Limits
from needlepoint.files.members.part import Part
from needlepoint.files.office.objects import OLE_MARK, file_parts
from needlepoint.files.office.package import DAMAGES
from needlepoint.files.office.properties import parse_part

_KINDS = ("/oleObject", "/package")
_LONGEST_LINKS = 1_000_000
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
        is_ole = file.read(len(OLE_MARK)) == OLE_MARK
    if not is_ole:
        yield Part(base, lambda: _chunks(archive, info))
    elif info.file_size > limits.max_bytes:
        yield Part(base, lambda: (), f"larger than the {limits.max_bytes / 1e6:,.0f} MB allowed: split it")
    else:
        yield from file_parts(archive.read(info), base)


def _chunks(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(info) as file:
        while chunk := file.read(_CHUNK):
            yield chunk
