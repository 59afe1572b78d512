"""ZIP-based Office files: what they are, and whether they are safe to hand to a library."""

import io
import re
import zipfile
import zlib
from collections.abc import Mapping

from needlepoint.errors import UnreadableFileError
from needlepoint.files.limits import BOMB, DAMAGED, Limits

_CHUNK = 1 << 20
_START = 256  # bytes
DTD = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
"""What is refused elsewhere."""
ENTITY = re.compile(rb"<!\s*ENTITY", re.IGNORECASE)
"""What is refused where a document type is usual, as in OpenDocument files of old."""
_ENTRY = re.compile(rb"<manifest:file-entry\b[^>]*>")
_ROOT = re.compile(rb"full-path\s*=\s*[\"']/[\"']")
_STATED = re.compile(rb"media-type\s*=\s*[\"']([^\"']*)[\"']")
DAMAGES = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError, RuntimeError)
"""What reading a broken package raises."""
_CONTENT_TYPES = "[Content_Types].xml"
_TYPES_PIECE = re.compile(r"\[Content_Types\]\.xml/\[\d{1,6}\](?:\.last)?\.piece")
_MOST_PIECES = 100
_MAIN_PARTS = {
    b"wordprocessingml.document.main+xml": "docx",
    b"wordprocessingml.template.main+xml": "docx",
    b"ms-word.document.macroEnabled.main+xml": "docx",
    b"ms-word.template.macroEnabledTemplate.main+xml": "docx",
    b"presentationml.presentation.main+xml": "pptx",
    b"presentationml.template.main+xml": "pptx",
    b"presentationml.slideshow.main+xml": "pptx",
    b"ms-powerpoint.presentation.macroEnabled.main+xml": "pptx",
    b"ms-powerpoint.template.macroEnabled.main+xml": "pptx",
    b"ms-powerpoint.slideshow.macroEnabled.main+xml": "pptx",
    b"spreadsheetml.sheet.main+xml": "xlsx",
    b"spreadsheetml.template.main+xml": "xlsx",
    b"ms-excel.sheet.macroEnabled.main+xml": "xlsx",
    b"ms-excel.template.macroEnabled.main+xml": "xlsx",
    b"ms-excel.sheet.binary.macroEnabled.main": "xlsb",
    b"ms-package.xps-fixeddocumentsequence": "xps",
}
_REFUSED_PARTS = {
    b"ms-excel.addin": "an Excel add-in, a program: no document",
    b"ms-powerpoint.addin": "a PowerPoint add-in, a program: no document",
    b"ms-visio.": "a Visio drawing: save it as PDF and add that",
}
_OPEN = b"application/vnd.oasis.opendocument."
OPEN_KINDS = {
    _OPEN + b"text": "odt",  # templates and master documents, too
    _OPEN + b"spreadsheet": "ods",
    _OPEN + b"presentation": "odp",
    _OPEN + b"graphics": "odg",
    _OPEN + b"chart": "odc",
}
"""OpenDocument's formats by the beginnings of their media types."""
_REFUSED_MIMETYPES = {
    _OPEN + b"base": "an OpenDocument database: export its tables as CSV and add those",
    _OPEN: "an OpenDocument formula or picture alone: add the document that holds it, or save it as PDF",
    b"application/vnd.sun.xml.": "an OpenOffice 1 file: save it as .odt, .ods, .odp or PDF and add that",
}
_BOOKS = {b"application/epub+zip": "epub"}
_REFUSED_MEMBERS = {
    "Index/Document.iwa": "an Apple file (Pages, Numbers or Keynote): export it as .docx, .xlsx, .pptx or PDF and add that",
    "AndroidManifest.xml": "a program (Android): no document",
    "META-INF/MANIFEST.MF": "a program (Java): no document",
    "3D/3dmodel.model": "a drawing or model (3MF): print it to PDF and add that",
}
_MIMETYPE, _MANIFEST, _CONTAINER = "mimetype", "META-INF/manifest.xml", "META-INF/container.xml"


def package_kind(data: bytes) -> str | None:
    """Return the name of the format for a package that says what it is, such as ``docx`` or ``epub``."""
    if not data.startswith(b"PK"):
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _kind(archive)
    except DAMAGES:
        return None


def check_package(data: bytes, limits: Limits, *, refused: re.Pattern[bytes] = DTD) -> None:
    """Check that a library may open a package.

    :param refused: what no XML part of it may declare.
    :raises UnreadableFileError: it is damaged or encrypted, or would unpack to too much, or declares entities.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_size(archive, limits)
            _check_parts(archive, limits, refused)
    except DAMAGES as error:
        raise UnreadableFileError(_damage(error)) from error


def is_plain_zip(data: bytes) -> bool:
    """Whether a sound ZIP file is no program's document: an archive, then."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _kind(archive) is None and _other_kind(archive) is None
    except DAMAGES:
        return False


def package_reason(data: bytes) -> str:
    """Return what a ZIP file that is neither an Office file of ours nor an archive is, and what to do with it."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _other_kind(archive) or DAMAGED
    except DAMAGES as error:
        return _damage(error)


def _check_size(archive: zipfile.ZipFile, limits: Limits) -> None:
    members = archive.infolist()
    expanded = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if expanded > limits.max_expanded_bytes:
        raise UnreadableFileError(
            f"it unpacks to {expanded / 1e6:,.0f} MB, more than the {limits.max_expanded_bytes / 1e6:,.0f} MB allowed: "
            "split it into smaller files"
        )
    if limits.is_bomb(expanded, packed):
        raise UnreadableFileError(BOMB)


def _kind(archive: zipfile.ZipFile) -> str | None:
    names = set(archive.namelist())
    types = _content_types(archive, names)
    found = next((kind for mark, kind in _MAIN_PARTS.items() if mark in types), None)
    return found or _kind_by(_mimetype(archive, names), OPEN_KINDS | _BOOKS)


def _content_types(archive: zipfile.ZipFile, names: set[str]) -> bytes:
    """Return the list of content types, which a print to XPS keeps in pieces; empty where there is none."""
    pieces = [name for name in names if name == _CONTENT_TYPES or _TYPES_PIECE.fullmatch(name)]
    return b"".join(
        [_read_start(archive, name) for name in sorted(pieces, key=lambda name: (len(name), name))[:_MOST_PIECES]]
    )


def _mimetype(archive: zipfile.ZipFile, names: set[str]) -> bytes:
    """Return the media type that a package states in a part of its own, or in its manifest."""
    if _CONTAINER in names and _MIMETYPE not in names:
        return b"application/epub+zip"
    if _MIMETYPE in names:
        return _read_start(archive, _MIMETYPE).strip()
    manifest = _read_start(archive, _MANIFEST) if _MANIFEST in names else b""
    entry = next((each for each in _ENTRY.findall(manifest) if _ROOT.search(each)), b"")
    stated = _STATED.search(entry)
    return stated.group(1) if stated else b""


def _kind_by(mimetype: bytes, kinds: Mapping[bytes, str]) -> str | None:
    return next((kind for beginning, kind in kinds.items() if mimetype.startswith(beginning)), None)


def _other_kind(archive: zipfile.ZipFile) -> str | None:
    names = set(archive.namelist())
    types = _content_types(archive, names)
    for mark, reason in _REFUSED_PARTS.items():
        if mark in types:
            return reason
    for name, reason in _REFUSED_MEMBERS.items():
        if name in names:
            return reason
    return _kind_by(_mimetype(archive, names), _REFUSED_MIMETYPES)


def _damage(error: Exception) -> str:
    if isinstance(error, RuntimeError) and not isinstance(
        error, NotImplementedError
    ):  # zipfile's word for an encrypted member
        return "password-protected: remove the password and add it again"
    return DAMAGED


def _read_start(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as member:
        return member.read(_CHUNK)


def _check_parts(archive: zipfile.ZipFile, limits: Limits, refused: re.Pattern[bytes]) -> None:
    """Read every XML part once, whatever it is named: its true size, its checksum, and that it declares no entities."""
    total = 0
    for member in archive.infolist():
        if _is_markup(archive, member):
            total += _check_part(archive, member, limits, refused)
            if total > limits.max_expanded_bytes:
                raise UnreadableFileError("it unpacks to more than it says, like a ZIP bomb: it was not opened")


def _is_markup(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    """Tell by name or beginning; UTF-16 has a NUL beside each letter."""
    if member.filename.lower().endswith((".xml", ".rels", ".vml")):
        return True
    with archive.open(member) as stream:
        start = stream.read(_START)
    return start.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<")


def _check_part(archive: zipfile.ZipFile, member: zipfile.ZipInfo, limits: Limits, refused: re.Pattern[bytes]) -> int:
    size, tail = 0, b""
    with archive.open(member) as stream:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > limits.max_markup_bytes:
                raise UnreadableFileError(
                    f"one part of it is larger than {limits.max_markup_bytes / 1e6:,.0f} MB: split it into smaller files"
                )
            # UTF-16 parts have a NUL beside each of these letters
            if refused.search((tail + chunk).replace(b"\0", b"")):
                raise UnreadableFileError("it declares XML entities, which no Office file does: it was not opened")
            tail = chunk[-64:]
    return size
