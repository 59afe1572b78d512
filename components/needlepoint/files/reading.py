"""A file in, its source text out, or one line that says why not."""

import stat
from pathlib import Path

from needlepoint.errors import UnreadableFileError
from needlepoint.files.formats import FileFormat, format_of
from needlepoint.files.limits import Limits
from needlepoint.files.source import SourceText
from needlepoint.files.wrappings import unwrapped
from needlepoint.text.cleaning import clean
from needlepoint.text.paging import join_pages

DEFAULT_LIMITS = Limits()


def read_file(path: Path, limits: Limits = DEFAULT_LIMITS) -> SourceText:
    """Read a file of any supported format.

    :param path: the file; its format is found by content.
    :param limits: bounds on its size.
    :returns: its text with pages, title and metadata.
    :raises UnreadableFileError: it cannot be read; the message is one line for the user.
    """
    path = Path(path)
    return read_data(path.name, read_bytes(path, limits), limits)


def read_bytes(path: Path, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """Return the bytes of a file that is worth a try.

    :raises UnreadableFileError: missing, a folder or a device, no permission, empty or too large.
    """
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise UnreadableFileError("a folder, not a file: name the files in it")
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableFileError("not a regular file (a device, pipe or socket)")
        _check_size(status.st_size, limits)
        with path.open("rb") as file:
            data = file.read(limits.max_bytes + 1)
    except FileNotFoundError as error:
        raise UnreadableFileError("there is no such file: it was moved or deleted, or the path is misspelt") from error
    except PermissionError as error:
        raise UnreadableFileError("no permission to read it: change its permissions") from error
    except ValueError as error:  # a NUL in the path
        raise UnreadableFileError("the path has characters that no file name can have") from error
    except OSError as error:
        raise UnreadableFileError(f"the system cannot read it ({error.strerror or error})") from error
    _check_size(len(data), limits)
    return data


def read_data(name: str, data: bytes, limits: Limits = DEFAULT_LIMITS) -> SourceText:
    """Read the bytes of a file; one that was compressed alone, or signed, is read as what it holds.

    Files that are in it (of an archive, attached to a message) are not read.

    :param name: the file's name, for its suffix.
    :param data: all its bytes.
    :param limits: bounds on its size.
    :raises UnreadableFileError: it cannot be read; the message is one line for the user.
    """
    found, inner = recognised(name, data, limits)
    return read_as(found, inner, limits)


def recognised(name: str, data: bytes, limits: Limits = DEFAULT_LIMITS) -> tuple[FileFormat, bytes]:
    """Return the format of a file, and the bytes to read in it: of what was compressed or signed.

    :raises UnreadableFileError: no format can read it; the message is one line for the user.
    """
    _check_size(len(data), limits)
    name, data = unwrapped(name, data, limits)
    return format_of(name, data), data


def read_as(found: FileFormat, data: bytes, limits: Limits) -> SourceText:
    """Read bytes in a format.

    :raises UnreadableFileError: they cannot be read; the message is one line for the user.
    """
    return _checked(_read(found, data, limits), limits)


def _read(found: FileFormat, data: bytes, limits: Limits) -> SourceText:
    try:
        return found.read(data, limits)
    except UnreadableFileError:
        raise
    except MemoryError as error:
        raise UnreadableFileError("too large for this machine's memory: split it into smaller files") from error
    except Exception as error:  # whatever a format's library makes of broken data: one file, one reason
        raise UnreadableFileError(
            f"the {found.name.upper()} content is damaged ({type(error).__name__}): open it in its program and save it again"
        ) from error


def _check_size(size: int, limits: Limits) -> None:
    if size == 0:
        raise UnreadableFileError("empty (0 bytes): nothing to index")
    if size > limits.max_bytes:
        raise UnreadableFileError(
            f"larger than the {limits.max_bytes / 1e6:,.0f} MB allowed: split it into smaller files"
        )


def _checked(source: object, limits: Limits) -> SourceText:
    """Return what a format's reader has made, once it keeps to what :class:`SourceText` promises."""
    if not isinstance(source, SourceText):
        raise UnreadableFileError(f"its format's reader gave {type(source).__name__}, not a SourceText")
    if len(source.text) > limits.max_characters:
        limit = f"{limits.max_characters:,}"
        raise UnreadableFileError(f"more than {limit} characters of text: split it into several files")
    pages = join_pages((page.start, page.end, source.text[page.start : page.end]) for page in source.pages)
    if pages != source.text or clean(source.text) != source.text:
        raise UnreadableFileError(
            "its format's reader gave pages that are not the text, or characters that cannot be kept"
        )
    return source
