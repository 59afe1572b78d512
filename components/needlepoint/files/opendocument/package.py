"""An OpenDocument file as XML trees: a package of parts, or one flat file."""

import io
import re
import zipfile
from typing import Any

from lxml import etree

from needlepoint.errors import UnreadableFileError
from needlepoint.files.dates import iso_day
from needlepoint.files.limits import Limits
from needlepoint.files.office.package import ENTITY, check_package
from needlepoint.files.office.properties import Properties, parse_part

OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
SVG = "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}"
SHOW = "{urn:oasis:names:tc:opendocument:xmlns:presentation:1.0}"
DC = "{http://purl.org/dc/elements/1.1/}"
META = "{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}"
HREF = "{http://www.w3.org/1999/xlink}href"
MATH = "{http://www.w3.org/1998/Math/MathML}math"

_DAMAGED = "the OpenDocument file lacks its content: open it in its program and save it again"
_WHOLE = re.compile(r"[0-9]{1,9}")


class OpenDocument:
    """The parts of a file.

    :param data: the file, a package or flat.
    :raises UnreadableFileError: it is encrypted, damaged, larger than the limits allow, or declares entities.
    """

    def __init__(self, data: bytes, limits: Limits) -> None:
        self._archive: zipfile.ZipFile | None = None
        self._objects: set[str] = set()
        if data.startswith(b"PK"):
            check_package(data, limits, refused=ENTITY)
            self._archive = zipfile.ZipFile(io.BytesIO(data))
            self._refuse_encrypted()
        self.content: Any = _flat(data, limits) if self._archive is None else self._part("content.xml")
        self._styles = self.content if self._archive is None else self._part("styles.xml")
        self._meta = self.content if self._archive is None else self._part("meta.xml")

    def body(self, kind: str) -> Any:
        """Return the element that holds the text, the sheets or the slides.

        :param kind: ``text``, ``spreadsheet``, ``presentation`` or ``drawing``.
        :raises UnreadableFileError: there is none.
        """
        found = None if self.content is None else self.content.find(f"{OFFICE}body/{OFFICE}{kind}")
        if found is None:
            raise UnreadableFileError(_DAMAGED)
        return found

    def styles(self, name: str) -> list[Any]:
        """Return the styles of a set: ``automatic-styles`` of the content, ``styles`` or ``master-styles``."""
        root = self.content if name == "automatic-styles" else self._styles
        found = None if root is None else root.find(f"{OFFICE}{name}")
        return [] if found is None else list(found)

    def inner(self, drawn: Any) -> Any | None:
        """Return the root of a formula, a chart or a document that is drawn in this one; each is returned once only.

        :param drawn: the ``draw:object``.
        """
        for child in drawn:
            if child.tag in (MATH, f"{OFFICE}document"):
                return child
        path = (drawn.get(HREF) or "").removeprefix("./").strip("/")
        if not path or path in self._objects:
            return None
        self._objects.add(path)
        return self._part(f"{path}/content.xml")

    def properties(self, fallback: str | None = None) -> Properties:
        """Return title, author and the like, as the file states them.

        :param fallback: the title where the file states none.
        """
        meta = None if self._meta is None else self._meta.find(f"{OFFICE}meta")
        stated: dict[str, str] = {}
        for each in () if meta is None else meta:
            if isinstance(each.tag, str) and each.text and each.text.strip():
                stated[each.tag] = "; ".join(filter(None, [stated.get(each.tag), each.text.strip()]))
        metadata: dict[str, str | int | float] = {
            "author": stated.get(f"{META}initial-creator") or stated.get(f"{DC}creator", ""),
            "subject": stated.get(f"{DC}subject") or stated.get(f"{DC}description", ""),
            "keywords": stated.get(f"{META}keyword", ""),
            "language": stated.get(f"{DC}language", ""),
            "date": iso_day(stated.get(f"{DC}date", "")) or iso_day(stated.get(f"{META}creation-date", "")),
        }
        return {"title": stated.get(f"{DC}title") or fallback, "metadata": metadata}

    def _part(self, name: str) -> Any | None:
        """Return the root of a part; none where it is missing, or broken beside the content."""
        try:
            return None if self._archive is None else parse_part(self._archive.read(name))
        except KeyError:
            return None
        except etree.XMLSyntaxError:
            if name == "content.xml":
                raise
            return None

    def _refuse_encrypted(self) -> None:
        archive = self._archive
        if archive is None or "META-INF/manifest.xml" not in archive.namelist():
            return
        with archive.open("META-INF/manifest.xml") as manifest:
            if b"encryption-data" in manifest.read(1_000_000):
                raise UnreadableFileError("password-protected: remove the password and add it again")


def _flat(data: bytes, limits: Limits) -> Any:
    limits.check_markup(len(data), "flat OpenDocument")
    if ENTITY.search(data.replace(b"\0", b"")):
        raise UnreadableFileError("it declares XML entities, which no Office file does: it was not opened")
    return parse_part(data)


def whole(stated: str | None, *, least: int = 1, most: int = 1_000_000) -> int:
    """Return a whole number that the file states, within bounds; ``least`` where it states none."""
    return min(max(int(stated), least), most) if stated and _WHOLE.fullmatch(stated) else least
