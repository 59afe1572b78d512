"""A single compressed file, such as ``server.log.gz``."""

import bz2
import gzip
import io
import lzma
import zlib
from collections.abc import Callable
from contextlib import suppress
from typing import BinaryIO, cast

from needlepoint.errors import UnreadableFileError
from needlepoint.files.limits import BOMB, DAMAGED, Limits

_CHUNK = 1 << 20
_START = 1 << 16
_DAMAGES = (zlib.error, lzma.LZMAError, EOFError, OSError, ValueError)
_OPENERS: dict[bytes, Callable[[BinaryIO], BinaryIO]] = {
    b"\x1f\x8b\x08": lambda file: cast(BinaryIO, gzip.GzipFile(fileobj=file)),
    b"BZh": lambda file: cast(BinaryIO, bz2.BZ2File(file)),
    b"\xfd7zXZ\0": lambda file: cast(BinaryIO, lzma.LZMAFile(file)),  # noqa: SIM115
}


def is_compressed(data: bytes) -> bool:
    """Tell by the first bytes: gzip, bzip2 or xz."""
    return _opener(data) is not None


def started(data: bytes, size: int) -> bytes:
    """Return the first bytes of what was compressed; of any other file, its own."""
    opener = _opener(data)
    if opener is None:
        return data[:size]
    with suppress(*_DAMAGES):
        return opener(io.BytesIO(data[:_START] if data.startswith(b"\x1f") else data)).read(size)
    return b""


def uncompressed(data: bytes, limits: Limits) -> bytes:
    """Return the bytes of the file that was compressed.

    :raises UnreadableFileError: it is damaged, empty, or would unpack to too much.
    """
    opener = _opener(data)
    if opener is None:
        return data
    parts: list[bytes] = []
    size = 0
    try:
        with opener(io.BytesIO(data)) as stream:
            while part := stream.read(_CHUNK):
                size += len(part)
                _check(size, len(data), limits)
                parts.append(part)
    except _DAMAGES as error:
        raise UnreadableFileError(DAMAGED) from error
    if not size:
        raise UnreadableFileError("empty (0 bytes unpacked): nothing to index")
    return b"".join(parts)


def _opener(data: bytes) -> Callable[[BinaryIO], BinaryIO] | None:
    if data.startswith(b"BZh") and data[4:10] != b"1AY&SY":
        return None
    return next((opener for mark, opener in _OPENERS.items() if data.startswith(mark)), None)


def _check(size: int, packed: int, limits: Limits) -> None:
    if size > limits.max_bytes:
        raise UnreadableFileError(
            f"it unpacks to more than the {limits.max_bytes / 1e6:,.0f} MB allowed: split it into smaller files"
        )
    if limits.is_bomb(size, packed):
        raise UnreadableFileError(BOMB)
