"""ZIP archives: what is in them."""

import io
import stat
import zipfile
from collections.abc import Iterator

from needlepoint.errors import UnreadableFileError
from needlepoint.files.limits import DAMAGED
from needlepoint.files.members.part import Part

_CHUNK = 1 << 20
_ENCRYPTED = 0x1
_UTF8 = 0x800
_LINK = "a link: it was not followed"
_DEVICE = "a device, pipe or socket: no file"
PASSWORD = "password-protected: unpack it with the password and add the result"
_OTHER_METHOD = "packed in a way that cannot be undone here: unpack it and add the result"


def parts(data: bytes) -> Iterator[Part]:
    """Return the files of a ZIP archive.

    :raises UnreadableFileError: it is damaged.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for info in archive.infolist():
                if not info.is_dir():
                    yield Part(_name(info), lambda info=info: _chunks(archive, info), _reason(info))  # type: ignore[misc]
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError, OSError) as error:
        raise UnreadableFileError(DAMAGED) from error


def _name(info: zipfile.ZipInfo) -> str:
    """Return a name; programs that do not say that it is UTF-8 often mean it all the same."""
    stated = info.orig_filename
    if info.flag_bits & _UTF8:
        return stated
    try:
        return stated.encode("cp437").decode("utf-8")
    except UnicodeError:
        return stated


def _reason(info: zipfile.ZipInfo) -> str:
    mode = info.external_attr >> 16
    if stat.S_ISLNK(mode):
        return _LINK
    if stat.S_IFMT(mode) and not stat.S_ISREG(mode):
        return _DEVICE
    return PASSWORD if info.flag_bits & _ENCRYPTED else ""


def _chunks(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    try:
        with archive.open(info) as file:
            while chunk := file.read(_CHUNK):
                yield chunk
    except NotImplementedError as error:
        raise UnreadableFileError(_OTHER_METHOD) from error
