"""What the Office formats share: safe XML and the properties that the file states."""

import io
import zipfile
from typing import Any, TypedDict

from lxml import etree

from needlepoint.files.dates import iso_day
from needlepoint.files.pages import one_line

LARGE_PICTURE = 1_800_000 * 700_000
"""Square English Metric Units, 5 by 2 centimetres: smaller pictures are signs and logos."""

EMPTY_TITLES = frozenset({"", "powerpoint presentation", "word document", "untitled", "presentation"})
"""Titles that say nothing of a document, in lower case."""

_MADE_UP = "Description automatically generated"
_PART = "docProps/core.xml"
_MOST_BYTES = 1_000_000
_DC = "{http://purl.org/dc/elements/1.1/}"
_TERMS = "{http://purl.org/dc/terms/}"
_CP = "{http://schemas.openxmlformats.org/package/2006/metadata/core-properties}"


class Properties(TypedDict):
    """The arguments of :meth:`PageCollector.source` that come from an Office file's properties."""

    title: str | None
    metadata: dict[str, str | int | float]


def parse_part(data: bytes) -> Any:
    """Return the root of an XML part; entities are not resolved, nothing is fetched."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    return etree.fromstring(data, parser)


def authored(description: str) -> str:
    """Return what an author says that a picture shows; what Office made up itself is left out."""
    return "" if _MADE_UP in description else one_line(description)


def core_properties(data: bytes, fallback: str | None = None) -> Properties:
    """Return title, author and the like, as the file states them.

    The libraries are not asked: they make up an author and a date where the file has none.

    :param data: the Office file.
    :param fallback: the title where the file states none.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(_PART) as part:
            return stated_properties(part.read(_MOST_BYTES), fallback)
    except KeyError:
        return stated_properties(b"", fallback)


def stated_properties(part: bytes, fallback: str | None = None) -> Properties:
    """Return what a part with core properties states.

    :param part: empty where the file has none; one that is too broken to tell states nothing: the text is what counts.
    :param fallback: the title where it states none.
    """
    try:
        stated = {child.tag: child.text or "" for child in parse_part(part[:_MOST_BYTES])}
    except etree.XMLSyntaxError:
        stated = {}
    title = stated.get(f"{_DC}title", "").strip()
    metadata: dict[str, str | int | float] = {
        "author": stated.get(f"{_DC}creator", ""),
        "subject": stated.get(f"{_DC}subject", ""),
        "keywords": stated.get(f"{_CP}keywords", ""),
        "category": stated.get(f"{_CP}category", ""),
        "date": iso_day(stated.get(f"{_TERMS}modified", "")) or iso_day(stated.get(f"{_TERMS}created", "")),
    }
    return {"title": fallback if title.lower() in EMPTY_TITLES else title, "metadata": metadata}
