"""The Haystack node that turns files of any supported format into documents."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from haystack import Document
from haystack.nodes.base import BaseComponent

from needlepoint.errors import UnreadableFileError
from needlepoint.files.identity import document_id
from needlepoint.files.limits import Limits
from needlepoint.files.reading import read_bytes, read_data
from needlepoint.files.source import SourceText

logger = logging.getLogger(__name__)

_OWN_KEYS = ("document_id", "path", "size", "type", "pages", "marks", "unread")
_DEFAULTS = Limits()


class FileConverter(BaseComponent):
    """Reads files, one document each; a file that cannot be read is listed with its reason and stops nothing.

    The format is found by content. A document's ``meta`` has ``document_id``, ``name``, ``path``, ``folder``, ``type``,
    ``title``, ``date``, ``size``, ``pages``, ``marks`` (what parts of the text are: rows of tables, notes) and ``unread`` (what
    of the file is not in the text, and why), with what the file states of itself and what the caller adds. Title and date are
    None where it states none: when a file was last copied or unpacked says nothing of the document.

    :param max_bytes: size of one file.
    :param max_pages: pages, slides or sheets of one file.
    :param max_characters: characters of text of one file.
    """

    outgoing_edges = 1

    def __init__(
        self,
        max_bytes: int = _DEFAULTS.max_bytes,
        max_pages: int = _DEFAULTS.max_pages,
        max_characters: int = _DEFAULTS.max_characters,
    ) -> None:
        super().__init__()
        for name, value in (("max_bytes", max_bytes), ("max_pages", max_pages), ("max_characters", max_characters)):
            if value < 1:
                raise ValueError(f"{name} must be at least 1, got {value}")
        self.max_bytes = max_bytes
        self._limits = Limits(max_bytes=max_bytes, max_pages=max_pages, max_characters=max_characters)

    def run(
        self,
        file_paths: str | Path | list[str | Path],
        meta: dict[str, Any] | list[dict[str, Any] | None] | None = None,
    ) -> tuple[dict[str, list[Any]], str]:
        """Read files.

        :param file_paths: one file or several.
        :param meta: metadata for all files, or a list with one entry a file. The caller's keys win over the file's own, but
            never over ``document_id``, ``path``, ``size``, ``type``, ``pages``, ``marks`` and ``unread``.
        :returns: ``documents`` and ``skipped`` (``path``, ``reason``), both in the order of the files.
        :raises ValueError: the list of metadata is not as long as the list of files.
        """
        paths = [Path(path) for path in ([file_paths] if isinstance(file_paths, str | Path) else file_paths)]
        documents: list[Document] = []
        skipped: list[dict[str, str]] = []
        for path, added in zip(paths, _one_each(meta, len(paths)), strict=True):
            try:
                documents.append(self._document(path, added))
            except UnreadableFileError as error:
                logger.warning("Skipped %s: %s", path, error)
                skipped.append({"path": str(path), "reason": str(error)})
        return {"documents": documents, "skipped": skipped}, "output_1"

    def run_batch(
        self,
        file_paths: str | Path | list[str | Path],
        meta: dict[str, Any] | list[dict[str, Any] | None] | None = None,
    ) -> tuple[dict[str, list[Any]], str]:
        """Read files, as :meth:`run` does."""
        return self.run(file_paths=file_paths, meta=meta)

    def _document(self, path: Path, added: dict[str, Any]) -> Document:
        data = read_bytes(path, self._limits)
        source = read_data(path.name, data, self._limits)
        absolute = Path(path).absolute()
        own = _own_meta(absolute, data, source)
        meta = {**source.metadata, **own, **added, **{key: own[key] for key in _OWN_KEYS}}
        return Document(content=source.text, content_type="text", id=own["document_id"], meta=meta)


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
        "marks": [mark.to_dict() for mark in source.marks],
        "unread": list(source.unread),
    }


def _one_each(meta: dict[str, Any] | list[dict[str, Any] | None] | None, count: int) -> Iterator[dict[str, Any]]:
    """Return a dict of its own for every file."""
    if isinstance(meta, list):
        if len(meta) != count:
            raise ValueError(f"meta must have one entry a file: {count} files, {len(meta)} entries")
        return (dict(each or {}) for each in meta)
    return (dict(meta or {}) for _ in range(count))
