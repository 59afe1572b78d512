"""A file as a document: its text, its id, and what is known of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from needlepoint.files.identity import document_id
from needlepoint.files.limits import Limits
from needlepoint.files.reading import DEFAULT_LIMITS, read_bytes, read_data
from needlepoint.files.source import SourceText
from needlepoint.text.marks import marks_to_text

_OWN_KEYS = ("document_id", "path", "size", "type", "pages", "marks", "unread")


@dataclass(frozen=True, slots=True)
class FileDocument:
    """What a file holds.

    :param id: the same for the same bytes under the same name.
    :param text: all pages, with a form feed between two.
    :param meta: ``document_id``, ``name``, ``path``, ``folder``, ``type``, ``title``, ``date``, ``size``, ``pages``,
        ``marks`` and ``unread``, with what the file states of itself and what the caller adds. Title and date are None where it
        states none.
    """

    id: str
    text: str
    meta: dict[str, Any]


def read_document(
    path: str | Path, added: Mapping[str, Any] | None = None, limits: Limits = DEFAULT_LIMITS
) -> FileDocument:
    """Read a file of any supported format.

    :param added: metadata from the caller: its keys win over the file's own, but never over ``document_id``, ``path``, ``size``,
        ``type``, ``pages``, ``marks`` and ``unread``.
    :raises UnreadableFileError: it cannot be read; the message is one line for the user.
    """
    path = Path(path)
    return document_of_bytes(path, read_bytes(path, limits), added or {}, limits)


def document_of_bytes(
    path: Path, data: bytes, added: Mapping[str, Any], limits: Limits = DEFAULT_LIMITS
) -> FileDocument:
    """Do what :func:`read_document` does for a file whose bytes are at hand.

    :param path: where the file lies or lay; its name counts for the id and the format.
    """
    source = read_data(path.name, data, limits)
    own = _own_meta(path.absolute(), data, source)
    meta = {**source.metadata, **own, **added, **{key: own[key] for key in _OWN_KEYS}}
    return FileDocument(own["document_id"], source.text, meta)


def _own_meta(path: Path, data: bytes, source: SourceText) -> dict[str, Any]:
    return {
        "document_id": document_id(path.name, data),
        "name": path.name,
        "path": str(path),
        "folder": path.parent.name,
        "type": source.type,
        "title": source.title,
        "date": source.metadata.get("date") or None,
        "size": len(data),
        "pages": [
            {"number": page.number, "start": page.start, "end": page.end, "title": page.title} for page in source.pages
        ],
        "marks": marks_to_text(source.marks),
        "unread": list(source.unread),
    }
