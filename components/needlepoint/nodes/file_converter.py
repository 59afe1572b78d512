"""The Haystack node that turns files of any supported format into documents."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from haystack import Document
from haystack.nodes.base import BaseComponent

from needlepoint.errors import UnreadableFileError
from needlepoint.files.documents import read_with_members
from needlepoint.files.limits import Limits

logger = logging.getLogger(__name__)

_DEFAULTS = Limits()


class FileConverter(BaseComponent):
    """Reads files into one document each; a file that cannot be read is skipped and listed with the reason.

    A file inside of another (of an archive, attached to a message) becomes a document of its own, right after that of the other;
    its ``meta`` has ``parent``, the name of the other, and ``parents``, its id.

    The format is detected from the content. A document's ``meta`` has ``document_id``, ``name``, ``path``, ``folder``, ``type``,
    ``title``, ``date``, ``size`` and ``pages``, besides the file's own metadata and what the caller adds. Title and date are None
    if the file does not state them; the file's modification time is not used, because it tells nothing about the document.

    :param max_bytes: the largest file, in bytes.
    :param max_pages: the most pages, slides or sheets of a file.
    :param max_characters: the most characters of text of a file.
    """

    outgoing_edges = 1

    def __init__(
        self,
        max_bytes: int = _DEFAULTS.max_bytes,
        max_pages: int = _DEFAULTS.max_pages,
        max_characters: int = _DEFAULTS.max_characters,
    ) -> None:
        super().__init__()
        self.max_bytes = max_bytes
        self.limits = Limits(max_bytes=max_bytes, max_pages=max_pages, max_characters=max_characters)

    def run(
        self,
        file_paths: str | Path | list[str | Path],
        meta: dict[str, Any] | list[dict[str, Any] | None] | None = None,
    ) -> tuple[dict[str, list[Any]], str]:
        """Read files.

        :param file_paths: one file or several.
        :param meta: metadata for all files, or a list with one entry per file. The caller's keys replace the file's own, except
            ``document_id``, ``path``, ``size``, ``type`` and ``pages``.
        :returns: ``documents`` and ``skipped`` (``path``, ``reason``), both in the order of the files.
        :raises ValueError: the list of metadata is not as long as the list of files.
        """
        paths = [Path(path) for path in ([file_paths] if isinstance(file_paths, str | Path) else file_paths)]
        documents: list[Document] = []
        skipped: list[dict[str, str]] = []
        for path, found in read_with_members(paths, list(_one_each(meta, len(paths))), self.limits):
            if isinstance(found, UnreadableFileError):
                logger.warning("Skipped %s: %s", path, found)
                skipped.append({"path": str(path), "reason": str(found)})
            else:
                documents.append(Document(content=found.text, content_type="text", id=found.id, meta=found.meta))
        return {"documents": documents, "skipped": skipped}, "output_1"

    def run_batch(
        self,
        file_paths: str | Path | list[str | Path],
        meta: dict[str, Any] | list[dict[str, Any] | None] | None = None,
    ) -> tuple[dict[str, list[Any]], str]:
        """Read files, as :meth:`run` does."""
        return self.run(file_paths=file_paths, meta=meta)


def _one_each(meta: dict[str, Any] | list[dict[str, Any] | None] | None, count: int) -> Iterator[dict[str, Any]]:
    """Return a separate dict for every file."""
    if isinstance(meta, list):
        if len(meta) != count:
            raise ValueError(f"meta must have one entry per file, got {len(meta)} entries for {count} files")
        return (dict(each or {}) for each in meta)
    return (dict(meta or {}) for _ in range(count))
