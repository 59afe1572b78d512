"""Formats beside those of :mod:`needlepoint.files.formats`: each is one object, of ours or of another installed package."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import PurePath

from needlepoint.errors import PluginError, UnreadableFileError
from needlepoint.files.limits import Limits
from needlepoint.files.source import SourceText
from needlepoint.resources import load_plugin, plugins
from needlepoint.text.cleaning import clean
from needlepoint.text.paging import join_pages

logger = logging.getLogger(__name__)

GROUP = "needlepoint.file_formats"


@dataclass(frozen=True, slots=True)
class FileFormat:
    """A format that files can be read in.

    :param name: what ``meta["type"]`` says of its documents, such as ``rtf``.
    :param read: bytes in, source text out; raises :class:`UnreadableFileError` with one line for the user.
        :class:`needlepoint.files.pages.PageCollector` makes the source text.
    :param recognises: whether these bytes are of this format. Without it the suffix decides.
    :param suffixes: of files in this format, in lower case, such as ``.rtf``.
    """

    name: str
    read: Callable[[bytes, Limits], SourceText]
    recognises: Callable[[bytes], bool] | None = None
    suffixes: frozenset[str] = frozenset()

    def holds(self, name: str, data: bytes) -> bool:
        """Whether a file of this name and content is of this format."""
        if self.recognises is None:
            return PurePath(name).suffix.lower() in self.suffixes
        return self.recognises(data)


OWN: tuple[FileFormat, ...] = ()
"""A new format of ours is registered here; the nine older ones are told apart in :mod:`needlepoint.files.formats`."""


def added_format(name: str, data: bytes) -> FileFormat | None:
    """Return the added format that a file is of. These are asked before our older ones, and may take the place of one."""
    return next((each for each in _added() if _holds(each, name, data)), None)


def checked(source: object, limits: Limits) -> SourceText:
    """Return what the reader of an added format has made, once it keeps to what :class:`SourceText` promises.

    :raises UnreadableFileError: it does not.
    """
    if not isinstance(source, SourceText):
        raise UnreadableFileError(f"its format's plug-in gave {type(source).__name__}, not a SourceText")
    if len(source.text) > limits.max_characters:
        limit = f"{limits.max_characters:,}"
        raise UnreadableFileError(f"more than {limit} characters of text: split it into several files")
    pages = join_pages((page.start, page.end, source.text[page.start : page.end]) for page in source.pages)
    if pages != source.text or clean(source.text) != source.text:
        raise UnreadableFileError(
            "its format's plug-in gave pages that are not the text, or characters that cannot be kept"
        )
    return source


@cache
def _added() -> tuple[FileFormat, ...]:
    return (*_plugged_in(), *OWN)


def _plugged_in() -> Iterator[FileFormat]:
    for plugin in plugins(GROUP):
        try:
            yield load_plugin(plugin, FileFormat)
        except PluginError as error:
            logger.error("%s", error)  # once; all other formats are read


def _holds(added: FileFormat, name: str, data: bytes) -> bool:
    try:
        return added.holds(name, data)
    except Exception as error:
        logger.error("the format '%s' cannot tell what %s is: %s: %s", added.name, name, type(error).__name__, error)
        return False
