"""Files as documents, read in processes of their own (:mod:`needlepoint.files.workers.pool`)."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from needlepoint.errors import UnreadableFileError
from needlepoint.files.file_document import FileDocument
from needlepoint.files.limits import Limits
from needlepoint.files.reading import DEFAULT_LIMITS
from needlepoint.files.workers.families import Families
from needlepoint.files.workers.pool import shared_pool
from needlepoint.files.workers.reading_ahead import Reading, current_reading, has_current_reading
from needlepoint.files.workers.requests import FileRequest

__all__ = ["FileDocument", "document_of_bytes", "read_document", "read_documents", "read_with_members"]


def read_document(
    path: str | Path, added: Mapping[str, Any] | None = None, limits: Limits = DEFAULT_LIMITS
) -> FileDocument:
    """Read a file of any supported format.

    :param added: metadata from the caller: its keys win over the file's own, but never over ``document_id``, ``path``, ``size``,
        ``type``, ``pages``, ``marks`` and ``unread``.
    :raises UnreadableFileError: it cannot be read, or needs more time or memory than one file may take; the message is one
        line for the user.
    :raises NeedlepointError: a limit in the environment is invalid.
    """
    return _alone(FileRequest(Path(path), limits), added or {})


def document_of_bytes(
    path: Path, data: bytes, added: Mapping[str, Any], limits: Limits = DEFAULT_LIMITS
) -> FileDocument:
    """Do what :func:`read_document` does for a file whose bytes are at hand.

    :param path: where the file lies or lay; its name counts for the id and the format.
    """
    return _alone(FileRequest(path, limits, data), added)


def read_documents(
    paths: Sequence[Path], added: Sequence[Mapping[str, Any]], limits: Limits = DEFAULT_LIMITS
) -> Iterator[FileDocument | UnreadableFileError]:
    """Read files, several at a time.

    :param added: metadata from the caller for each file.
    :returns: for each file, in order, its document, or why it cannot be read.
    :raises ReadingStoppedError: whoever asked has stopped it (:func:`needlepoint.files.workers.reading_ahead.stoppable`).
    :raises NeedlepointError: a limit in the environment is invalid.
    """
    with current_reading() as reading:
        requests = [reading.request_for(path, limits) for path in paths]
        reading.begin(requests)
        for request, extra in zip(requests, added, strict=True):
            result = reading.take(request)
            yield result.with_added(extra) if isinstance(result, FileDocument) else result


def read_with_members(
    paths: Sequence[Path], added: Sequence[Mapping[str, Any]], limits: Limits = DEFAULT_LIMITS
) -> Iterator[tuple[Path, FileDocument | UnreadableFileError]]:
    """Read files as :func:`read_documents` does, each followed by the documents of the files inside of it.

    A file inside of another has a path below that of the other. If it cannot be read, the document that holds it says so in
    ``meta["unread"]``. Where somebody reads ahead around the caller, the files inside have come among the paths already.
    """
    if has_current_reading():
        yield from zip(paths, read_documents(paths, added, limits), strict=True)
        return
    given = dict(zip(paths, added, strict=True))
    with Reading(shared_pool()) as reading:
        families = Families(reading, limits)
        try:
            reading.begin(families.request(path) for path in paths)
            for group in families.groups(paths):
                for file in group.files:
                    found = reading.take(reading.request_for(file.path, limits))
                    extra = file.added(given[file.root])
                    yield file.path, found.with_added(extra) if isinstance(found, FileDocument) else found
                for path, reason in group.refused.items():
                    yield path, UnreadableFileError(reason)
        finally:
            families.close()


def _alone(request: FileRequest, added: Mapping[str, Any]) -> FileDocument:
    with current_reading() as reading:
        result = reading.take(request)
    if isinstance(result, UnreadableFileError):
        raise result
    return result.with_added(added)
