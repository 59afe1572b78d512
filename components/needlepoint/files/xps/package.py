"""The parts of an XPS or OpenXPS package, by ECMA-388 and the Open Packaging Conventions (ECMA-376, part 2)."""

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from lxml import etree

from needlepoint.errors import UnreadableFileError
from needlepoint.files.limits import DAMAGED, Limits
from needlepoint.files.office.package import DAMAGES, DTD, check_package
from needlepoint.files.office.properties import parse_part

_PIECE = re.compile(r"(.+)/\[(\d{1,6})\](?:\.last)?\.piece", re.IGNORECASE)
_ROOT = "_rels/.rels"
_FIXED, _CORE = "/fixedrepresentation", "/core-properties"
_DECLARES = "it declares a document type, which no XPS file does: it was not opened"


class XpsPackage:
    """The parts of a package; a part may be kept in pieces between others, and names are the same in either case.

    :param data: the file.
    :raises UnreadableFileError: it is encrypted, damaged, larger than the limits allow, or declares a document type.
    """

    def __init__(self, data: bytes, limits: Limits) -> None:
        check_package(data, limits)
        self._limits = limits
        self._archive = zipfile.ZipFile(io.BytesIO(data))
        self._members: dict[str, list[tuple[int, zipfile.ZipInfo]]] = {}
        for info in self._archive.infolist():
            piece = _PIECE.fullmatch(info.filename)
            name, number = (piece[1], int(piece[2])) if piece else (info.filename, 0)
            self._members.setdefault(_key(name), []).append((number, info))

    def pages(self) -> Iterator[str]:
        """Return the paths of the pages in order, whether they are there or not.

        :raises UnreadableFileError: the package does not tell its pages.
        """
        sequence = self._related(_FIXED)
        root = self.markup(sequence)
        if root is None:
            raise UnreadableFileError(DAMAGED)
        for document in _sources(root, "DocumentReference", sequence):
            fixed = self.markup(document)
            yield from () if fixed is None else _sources(fixed, "PageContent", document)

    def core_properties(self) -> bytes:
        """Return the part with title, author and the like; empty where there is none."""
        return self.part(self._related(_CORE)) or b""

    def part(self, path: str) -> bytes | None:
        """Return a part's bytes; none where it is missing or damaged."""
        pieces = sorted(self._members.get(_key(path), ()), key=lambda piece: piece[0])
        try:
            return b"".join([self._archive.read(info) for _, info in pieces]) if pieces else None
        except DAMAGES:
            return None

    def markup(self, path: str) -> Any | None:
        """Return the root of an XML part; none where it is missing or damaged.

        :raises UnreadableFileError: it is too large, or declares a document type, put together from its pieces.
        """
        data = self.part(path)
        if data is None:
            return None
        self._limits.check_markup(len(data), "a part of it")
        if DTD.search(data.replace(b"\0", b"")):
            raise UnreadableFileError(_DECLARES)
        try:
            return parse_part(data)
        except etree.XMLSyntaxError:
            return None

    def _related(self, kind: str) -> str:
        root = self.markup(_ROOT)
        relations = [] if root is None else [each for each in root if str(each.get("Type") or "").endswith(kind)]
        return target("", relations[0].get("Target") or "") if relations else ""


def target(base: str, stated: str) -> str:
    """Return the path of the part that another one names.

    :param base: the part that names it.
    """
    path = unquote(stated.partition("#")[0])
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(base), path)).lstrip("/")


def _key(path: str) -> str:
    return path.lstrip("/").lower()


def _sources(root: Any, name: str, base: str) -> Iterator[str]:
    for each in root.iter(f"{{*}}{name}"):
        yield target(base, each.get("Source") or "")
