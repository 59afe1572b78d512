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

    def with_added(self, added: Mapping[str, Any]) -> "FileDocument":
        """Return the document with metadata of the caller's, which never takes the place of what the file itself determines."""
        own = {key: self.meta[key] for key in _OWN_KEYS}
        return FileDocument(self.id, self.text, {**self.meta, **added, **own})


def read_here(path: Path, data: bytes | None = None, limits: Limits = DEFAULT_LIMITS) -> FileDocument:
    """Read a file in this process, however long it takes and whatever it needs.

    :param path: where the file lies or lay; its name counts for the id and the format.
    :param data: its bytes, where they are at hand.
    :raises UnreadableFileError: it cannot be read; the message is one line for the user.
    """
    data = read_bytes(path, limits) if data is None else data
    source = read_data(path.name, data, limits)
    meta = {**source.metadata, **_own_meta(path.absolute(), data, source)}
    return FileDocument(meta["document_id"], source.text, meta)


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
