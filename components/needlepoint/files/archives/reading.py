"""The text of an archive: the names of what is in it. They are no passages, for what they name is read itself."""

from collections.abc import Iterable, Iterator

from needlepoint.errors import UnreadableFileError
from needlepoint.files.archives import tar_files, zip_files
from needlepoint.files.archives.detection import is_zip
from needlepoint.files.limits import Limits
from needlepoint.files.members.names import UniqueNames, is_hidden, member_name
from needlepoint.files.members.part import Part
from needlepoint.files.pages import PageCollector, PageText
from needlepoint.files.source import SourceText
from needlepoint.text.marks import MarkKind

_EMPTY = "an archive without any file in it: nothing to index"


def archive_parts(data: bytes, limits: Limits) -> Iterator[Part]:
    """Return what is in an archive, one after the other; each must be read before the next is asked for."""
    return zip_files.parts(data) if is_zip(data) else tar_files.parts(data)


def read_archive(data: bytes, limits: Limits) -> SourceText:
    """Read an archive's names."""
    return listing(_names(archive_parts(data, limits), limits), limits)


def listing(names: Iterable[str], limits: Limits, *, type: str = "archive", reason: str = _EMPTY) -> SourceText:
    """Return the source text of a file that only holds others.

    :param names: of what it holds.
    :param type: the format.
    :param reason: what to tell where it holds nothing.
    :raises UnreadableFileError: it holds nothing.
    """
    page, collector = PageText(), PageCollector(limits)
    listed = list(names)
    page.write("\n".join(listed), kind=MarkKind.FURNITURE)
    collector.add(page.text, marks=page.marks)
    return collector.source(type=type, metadata={"files": len(listed)}, reason=reason)


def _names(parts: Iterable[Part], limits: Limits) -> Iterator[str]:
    """Return the names as they are when the parts are unpacked."""
    unique = UniqueNames()
    for number, part in enumerate(parts):
        if number >= limits.max_members:
            return
        try:
            name = member_name(part.name)
        except UnreadableFileError:
            continue
        if not is_hidden(name):
            yield unique.unique(name)
