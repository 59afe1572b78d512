"""Files of any supported format as documents."""

from asyncio import to_thread
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from haystack import Document, component, default_from_dict, default_to_dict, logging
from haystack.components.converters.utils import normalize_metadata
from haystack.dataclasses import ByteStream

from needlepoint.errors import UnreadableFileError
from needlepoint.files.documents import FileDocument, document_of_bytes, read_with_members
from needlepoint.files.limits import Limits

logger = logging.getLogger(__name__)

_DEFAULTS = Limits()


@component
class FileConverter:
    """Reads files of any format that Needlepoint supports, one document each, with pages, title and date.

    The format is found by content. A document's ``meta`` has ``document_id``, ``name``, ``path``, ``folder``, ``type``,
    ``title``, ``date``, ``size``, ``pages`` (``number``, ``start``, ``end`` and ``title`` of each, in characters of
    ``content``), ``marks`` (which parts of the text are rows of tables, notes or furniture of the page) and ``unread`` (what of
    the file could not be read), with the file's own metadata and what the caller adds. A file that cannot be read is listed
    with the reason and does not stop the others.

    Usage example:

    ```python
    from haystack_integrations.components.converters.needlepoint import FileConverter

    output = FileConverter().run(["lease.pdf", "price-list.xlsx"])
    for document in output["documents"]:
        print(document.meta["name"], document.meta["title"], len(document.meta["pages"]))
    print(output["skipped"])
    ```
    """

    def __init__(
        self,
        *,
        max_bytes: int = _DEFAULTS.max_bytes,
        max_pages: int = _DEFAULTS.max_pages,
        max_characters: int = _DEFAULTS.max_characters,
    ) -> None:
        """Check and keep the parameters.

        :param max_bytes: size of one file.
        :param max_pages: pages, slides or sheets of one file.
        :param max_characters: characters of text of one file.
        :raises ValueError: an argument is out of its range.
        """
        self.max_bytes = max_bytes
        self.max_pages = max_pages
        self.max_characters = max_characters
        self._limits = Limits(max_bytes=max_bytes, max_pages=max_pages, max_characters=max_characters)

    def to_dict(self) -> dict[str, Any]:
        """Return the component's parameters for a pipeline file."""
        return default_to_dict(
            self, max_bytes=self.max_bytes, max_pages=self.max_pages, max_characters=self.max_characters
        )

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "FileConverter":
        """Make the component from the result of :meth:`to_dict`."""
        return default_from_dict(cls, data)

    @component.output_types(documents=list[Document], skipped=list[dict[str, str]])
    def run(
        self,
        sources: list[str | Path | ByteStream],
        meta: dict[str, Any] | list[dict[str, Any]] | None = None,
    ) -> dict[str, list[Any]]:
        """Read files.

        :param sources: paths, or the bytes of files, named by ``meta["file_path"]`` or ``meta["file_name"]``; the name is part
            of the document's id.
        :param meta: metadata for all files, or a list with one entry for each file. The caller's keys win over the file's own,
            but never over ``document_id``, ``path``, ``size``, ``type`` and ``pages``.
        :returns: ``documents`` and ``skipped`` (``path``, ``reason``), both in the order of the files.
        :raises ValueError: the list of metadata is not as long as the list of files.
        """
        documents: list[Document] = []
        skipped: list[dict[str, str]] = []
        for source, added in zip(sources, normalize_metadata(meta, len(sources)), strict=True):
            for path, found in self._read(source, added):
                if isinstance(found, UnreadableFileError):
                    logger.warning("Skipped {path}: {error}", path=str(path), error=found)
                    skipped.append({"path": str(path), "reason": str(found)})
                else:
                    documents.append(Document(id=found.id, content=found.text, meta=found.meta))
        return {"documents": documents, "skipped": skipped}

    @component.output_types(documents=list[Document], skipped=list[dict[str, str]])
    async def run_async(
        self,
        sources: list[str | Path | ByteStream],
        meta: dict[str, Any] | list[dict[str, Any]] | None = None,
    ) -> dict[str, list[Any]]:
        """Do what :meth:`run` does, without blocking the event loop."""
        return await to_thread(self.run, sources, meta)

    def _read(
        self, source: str | Path | ByteStream, added: dict[str, Any]
    ) -> Iterator[tuple[Path, FileDocument | UnreadableFileError]]:
        """Return the file's document and those of the files inside of it; of bytes, the one document."""
        if not isinstance(source, ByteStream):
            yield from read_with_members([Path(source)], [added], self._limits)
            return
        try:
            yield _path(source), document_of_bytes(_path(source), source.data, {**source.meta, **added}, self._limits)
        except UnreadableFileError as error:
            yield _path(source), error


def _path(source: str | Path | ByteStream) -> Path:
    if not isinstance(source, ByteStream):
        return Path(source)
    return Path(str(source.meta.get("file_path") or source.meta.get("file_name") or "unnamed"))
