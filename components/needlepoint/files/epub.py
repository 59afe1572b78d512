"""EPUB: the chapters of a book in reading order, a page each."""

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from lxml import etree

from needlepoint.errors import UnreadableFileError
from needlepoint.files.dates import iso_day
from needlepoint.files.limits import Limits
from needlepoint.files.office.package import check_package
from needlepoint.files.office.properties import parse_part
from needlepoint.files.pages import PageCollector, one_line
from needlepoint.files.plain import decode_text
from needlepoint.files.source import SourceText
from needlepoint.files.web.reading import html_text, page_text, parse_html

_NOTHING = re.compile(rb"(?!)")  # every chapter states its document type
_SUBSET = re.compile(r"(<!DOCTYPE[^\[>]{0,1000})\[[^\]]{0,100000}\]", re.IGNORECASE)
_CHAPTERS = frozenset({"application/xhtml+xml", "text/html", "application/x-dtbook+xml", "text/x-oeb1-document"})
_LOCKS = "META-INF/encryption.xml"
_FONTS_ONLY = frozenset({"http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"})
_DC = "{http://purl.org/dc/elements/1.1/}"
_DAMAGED = "the book lacks its table of parts: download it again, or convert it to PDF"
_LOCKED = "the book is encrypted (DRM), only its own program can open it: get a copy without DRM"


def read_epub(data: bytes, limits: Limits) -> SourceText:
    """Read an e-book; a chapter without text, such as a cover, is no page.

    :raises UnreadableFileError: it is encrypted, damaged, or unpacks to too much.
    """
    check_package(data, limits, refused=_NOTHING)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        book = _Book(archive)
        collector = PageCollector(limits)
        for path in book.chapters():
            _add_chapter(_chapter(archive, path), book.title, collector)
        return collector.source(type="epub", title=book.title, metadata=book.metadata())


class _Book:
    """What a book says of its parts."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._names = set(archive.namelist())
        self._locked = _locked_parts(archive) if _LOCKS in self._names else frozenset()
        container = _parsed(archive, "META-INF/container.xml")
        stated = [] if container is None else [each.get("full-path") or "" for each in _named(container, "rootfile")]
        self._path = next((path for path in stated if path in self._names), "")
        if self._path in self._locked:
            raise UnreadableFileError(_LOCKED)
        package = _parsed(archive, self._path)
        if package is None:
            raise UnreadableFileError(_DAMAGED)
        self._package: Any = package
        self.title = self._stated("title")

    def chapters(self) -> Iterator[str]:
        """Return the paths of the chapters in order, each once.

        :raises UnreadableFileError: they are encrypted.
        """
        items = {each.get("id"): each for each in _named(self._package, "item")}
        folder = posixpath.dirname(self._path)
        seen = set()
        for reference in _named(self._package, "itemref"):
            item = items.get(reference.get("idref"))
            if item is None or item.get("media-type") not in _CHAPTERS:
                continue
            path = posixpath.normpath(posixpath.join(folder, unquote(item.get("href") or "").partition("#")[0]))
            if path in self._locked:
                raise UnreadableFileError(_LOCKED)
            if path in self._names and path not in seen:
                seen.add(path)
                yield path

    def metadata(self) -> dict[str, str | int | float]:
        """Return author, date and the like."""
        return {
            "author": self._stated("creator"),
            "subject": self._stated("subject"),
            "language": self._stated("language")[:20],
            "date": iso_day(self._stated("date")),
        }

    def _stated(self, name: str) -> str:
        found = (one_line("".join(each.itertext())) for each in self._package.iter(f"{_DC}{name}"))
        return "; ".join(dict.fromkeys(filter(None, found)))


def _add_chapter(root: Any | None, book: str, collector: PageCollector) -> None:
    if root is None:
        return
    page = page_text(root, collector.leave_unread)
    if len(page):
        heading = next((text for each in root.iter("h1", "h2", "h3") if (text := html_text(each))), "")
        stated = one_line(root.findtext(".//head/title") or "")
        collector.add(page.text, heading or (stated if stated != book else ""), page.marks)


def _chapter(archive: zipfile.ZipFile, path: str) -> Any | None:
    text = decode_text(archive.read(path))
    return parse_html(_SUBSET.sub(r"\1", text, count=1))


def _parsed(archive: zipfile.ZipFile, path: str) -> Any | None:
    """Return the root of a part; none where it is missing or broken."""
    try:
        return parse_part(archive.read(path))
    except (KeyError, etree.XMLSyntaxError):
        return None


def _named(root: Any, name: str) -> Iterator[Any]:
    """Return the elements of a local name, whatever their namespace: old books state others."""
    return (each for each in root.iter(f"{{*}}{name}"))


def _locked_parts(archive: zipfile.ZipFile) -> frozenset[str]:
    """Return the parts that are encrypted; fonts are often disguised, which locks no text."""
    root = _parsed(archive, _LOCKS)
    locked = set()
    for entry in () if root is None else _named(root, "EncryptedData"):
        method = next((each.get("Algorithm") for each in _named(entry, "EncryptionMethod")), None)
        if method not in _FONTS_ONLY:
            locked |= {unquote(each.get("URI") or "") for each in _named(entry, "CipherReference")}
    return frozenset(locked)
