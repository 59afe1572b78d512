"""Whether a file is an archive, by its content."""

import tarfile

from needlepoint.files.compressed import started
from needlepoint.files.office.package import is_plain_zip

BLOCK = 512
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")


def is_archive(name: str, data: bytes) -> bool:
    """Tell a ZIP that is no document, and a tar, compressed or not."""
    return is_zip(data) or is_tar(started(data, BLOCK))


def is_zip(data: bytes) -> bool:
    """Tell a ZIP file that no program calls its document."""
    return data.startswith(_ZIP) and is_plain_zip(data)


def is_tar(block: bytes) -> bool:
    """Tell a tar by the checksum of its first block; old ones have no other mark."""
    if len(block) < BLOCK or not block[0]:
        return False
    try:
        tarfile.TarInfo.frombuf(block[:BLOCK], "utf-8", "surrogateescape")
    except tarfile.HeaderError:
        return False
    return True
