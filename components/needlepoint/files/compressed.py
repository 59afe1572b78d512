"""A single file that was compressed (gzip), such as ``server.log.gz``."""

import zlib
from pathlib import PurePath

from needlepoint.errors import UnreadableFileError
from needlepoint.files.limits import Limits

_MARK = b"\x1f\x8b\x08"
_CHUNK = 1 << 20
_RATIO_FROM_BYTES = 10_000_000
_GZIP = 31  # zlib's word for its own format with gzip's header
_SUFFIXES = {".gz": "", ".svgz": ".svg", ".tgz": ".tar"}
_TAR = slice(257, 262)


def uncompressed(name: str, data: bytes, limits: Limits) -> tuple[str, bytes]:
    """Return the name and the bytes of the file that was compressed; of any other file, its own.

    :raises UnreadableFileError: it is damaged, holds an archive, or would unpack to too much.
    """
    if not data.startswith(_MARK):
        return name, data
    path = PurePath(name)
    suffix = _SUFFIXES.get(path.suffix.lower(), path.suffix)
    inner = _unpacked(data, limits)
    if inner[_TAR] == b"ustar":
        raise UnreadableFileError("an archive (tar): unpack it and add the files in it")
    return path.with_suffix(suffix).name, inner


def _unpacked(data: bytes, limits: Limits) -> bytes:
    parts: list[bytes] = []
    size = 0
    rest = data
    try:
        while rest.startswith(_MARK):  # several may follow each other, and are one file
            stream = zlib.decompressobj(_GZIP)
            while not stream.eof:
                part = stream.decompress(rest, _CHUNK)
                rest = stream.unconsumed_tail
                if not part and not rest and not stream.eof:
                    raise zlib.error("it ends too early")
                size += len(part)
                _check(size, len(data), limits)
                parts.append(part)
            rest = stream.unused_data
    except zlib.error as error:
        raise UnreadableFileError("the file is damaged or was cut short: download or save it again") from error
    if not size:
        raise UnreadableFileError("empty (0 bytes unpacked): nothing to index")
    return b"".join(parts)


def _check(size: int, packed: int, limits: Limits) -> None:
    if size > limits.max_bytes:
        raise UnreadableFileError(
            f"it unpacks to more than the {limits.max_bytes / 1e6:,.0f} MB allowed: split it into smaller files"
        )
    if size > _RATIO_FROM_BYTES and size > packed * limits.max_expansion:
        raise UnreadableFileError("it unpacks to over a hundred times its size, like a ZIP bomb: it was not opened")
