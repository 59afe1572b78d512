"""What the Office formats share: safe XML and the properties that the file states."""

from typing import Any, TypedDict

from lxml import etree


class Properties(TypedDict):
    """The arguments of :meth:`PageCollector.source` that come from an Office file's properties."""

    title: str | None
    metadata: dict[str, str | int | float]


def parse_part(data: bytes) -> Any:
    """Return the root of an XML part; entities are not resolved, nothing is fetched."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    return etree.fromstring(data, parser)


def core_properties(properties: Any, fallback: str | None = None) -> Properties:
    """Return title, author and the like; a damaged property is left out.

    :param properties: as python-docx, python-pptx or openpyxl give them.
    :param fallback: the title where the file states none.
    """
    changed = _read(properties, "modified") or _read(properties, "created")
    metadata: dict[str, str | int | float] = {
        "author": str(_read(properties, "author") or _read(properties, "creator") or ""),
        "subject": str(_read(properties, "subject") or ""),
        "keywords": str(_read(properties, "keywords") or ""),
        "category": str(_read(properties, "category") or ""),
        "date": changed.date().isoformat() if hasattr(changed, "date") else "",
    }
    return {"title": str(_read(properties, "title") or "") or fallback or None, "metadata": metadata}


def _read(properties: Any, name: str) -> Any:
    try:
        return getattr(properties, name, None)
    except (ValueError, TypeError):  # a date or number that is none
        return None
