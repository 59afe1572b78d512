"""Tar archives, compressed or not: what is in them, read once from the beginning to the end."""

import io
import lzma
import tarfile
import zlib
from collections.abc import Iterator

from needlepoint.errors import UnreadableFileError
from needlepoint.files.limits import DAMAGED
from needlepoint.files.members.part import Part

_CHUNK = 1 << 20
_DAMAGES = (tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError)


def parts(data: bytes) -> Iterator[Part]:
    """Return the files of a tar archive; each must be read before the next one is asked for.

    :raises UnreadableFileError: it is damaged.
    """
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r|*", errorlevel=0) as archive:
            for info in archive:
                archive.members.clear()  # type: ignore[attr-defined]  # it keeps all that it has seen
                if not info.isdir():
                    yield Part(info.name, lambda info=info: _chunks(archive, info), _reason(info))  # type: ignore[misc]
    except _DAMAGES as error:
        raise UnreadableFileError(DAMAGED) from error


def _reason(info: tarfile.TarInfo) -> str:
    if info.issym() or info.islnk():
        return "a link: it was not followed"
    return "" if info.isreg() else "a device, pipe or socket: no file"


def _chunks(archive: tarfile.TarFile, info: tarfile.TarInfo) -> Iterator[bytes]:
    try:
        file = archive.extractfile(info)
        while file is not None and (chunk := file.read(_CHUNK)):
            yield chunk
    except _DAMAGES as error:
        raise UnreadableFileError(DAMAGED) from error
