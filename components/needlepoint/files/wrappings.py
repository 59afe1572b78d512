"""Files that are read as what they hold: compressed alone (``server.log.gz``), or signed (``contract.pdf.p7m``)."""

from pathlib import PurePath

from needlepoint.files.archives.detection import is_archive
from needlepoint.files.compressed import is_compressed, uncompressed
from needlepoint.files.limits import Limits
from needlepoint.files.signed import is_signed, signed_content

_SUFFIXES = {".gz": "", ".bz2": "", ".xz": "", ".svgz": ".svg", ".p7m": ""}
_MOST = 3
_MESSAGE = (b"content-type:", b"mime-version:")


def unwrapped(name: str, data: bytes, limits: Limits) -> tuple[str, bytes]:
    """Return the name and the bytes of the file that was compressed or signed; of any other file, its own.

    :raises UnreadableFileError: it is damaged, or would unpack to too much.
    """
    for _ in range(_MOST):
        if is_signed(name, data):
            name, data = _inner_name(name), signed_content(data)
            if data[:13].lower().startswith(_MESSAGE):
                name = str(PurePath(name).with_suffix(".eml"))
        elif is_compressed(data) and not is_archive(name, data):
            name, data = _inner_name(name), uncompressed(data, limits)
        else:
            break
    return name, data


def _inner_name(name: str) -> str:
    path = PurePath(name)
    return path.with_suffix(_SUFFIXES.get(path.suffix.lower(), path.suffix)).name
